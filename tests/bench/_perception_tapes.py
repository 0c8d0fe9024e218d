"""Latency tapes: what every stage took, moment by moment, under a schedule of contention.

    stages in turn, again and again ─▶ (t, stage, took, waited) ─▶ NAME.npz ─▶ `Tape.took`

Recorded once and kept, so that every policy meets the same machine: a replay asks what a stage
took nearest to a moment, among the runs that began under the same number of hogs. A cycle over all
stages takes 0.3 to 2 s, which is how fine a tape is.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.bench._common import ROOT
from tests.bench._perception_films import drawn
from tests.bench._perception_hogs import Level, level_of
from tests.bench._perception_stages import Stages

SECONDS = 24.0
WARM = 3
FILM_SEED = 5
GRACE_S = 60.0


@dataclass(frozen=True, slots=True, eq=False)
class Tape:
    """One schedule and seed."""

    schedule: str
    seed: int
    seconds: float
    stages: dict[str, tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]]
    """By stage: when, s; how long it took, s; how much of that it waited for the core, s."""
    _level: Level = field(init=False, repr=False)
    _levels: dict[str, NDArray[np.float64]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        level = level_of(self.schedule, self.seed, self.seconds)
        object.__setattr__(self, "_level", level)
        levels = {
            name: np.array([level(float(t)) for t in times])
            for name, (times, _, _) in self.stages.items()
        }
        object.__setattr__(self, "_levels", levels)

    def level(self, t: float) -> float:
        """Hogs at that time; the tape repeats."""
        return self._level(t % self.seconds)

    def took(self, stage: str, t: float) -> tuple[float, float]:
        """s, and s of it waited, of the run nearest to ``t``."""
        times, took, waited = self.stages[stage]
        far = np.abs(times - t % self.seconds)
        other = self._levels[stage] != self.level(t)
        k = int(np.argmin(far + self.seconds * other))
        return float(took[k]), float(waited[k])


def load(file: Path) -> Tape:
    """What `record` wrote."""
    with np.load(file) as kept:
        names = [str(name) for name in kept["names"]]
        t, stage, took, waited = (kept[key] for key in ("t", "stage", "took", "waited"))
        schedule, seed, seconds = str(kept["schedule"]), int(kept["seed"]), float(kept["seconds"])
    parts = {}
    for k, name in enumerate(names):
        mine = stage == k
        parts[name] = (t[mine], took[mine], waited[mine])
    return Tape(schedule, seed, seconds, parts)


def record(model: Path, schedule: str, seed: int, out: Path, *, core: int, seconds: float) -> None:
    """In a process of its own, alone on its core but for the hogs."""
    command = (sys.executable, "-m", "tests.bench._perception_tapes", str(model), schedule)
    more = (str(seed), str(out), str(core), str(seconds))
    subprocess.run((*command, *more), cwd=ROOT, check=True, timeout=seconds + GRACE_S)


def hogs(schedule: str, seed: int, seconds: float, core: int) -> subprocess.Popen[str]:
    """Ready to begin, for this process; begins with a line of input."""
    command = (sys.executable, "-m", "tests.bench._perception_hogs", schedule, str(seed))
    started = subprocess.Popen(
        (*command, str(seconds), str(core), str(os.getpid())),
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert started.stdout is not None
    started.stdout.readline()
    return started


def begin(started: subprocess.Popen[str]) -> None:
    """Let the hogs loose."""
    assert started.stdin is not None
    started.stdin.write("\n")
    started.stdin.flush()


def waited_s() -> float:
    """How long this thread has waited for a core so far; 0 where nobody counts."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


def _record(model: Path, schedule: str, seed: int, out: Path, core: int, seconds: float) -> None:
    others = hogs(schedule, seed, seconds, core)
    os.sched_setaffinity(0, {core})
    stages = Stages(model, drawn(FILM_SEED, 1).frames)
    names = stages.names
    for k in range(WARM):
        for name in names:
            stages.run(name, k)
    chance = np.random.default_rng(seed)
    rows: list[tuple[float, int, float, float]] = []
    begin(others)
    began_t, k = time.perf_counter(), 0
    while (t := time.perf_counter() - began_t) < seconds:
        for place in chance.permutation(len(names)):
            before_s, t = waited_s(), time.perf_counter() - began_t
            stages.run(names[place], k)
            took_s = time.perf_counter() - began_t - t
            rows.append((t, int(place), took_s, waited_s() - before_s))
            k += 1
    others.wait(timeout=GRACE_S)
    t_s, stage, took, waited = (np.array(column) for column in zip(*rows, strict=True))
    partial = out.with_name(f"partial-{out.name}")
    np.savez(
        partial, names=np.array(names), t=t_s, stage=stage, took=took, waited=waited,
        schedule=schedule, seed=seed, seconds=seconds,
    )  # fmt: skip
    partial.replace(out)


if __name__ == "__main__":
    _model, _schedule, _seed, _out, _core, _seconds = sys.argv[1:]
    _record(
        Path(_model), _schedule, int(_seed), Path(_out), int(_core), float(_seconds)
    )  # fmt: skip
