"""What dispatch is worth, measured over HTTP on loopback (`_backends_http`): shares in time with
three replicas, first words of short questions, fairness, the cost of hedging, and prediction."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from articgw.backends import Reply
from articgw.backends.openai_chat import OpenAIChatBackend, parse
from articgw.dispatch.load import LoadModel
from tests.bench._backends_dispatch import jain
from tests.bench._backends_http import (
    ARMS,
    MODEL,
    NEVER_S,
    SHORT_TOKENS,
    Outcome,
    compare,
    greedy,
    poisson,
)
from tests.bench._backends_replicas import TEXT_TOKENS, replicas

Row = dict[str, Any]

SECONDS, QUICK_SECONDS = 60.0, 15.0
REPEATS = 3
"""With questions of their own."""
SLOW = 6.0
PER_S = 5.0
"""Four fifths of what two replicas and a slow one can read: below that any order will do."""
LOADS_PER_S = (3.0, 4.0, 6.0, 7.0)
"""About half, two thirds, all and more of that: where it pays to decide who waits."""
PROBES, QUICK_PROBES = 70, 20
SEEN = (1, 5, 10, 50)
WELL = f"1/{NEVER_S:g}"
ONE_SLOW = (WELL, WELL, f"{SLOW:g}/{NEVER_S:g}")
EWMA_WEIGHT = 0.2


async def measure(*, seed: int, quick: bool) -> list[Row]:
    """Rows of all comparisons."""
    seconds = QUICK_SECONDS if quick else SECONDS
    rows: list[Row] = []
    for one in range(seed, seed + (1 if quick else REPEATS)):
        compared = [
            *await _in_time(one, seconds),
            *await _loads(one, seconds),
            *await _short(one, seconds),
            *await _greedy(one, seconds),
        ]
        rows += [{**row, "seed": one} for row in compared]
    return rows + await _predictor(seed, QUICK_PROBES if quick else PROBES)


async def _in_time(seed: int, seconds: float) -> list[Row]:
    cases = {
        "all well": (WELL, WELL, WELL),
        "one is slow": ONE_SLOW,
        "one dies": (WELL, WELL, f"1/{seconds / 2:g}"),
    }
    rows = []
    for case, fares in cases.items():
        asked = poisson(
            random.Random(seed), seconds=seconds, per_s=PER_S, deadline_s=3.0, long_share=0.2
        )
        for arm, (outcomes, per_question) in (await compare(asked, fares, tuple(ARMS))).items():
            rows.append({"part": "deadline", "case": case, "arm": arm, **_sums(outcomes),
                         "asked_per_question": per_question})  # fmt: skip
    return rows


async def _loads(seed: int, seconds: float) -> list[Row]:
    """One of three is slow, at other loads."""
    rows = []
    for per_s in LOADS_PER_S:
        asked = poisson(
            random.Random(seed), seconds=seconds, per_s=per_s, deadline_s=3.0, long_share=0.2
        )
        for arm, (outcomes, _) in (await compare(asked, ONE_SLOW, ("fifo", "ours"))).items():
            rows.append({"part": "load", "per_s": per_s, "arm": arm, **_sums(outcomes)})
    return rows


async def _short(seed: int, seconds: float) -> list[Row]:
    asked = poisson(
        random.Random(seed), seconds=seconds, per_s=1.2, deadline_s=20.0, long_share=0.3
    )
    rows = []
    for arm, (outcomes, _) in (await compare(asked, (WELL,), ("fifo", "ours"))).items():
        short = [one for one in outcomes if one.asked.tokens == SHORT_TOKENS]
        long = [one for one in outcomes if one.asked.tokens != SHORT_TOKENS]
        rows.append({"part": "short", "arm": arm, **_sums(short), "long_in_time": _share(long)})
    return rows


async def _greedy(seed: int, seconds: float) -> list[Row]:
    asked = greedy(random.Random(seed), seconds=seconds)
    rows = []
    for arm, (outcomes, _) in (await compare(asked, (WELL,), ("fifo", "ours"))).items():
        tokens = {one.session: 0.0 for one in asked}
        for one in outcomes:
            if one.whole_s is not None:
                tokens[one.asked.session] += one.asked.tokens
        served = list(tokens.values())
        rows.append({"part": "greedy", "arm": arm, "jain": jain(served),
                     "greedy_share": served[-1] / max(1.0, sum(served)),
                     "answered": sum(one.whole_s is not None for one in outcomes)})  # fmt: skip
    return rows


async def _predictor(seed: int, probes: int) -> list[Row]:
    """Learned from the first answers of a replica that is twice as slow as the others, tried on
    all that follow."""
    schedule = poisson(
        random.Random(seed), seconds=2.0 * probes, per_s=1.0, deadline_s=60.0, long_share=0.4
    )
    seen: list[tuple[int, int, float]] = []
    async with replicas(1) as (base,):
        url = f"{base}/2/{NEVER_S:g}"
        backend = OpenAIChatBackend(parse(f"openai:{MODEL}@{url}"), evidence="none")
        await backend.start()
        try:
            for asked in schedule[:probes]:
                began_t = time.monotonic()
                async for piece in backend.ask(asked.prompt, deadline_s=60.0):
                    if isinstance(piece, Reply):
                        took_s = time.monotonic() - began_t
                        output = piece.usage.output_tokens
                        seen.append((asked.tokens + TEXT_TOKENS, output, took_s))
        finally:
            await backend.close()
    return _errors(seen)


def _errors(seen: Sequence[tuple[int, int, float]]) -> list[Row]:
    rows, model, average_s = [], LoadModel(), 0.0
    for count, (uncached, output, took_s) in enumerate(seen, 1):
        model.observe(uncached=uncached, output=output, took_s=took_s)
        average_s = took_s if count == 1 else average_s + EWMA_WEIGHT * (took_s - average_s)
        if count in SEEN and count < len(seen):
            errors = {"ours": [], "ewma": []}  # type: dict[str, list[float]]
            for later_uncached, later_output, later_s in seen[count:]:
                told_s = model.predict(uncached=later_uncached, output=later_output)
                errors["ours"].append(abs(told_s - later_s) / later_s)
                errors["ewma"].append(abs(average_s - later_s) / later_s)
            rows += [
                {"part": "predictor", "arm": arm, "seen": count, "mape": float(np.mean(values)),
                 "p90": float(np.percentile(values, 90))}
                for arm, values in errors.items()
            ]  # fmt: skip
    return rows


def _sums(outcomes: Sequence[Outcome]) -> Row:
    firsts = [one.first_s for one in outcomes if one.first_s is not None]
    return {
        "questions": len(outcomes),
        "in_time": _share(outcomes),
        "first_p95_s": float(np.percentile(firsts, 95)) if firsts else None,
    }


def _share(outcomes: Sequence[Outcome]) -> float:
    return sum(one.in_time for one in outcomes) / max(1, len(outcomes))
