"""What an evaluation tells at its end: arms, what is reached without looking, what failed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from devibench.evaluate.runner import Outcome
from devibench.evaluate.store import Store
from devibench.samples import Line, Sample
from devibench.scoring.agreement import agreement
from devibench.scoring.baselines import majority

NAMED = 5
"""Failures that are told one by one."""


def tell(store: Store, samples: Sequence[Sample], outcome: Outcome, console: Console) -> None:
    """All of it."""
    by_arm: dict[str, list[Line]] = defaultdict(list)
    for line in store.lines.values():
        by_arm[line.arm].append(line)
    table = Table("arm", "questions", "right", "kb/s", "latency p95 ms", "failed")
    for arm in [one for one in store.meta.arms if one in by_arm]:
        lines = by_arm[arm]
        judged = [one for one in lines if one.correct is not None]
        right = sum(bool(one.correct) for one in judged) / max(1, len(judged))
        kbps = sum(one.kbps for one in lines) / len(lines)
        late = max(one.latency_ms for one in lines)
        failed = sum(store.open(one) for one in lines)
        table.add_row(
            arm, str(len(lines)), f"{right:.1%}", f"{kbps:.0f}", f"{late:.0f}", str(failed)
        )
    common = majority(samples)
    if common is not None:
        name = f"always \u201c{common.answer}\u201d"
        table.add_row(name, str(len(common.right)), f"{common.share:.1%}", "", "", "")
    console.print(table)
    _judges(store, console)
    for line in [one for one in store.lines.values() if store.open(one)][:NAMED]:
        console.print(f"{line.key}, {line.arm}: {line.why}")
    if outcome.stopped:
        console.print(f"stopped: {outcome.stopped}. The same command goes on from here.")
    elif outcome.failed:
        console.print("The same command asks again for what failed, and for nothing else.")
    console.print(f"devibench report {store.folder} --out {store.folder}.html", highlight=False)


def _judges(store: Store, console: Console) -> None:
    lines = list(store.lines.values())
    requests, tokens = (sum(getattr(one, name) for one in lines) for name in
                        ("judge_attempt", "judge_tokens"))  # fmt: skip
    if requests:
        usd = sum(one.judge_usd for one in lines)
        cost = f", {usd:.2f} USD" if usd else ""
        console.print(f"judging took {requests} requests, {tokens:,} tokens{cost}")
    both = [one for one in lines if one.correct is not None and one.second is not None]
    if both:
        found = agreement([bool(one.correct) for one in both], [bool(one.second) for one in both])
        kappa = "" if found.kappa is None else f", kappa {found.kappa:.2f}"
        console.print(
            f"{store.meta.judge} and {store.meta.second_judge} agree on {found.share:.1%} of "
            f"{found.count} answers{kappa}"
        )
