"""What `devibench evaluate` does with its order: open, tell, ask, sum up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import msgspec
from platformdirs import user_cache_path
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from articgw.backends import Backend
from articgw.backends.base import Usage as Used
from articgw.backends.environment import completed, keys_in
from articgw.backends.registry import load
from articgw.config import Config
from articgw.errors import BackendError, ConfigError
from articgw.ledger import Prices, price_usd, read_prices
from devibench.datasets.opening import open_dataset
from devibench.degrade.naming import parse_degradation
from devibench.evaluate.asking import PLAIN, Asking
from devibench.evaluate.replies import Replies
from devibench.evaluate.runner import Job, Outcome, jobs_of, run
from devibench.evaluate.store import Store, open_run, read_lines, read_meta, rejudged
from devibench.report.keepsakes import keep_picture, write_questions
from devibench.samples import Dataset, Degradation, Line, RunMeta, Sample, Seen
from devibench.scoring.judging import Right, by_model, by_words

WORDS = "words"
PICTURE_TOKENS, WORD_TOKENS = 1100, 120
"""Of a 720p picture and of a question with its answer: what large models count, roughly."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted."""

    dataset: str
    out: Path
    degrade: tuple[str, ...] = ("original",)
    backend: str = "embedded"
    judge: str = WORDS
    traces: Path | None = None
    wording: str = PLAIN
    questions: int | None = None
    workers: int = 4
    per_minute: float | None = None
    attempts: int = 4
    deadline_s: float = 60.0
    budget_usd: float | None = None
    prices: Path | None = None
    cache: Path | None = None
    cached: bool = True
    pictures: bool = False
    seed: int = 1
    api_key: str | None = field(default=None, repr=False)
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)


async def perform(order: Order, console: Console | None = None) -> int:
    """Begin, or go on. Raises `ConfigError`, `DatasetError`."""
    console = console or Console(stderr=True)
    dataset, samples, degradations = _opened(order)
    prices = read_prices(order.prices)
    store = open_run(order.out, _meta(order, dataset, samples))
    if store.torn:
        console.print(f"{order.out}: the last line was torn and is asked again")
    write_questions(order.out, samples)
    jobs = jobs_of(samples, degradations, store.done)
    backend = _backend(order, order.backend)
    judging = _backend(order, order.judge) if order.judge != WORDS else None
    replies = Replies(_cache(order))
    try:
        await _start(backend, judging)
        judge: Right = by_words if judging is None else by_model(judging, order.deadline_s)
        asking = Asking(
            backend, order.backend, judge, replies, order.wording, order.deadline_s,
            order.attempts, _turns(order.per_minute), _keeper(order),
        )  # fmt: skip
        outcome = await _run(jobs, dataset, asking, store, order, prices, backend.model, console)
    finally:
        replies.close()
        for one in (backend, judging):
            await _close(one)
    _tell(store, outcome, console)
    return 1 if outcome.stopped or outcome.failed else 0


async def rescore(order: Order) -> int:
    """Judge the answers of a run again, without asking for them."""
    _, samples, _ = _opened(order)
    meta, known = read_meta(order.out), {one.key: one for one in samples}
    judging = _backend(order, order.judge) if order.judge != WORDS else None
    if judging is not None:
        await judging.start()
    judge: Right = by_words if judging is None else by_model(judging, order.deadline_s)
    lines = []
    try:
        for line in read_lines(order.out):
            sample = known.get(line.key)
            if line.answer and sample is not None:
                line = msgspec.structs.replace(line, correct=await judge(sample, line.answer))
            lines.append(line)
    finally:
        await _close(judging)
    rejudged(order.out, msgspec.structs.replace(meta, judge=order.judge), lines)
    _tell(open_run(order.out, read_meta(order.out)), Outcome(), Console(stderr=True))
    return 0


def estimate(order: Order) -> int:
    """Say what would be asked and what that may cost; nothing is."""
    dataset, samples, degradations = _opened(order)
    done: set[tuple[str, str]] = set()
    with suppress(Exception):
        done = {(one.key, one.arm) for one in read_lines(order.out) if one.answer is not None}
    jobs = jobs_of(samples, degradations, done)
    tokens = len(jobs) * (PICTURE_TOKENS + WORD_TOKENS)
    used = Used(input_tokens=tokens, visual_tokens=len(jobs) * PICTURE_TOKENS)
    model = order.backend.partition(":")[2].partition("@")[0]
    usd = price_usd(used, model, read_prices(order.prices))
    cost = "nobody told us its price" if usd is None else f"about {usd:.2f} USD"
    absent = sum(one.video is None for one in samples)
    print(
        f"{dataset.name}: {len(samples)} questions x {len(degradations)} arms, {len(done)} known, "
        f"{len(jobs)} to ask; about {tokens:,} tokens, {cost}"
        + (f"; {absent} without a video: devibench fetch" if absent else "")
    )
    return 0


