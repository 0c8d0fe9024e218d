"""Who else wants the processor, and when: as many hogs as each moment asks for, and a quota.

hogs 0, 1, 2, 4   all the time
steps             another number every `STEP_S`
ramp              from none to four and back
square            none and four, a second each
random            another number after about 1.5 s
quota             half of every 100 ms, and then nothing, as a control group's quota does

A hog is a process that counts, on the same core as what is measured. All repeat after `PERIOD_S`.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from dataclasses import dataclass

PERIOD_S, QUICK_PERIOD_S = 24.0, 12.0
STEP_S, HALF_S, MEAN_S = 4.0, 1.0, 1.5
LEVELS = (0, 1, 2, 4)
MOST = max(LEVELS)
QUOTA_S, QUOTA_SHARE = 0.1, 0.5
CONSTANT = tuple(f"hogs {n}" for n in LEVELS)
STEADY = (*CONSTANT, "steps", "ramp", "quota")
FAST = ("square", "random")
CHANGING = ("steps", "ramp", *FAST)
NAMES = (*STEADY, *FAST)


@dataclass(frozen=True, slots=True)
class Schedule:
    """What happens in a period."""

    name: str
    seed: int
    period_s: float
    changes: tuple[tuple[float, int], ...]
    """From when on (s), how many hogs; the first from 0."""

    def level(self, t: float) -> int:
        """Hogs at that time."""
        times = [start for start, _ in self.changes]
        return self.changes[bisect_right(times, t % self.period_s) - 1][1]

    @property
    def rises(self) -> tuple[float, ...]:
        """When more hogs come, within a period."""
        pairs = zip(self.changes, self.changes[1:], strict=False)
        return tuple(t for (_, before), (t, after) in pairs if after > before)


def schedule(name: str, seed: int, period_s: float = PERIOD_S) -> Schedule:
    """Raises ``ValueError`` for a name that there is not."""
    if name not in NAMES:
        raise ValueError(f"no schedule is called {name}")
    rng = random.Random(f"{name} {seed}")
    if name in CONSTANT:
        return Schedule(name, seed, period_s, ((0.0, int(name.split()[1])),))
    if name == "quota":
        return Schedule(name, seed, period_s, ((0.0, 0),))
    if name == "ramp":
        rising = (*range(MOST + 1), *range(MOST - 1, 0, -1))
        step_s = period_s / len(rising)
        return Schedule(name, seed, period_s, tuple((k * step_s, n) for k, n in enumerate(rising)))
    if name == "square":
        first = rng.choice((0, MOST))
        count = int(period_s / HALF_S)
        changes = tuple((k * HALF_S, first if k % 2 == 0 else MOST - first) for k in range(count))
        return Schedule(name, seed, period_s, changes)
    drawn, t, level = list[tuple[float, int]](), 0.0, rng.choice(LEVELS)
    while t < period_s:
        drawn.append((t, level))
        t += STEP_S if name == "steps" else min(4.0, max(0.4, rng.expovariate(1 / MEAN_S)))
        level = rng.choice([one for one in LEVELS if one != level])
    return Schedule(name, seed, period_s, tuple(drawn))
