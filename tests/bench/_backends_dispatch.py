"""Ways to dispatch, compared in simulated time (`_backends_sim`): shares in time, first words of
short questions, fairness, what hedging costs, and how soon a prediction is right."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from articgw.dispatch.load import LoadModel
from articgw.dispatch.question import Question
from tests.bench._backends_sim import (
    A_S,
    B_S,
    C_S,
    NOISE,
    Arm,
    Fate,
    Server,
    dispatched,
    fifo,
    questions_of,
    round_robin,
)

Row = dict[str, Any]

SECONDS, QUICK_SECONDS = 600.0, 120.0
SEEDS, QUICK_SEEDS = 5, 2
WINDOW = 2
"""Of ours: what is with a server cannot be passed any more."""
SLOW = 6.0
ARMS: dict[str, Arm] = {
    "round robin": round_robin,
    "fifo": fifo,
    "ours": dispatched(WINDOW),
    "ours, no hedge": dispatched(WINDOW, 0.0),
}


def measure(*, seed: int, quick: bool) -> list[Row]:
    """Rows of all comparisons; their parts say that they are simulated."""
    seconds = QUICK_SECONDS if quick else SECONDS
    seeds = [seed + n for n in range(QUICK_SEEDS if quick else SEEDS)]
    rows: list[Row] = []
    for one in seeds:
        rows += _in_time(one, seconds)
        rows += _short(one, seconds)
        rows += _greedy(one, seconds)
        rows += _predictor(one)
    return [{**row, "part": f"simulated {row['part']}"} for row in rows]


def _in_time(seed: int, seconds: float) -> list[Row]:
    cases = {
        "all well": (Server(), Server(), Server()),
        "one is slow": (Server(), Server(), Server(slower=SLOW)),
        "one dies": (Server(), Server(), Server(dies_t=seconds / 2)),
    }
    rows = []
    for case, servers in cases.items():
        asked = questions_of(
            random.Random(seed), seconds=seconds, per_s=2.6, deadline_s=3.0, long_share=0.1
        )
        for name, arm in ARMS.items():
            fates = arm(asked, [replace(one, busy=[]) for one in servers], seed)
            rows.append({"part": "deadline", "case": case, "arm": name, "seed": seed,
                         **_sums(fates)})  # fmt: skip
    return rows


def _short(seed: int, seconds: float) -> list[Row]:
    asked = questions_of(
        random.Random(seed), seconds=seconds, per_s=0.9, deadline_s=20.0, long_share=0.3
    )
    rows = []
    for name in ("fifo", "ours"):
        fates = ARMS[name](asked, [Server()], seed)
        short = [one for one in fates if one.question.visual_tokens < 1000]
        long = [one for one in fates if one.question.visual_tokens >= 1000]
        rows.append({"part": "short", "arm": name, "seed": seed, **_sums(short),
                     "long_in_time": _share(long)})  # fmt: skip
    return rows


def _greedy(seed: int, seconds: float) -> list[Row]:
    """Ten sessions ask for more than there is; the last asks for thirteen times the tokens."""
    rng = random.Random(seed)
    asked: list[Question] = []
    for session in range(10):
        greedy = session == 9
        now = rng.random()
        while now < seconds:
            visual = 8 * 880 if greedy else 880
            asked.append(Question(len(asked) + 1, f"s{session}", now, now + 30.0, visual,
                                  output_tokens=30))  # fmt: skip
            now += rng.expovariate(1.0 if greedy else 0.6)
    rows = []
    for name in ("fifo", "ours"):
        fates = ARMS[name](asked, [Server()], seed)
        served = _served(fates, until_t=seconds)
        rows.append({"part": "greedy", "arm": name, "seed": seed, "jain": jain(served),
                     "greedy_share": served[-1] / max(1.0, sum(served))})  # fmt: skip
    return rows


def _served(fates: Sequence[Fate], *, until_t: float) -> list[float]:
    """Visual tokens of each session's questions that were answered by then."""
    tokens = {f"s{n}": 0.0 for n in range(10)}
    for one in fates:
        if one.whole_s is not None and one.question.asked_t + one.whole_s <= until_t:
            tokens[one.question.session] += one.question.visual_tokens
    return list(tokens.values())


def _predictor(seed: int) -> list[Row]:
    """Of a server that is half as fast as the prior says, beside an average of what it took."""
    rng = random.Random(seed)
    rows, model, average = [], LoadModel(), 0.0
    for seen in range(51):
        if seen in (1, 5, 10, 50):
            errors: dict[str, list[float]] = {"ours": [], "ewma": []}
            for _ in range(200):
                uncached, output, took_s = _example(rng, noise=0.0)
                ours_s = model.predict(uncached=uncached, output=output)
                errors["ours"].append(abs(ours_s - took_s) / took_s)
                errors["ewma"].append(abs(average - took_s) / took_s)
            for arm, values in errors.items():
                rows.append({"part": "predictor", "arm": arm, "seed": seed, "seen": seen,
                             "mape": float(np.mean(values))})  # fmt: skip
        uncached, output, took_s = _example(rng, noise=NOISE)
        model.observe(uncached=uncached, output=output, took_s=took_s)
        average = took_s if seen == 0 else 0.8 * average + 0.2 * took_s
    return rows


def _example(rng: random.Random, *, noise: float) -> tuple[int, int, float]:
    uncached, output = rng.choice((400, 1000, 1300, 7100)), rng.randrange(10, 100)
    took_s = 2 * (A_S + B_S * uncached / 1000 + C_S * output / 100)
    return uncached, output, took_s * rng.lognormvariate(0.0, noise)


def _sums(fates: Sequence[Fate]) -> Row:
    firsts = [one.first_s for one in fates if one.first_s is not None]
    return {
        "questions": len(fates),
        "in_time": _share(fates),
        "first_p95_s": float(np.percentile(firsts, 95)) if firsts else None,
        "asked_per_question": sum(one.started for one in fates) / max(1, len(fates)),
    }


def _share(fates: Sequence[Fate]) -> float:
    return sum(one.in_time for one in fates) / max(1, len(fates))


def jain(values: Sequence[float]) -> float:
    """Fairness index: 1 where all have the same, 1/n where one has all (Jain et al., 1984)."""
    squares = sum(value * value for value in values)
    return sum(values) ** 2 / (len(values) * squares) if squares else 0.0