def _opened(order: Order) -> tuple[Dataset, list[Sample], list[Degradation]]:
    dataset = open_dataset(order.dataset)
    degradations = [parse_degradation(name, order.traces) for name in dict.fromkeys(order.degrade)]
    kept: dict[str, int] = defaultdict(int)
    samples = []
    for sample in dataset.samples():
        kept[sample.group] += 1
        if order.questions is None or kept[sample.group] <= order.questions:
            samples.append(sample)
    return dataset, samples, degradations


def _meta(order: Order, dataset: Dataset, samples: Sequence[Sample]) -> RunMeta:
    return RunMeta(
        dataset.name, dataset.sha256, tuple(order.degrade), order.backend, order.judge, order.seed,
        version("articgw"), len(samples), order.wording if order.wording != PLAIN else "",
    )  # fmt: skip


def _backend(order: Order, name: str) -> Backend:
    config = Config(backend=completed(name, order.environ), api_key=order.api_key)
    return load(config, keys_in(order.environ))


async def _start(backend: Backend, judging: Backend | None) -> None:
    for one in (backend, judging):
        if one is not None:
            try:
                await one.start()
            except BackendError as error:
                raise ConfigError(f"the back end cannot be asked: {error}") from error


async def _close(backend: Backend | None) -> None:
    close = getattr(backend, "close", None)
    if close is not None:
        await close()


def _cache(order: Order) -> Path | None:
    if not order.cached:
        return None
    return order.cache or user_cache_path("devibench") / "replies.sqlite"


def _turns(per_minute: float | None) -> Callable[[], Awaitable[None]] | None:
    if per_minute is None:
        return None
    from aiolimiter import AsyncLimiter

    if not per_minute > 0:
        raise ConfigError(f"--per_minute {per_minute}: must be above 0")
    return AsyncLimiter(1, 60 / per_minute).acquire


def _keeper(order: Order) -> Callable[[Sample, Degradation, Seen], None] | None:
    if not order.pictures:
        return None

    def keep(sample: Sample, degradation: Degradation, seen: Seen) -> None:
        if seen.pictures:
            keep_picture(order.out, sample.key, degradation.name, seen.pictures[-1].yuv)

    return keep


async def _run(
    jobs: Sequence[Job], dataset: Dataset, asking: Asking, store: Store, order: Order,
    prices: Prices, model: str, console: Console,
) -> Outcome:  # fmt: skip
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console) as progress:
        bar = progress.add_task("asking", total=len(jobs))

        def cost(line: Line) -> float | None:
            used = line.usage if line.attempt else None
            if used is None:
                return None
            tokens = (used.input, used.visual, used.cached, used.output)
            return price_usd(Used(*(one or 0 for one in tokens)), model, prices)

        def tick(outcome: Outcome) -> None:
            failed = f", {outcome.failed} failed" if outcome.failed else ""
            spent = f", {outcome.usd:.2f} USD" if outcome.usd else ""
            progress.update(bar, completed=outcome.asked, description=f"asking{spent}{failed}")

        return await run(
            jobs, dataset, asking, store, seed=order.seed, workers=order.workers,
            budget_usd=order.budget_usd, cost=cost, tick=tick,
        )  # fmt: skip


def _tell(store: Store, outcome: Outcome, console: Console) -> None:
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
        failed = sum(one.answer is None for one in lines)
        table.add_row(
            arm, str(len(lines)), f"{right:.1%}", f"{kbps:.0f}", f"{late:.0f}", str(failed)
        )
    console.print(table)
    for line in [one for one in store.lines.values() if one.answer is None][:5]:
        console.print(f"{line.key}, {line.arm}: {line.why}")
    if outcome.stopped:
        console.print(f"stopped: {outcome.stopped}. The same command goes on from here.")
    console.print(f"devibench report {store.folder} --out {store.folder}.html", highlight=False)
