"""All runs: tapes recorded where they are missing, detections made once, policies replayed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import Progress

from artic_perception.branch import HOLD, Branch
from artic_perception.carrying import FLOW_2
from artic_perception.precision import precision
from artic_perception.profile import Profile
from tests.bench import _perception_schedules as schedules
from tests.bench._perception_approxdet import AccuracyTree, ApproxDet, LatencyModel
from tests.bench._perception_boxes import Boxes
from tests.bench._perception_films import Film
from tests.bench._perception_oracle import Oracle
from tests.bench._perception_policies import (
    Additive,
    ConstantMargin,
    Eager,
    Fixed,
    Ours,
    Released,
    SizeRule,
    Unaware,
)
from tests.bench._perception_replay import Course, Policy, replay
from tests.bench._perception_stages import CARRIES, detectors
from tests.bench._perception_tapes import Tape, load, record

Row = dict[str, Any]
Make = Callable[[float, Tape, Boxes], Policy]
"""A policy for a budget (s), a tape and a film; only the oracle looks at the latter two."""

PROFILE_SEED = 0
BUDGETS_MS = (50, 100)
CHANGING_MS = (100, 50, 200, 100)
CHANGES_EVERY = 200
CONSTANT_S = 12.0
"""Of tapes whose schedule does not change."""
OURS, ORACLE, APPROXDET, BEST_FIXED = "ours", "oracle", "ApproxDet", "best fixed"
MISS = 0.05


@dataclass(frozen=True, slots=True)
class Job:
    """A tape that there is to be."""

    schedule: str
    seed: int
    seconds: float

    @property
    def file(self) -> str:
        """Its name."""
        return f"{self.schedule.replace(' ', '')}-{self.seed}-{self.seconds:g}.npz"


def jobs(names: Sequence[str], seeds: Iterable[int], period_s: float) -> list[Job]:
    """For the profile every constant schedule, and every schedule for every seed."""
    out = [Job(name, PROFILE_SEED, CONSTANT_S) for name in schedules.CONSTANT]
    for seed in seeds:
        for name in names:
            still = name in schedules.CONSTANT or name == "quota"
            out.append(Job(name, seed, CONSTANT_S if still else period_s))
    return out


def recorded(
    wanted: Sequence[Job], model: Path, folder: Path, core: int, bar: Progress
) -> dict[Job, Tape]:
    """What is there already is not recorded again, unless stages have come since."""
    folder.mkdir(parents=True, exist_ok=True)
    task = bar.add_task("tapes", total=sum(job.seconds for job in wanted))
    stages, out = {one.name for one in detectors(model.stem)} | set(CARRIES), dict[Job, Tape]()
    for job in wanted:
        file = folder / job.file
        if not file.is_file() or set(load(file).stages) != stages:
            bar.update(task, description=f"tape: {job.schedule}, seed {job.seed}")
            record(model, job.schedule, job.seed, file, core=core, seconds=job.seconds)
        out[job] = load(file)
        bar.advance(task, job.seconds)
    return out


def budget_of(budget_ms: int | str) -> Callable[[int], float]:
    """Of the n-th frame, s; ``changing`` is the requirement that changes while it runs."""
    if isinstance(budget_ms, int):
        return lambda number: budget_ms / 1000
    return lambda number: CHANGING_MS[number // CHANGES_EVERY % len(CHANGING_MS)] / 1000


def frames_of(budget_ms: int | str, film: Film) -> int:
    """The scored half once, or until every requirement was there."""
    if isinstance(budget_ms, int):
        return len(film.frames) - film.half
    return CHANGES_EVERY * len(CHANGING_MS)


def policies(profile: Profile, table: LatencyModel, tree: AccuracyTree) -> dict[str, Make]:
    """By name; fixed branches are made by `fixed`."""
    branches = profile.branches
    return {
        OURS: lambda budget_s, tape, boxes: Ours(profile, budget_s),
        "no content": lambda budget_s, tape, boxes: Ours(profile, budget_s, knows_content=False),
        "no sensor": lambda budget_s, tape, boxes: Ours(profile, budget_s, slowdown=Unaware()),
        "no margin": lambda budget_s, tape, boxes: Ours(
            profile, budget_s, slowdown=ConstantMargin()
        ),
        "no hysteresis": lambda budget_s, tape, boxes: Ours(profile, budget_s, scheduler=Eager),
        "size rule": lambda budget_s, tape, boxes: SizeRule(profile, FLOW_2),
        "additive": lambda budget_s, tape, boxes: Additive(profile, budget_s),
        APPROXDET: lambda budget_s, tape, boxes: Released(
            ApproxDet(branches, table, tree, budget_s)
        ),
        ORACLE: lambda budget_s, tape, boxes: Oracle(branches, tape, boxes, budget_s),
    }


def run(make: Make, tape: Tape, boxes: Boxes, budget_ms: int | str) -> tuple[Course, Policy]:
    """One policy over one tape."""
    budget = budget_of(budget_ms)
    policy = make(budget(0), tape, boxes)
    return replay(policy, tape, boxes, budget, frames_of(budget_ms, boxes.film)), policy


def row_of(part: str, name: str, job: Job, budget_ms: int | str, course: Course) -> Row:
    """What is published of a run."""
    row: Row = {
        "part": part, "policy": name, "schedule": job.schedule, "seed": job.seed,
        "slo_ms": budget_ms, **course.row(),
    }  # fmt: skip
    plan = schedules.schedule(job.schedule, job.seed, job.seconds)
    rises = [rise + n * job.seconds for n in range(9) for rise in plan.rises]
    row["recoveries_s"] = course.recoveries_s([one for one in rises if one < course.end_t])
    return row


def best_fixed(
    branches: Sequence[Branch], job: Job, tape: Tape, boxes: Boxes, budget_ms: int | str
) -> tuple[Branch, Course]:
    """In hindsight: the most right of those that keep the budget, else what misses least."""
    best: tuple[tuple[bool, float], Branch, Course] | None = None
    for branch in branches:
        course, _ = run(lambda *_, b=branch: Fixed(b), tape, boxes, budget_ms)
        missed = course.miss_share
        keeps = missed <= MISS
        value = (keeps, precision(course.matches) if keeps else -missed)
        if best is None or value > best[0]:
            best = (value, branch, course)
    assert best is not None
    return best[1], best[2]


def table_of(quiet: Mapping[int, Tape]) -> LatencyModel:
    """ApproxDet's tables: mean latencies by number of hogs."""
    stages = next(iter(quiet.values())).stages
    return LatencyModel(
        {
            stage: {float(n): float(np.mean(tape.stages[stage][1])) for n, tape in quiet.items()}
            for stage in stages
        }
    )


def live_took(
    stages: Any, began_t: float, clock: Callable[[], float], sleep: Callable[[float], None]
) -> Callable[[str, float], tuple[float, float]]:
    """Runs each stage for real, at its time."""
    count = iter(range(10**9))

    def took(stage: str, t: float) -> tuple[float, float]:
        sleep(max(0.0, began_t + t - clock()))
        start = clock()
        if stage != HOLD:
            stages.run(stage, next(count))
        return clock() - start, 0.0

    return took
