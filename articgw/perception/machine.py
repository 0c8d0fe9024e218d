"""How busy the machine is, as its files tell: each reading is None where its file is missing.

    /proc/self/task/*/schedstat   ns run, ns waited for a processor        kernel docs, sched-stats
    /proc/pressure/cpu            us in which something waited             kernel docs, psi
    cpu.stat of our cgroup        v2: throttled_usec, v1: throttled_time (ns)
    /proc/loadavg                 how many want to run

Containers often lack some of them. Counters become rates between two calls; the first has none.
Several hundred microseconds: not for every frame.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path("/")


@dataclass(frozen=True, slots=True)
class Busy:
    """One moment, and the time since the moment before it."""

    run_delay: float | None
    """s that threads of this process waited for a processor, per s that they ran."""
    pressure: float | None
    """0..1, share of the time in which something on the machine waited for a processor."""
    throttled: float | None
    """0..1, share of the time in which our control group was stopped by its quota."""
    load: float | None
    """Runnable tasks per processor, mean of a minute."""
    ran_s: float | None = None
    """What the threads of this process ran."""
    waited_s: float | None = None
    """... and waited for a processor, though they could have run."""


@dataclass(frozen=True, slots=True)
class _Counters:
    t: float
    run_s: float | None
    wait_s: float | None
    pressure_s: float | None
    throttled_s: float | None


class Machine:
    """Reads the files of one machine, for the process that calls."""

    def __init__(self, root: Path = ROOT) -> None:
        """``root``: where proc and sys are."""
        self._root = root
        self._throttles = _throttle_file(root)
        self._before: _Counters | None = None

    def read(self, *, now: float) -> Busy:
        """The rates since the last call; ``now`` in s, on any one clock."""
        before, after = self._before, self._count(now)
        self._before = after
        load = _load(self._root)
        if before is None or now <= before.t:
            return Busy(None, None, None, load)
        ran_s, waited_s = _grew(before.run_s, after.run_s), _grew(before.wait_s, after.wait_s)
        return Busy(
            run_delay=None if waited_s is None or not ran_s else waited_s / ran_s,
            pressure=_share(_grew(before.pressure_s, after.pressure_s), now - before.t),
            throttled=_share(_grew(before.throttled_s, after.throttled_s), now - before.t),
            load=load,
            ran_s=ran_s,
            waited_s=waited_s,
        )

    def _count(self, now: float) -> _Counters:
        run_s, wait_s = _schedstat(self._root)
        pressure_us = _field(self._root / "proc/pressure/cpu", "total")
        throttled_s = None
        if self._throttles is not None:
            path, name, per_s = self._throttles
            count = _field(path, name)
            throttled_s = None if count is None else count / per_s
        return _Counters(
            now, run_s, wait_s, None if pressure_us is None else pressure_us / 1e6, throttled_s
        )


def _schedstat(root: Path) -> tuple[float | None, float | None]:
    """Of all threads that live: one that ends takes its time along, which `_grew` hides."""
    run_ns = wait_ns = 0
    found = False
    for path in root.glob("proc/self/task/*/schedstat"):
        words = _text(path).split()
        if len(words) >= 2 and words[0].isdigit() and words[1].isdigit():
            run_ns, wait_ns, found = run_ns + int(words[0]), wait_ns + int(words[1]), True
    return (run_ns / 1e9, wait_ns / 1e9) if found else (None, None)


def _throttle_file(root: Path) -> tuple[Path, str, float] | None:
    """The cpu.stat of our control group, its field, and how many of its units make a second."""
    for line in _text(root / "proc/self/cgroup").splitlines():
        _, controllers, folder = (line.split(":", 2) + ["", ""])[:3]
        inside = folder.lstrip("/")
        if "cpu" in controllers.split(","):
            candidates = [root / "sys/fs/cgroup/cpu" / inside, root / "sys/fs/cgroup/cpu"]
            field, per_s = "throttled_time", 1e9
        elif not controllers:
            candidates = [root / "sys/fs/cgroup" / inside, root / "sys/fs/cgroup"]
            field, per_s = "throttled_usec", 1e6
        else:
            continue
        for one in candidates:
            if _field(one / "cpu.stat", field) is not None:
                return one / "cpu.stat", field, per_s
    return None


def _load(root: Path) -> float | None:
    words = _text(root / "proc/loadavg").split()
    try:
        return float(words[0]) / max(1, os.cpu_count() or 1)
    except (IndexError, ValueError):
        return None


def _field(path: Path, name: str) -> int | None:
    """The whole number behind ``name``, the first one in the file."""
    found = re.search(rf"\b{name}[= ](\d+)\b", _text(path))
    return int(found[1]) if found else None


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii", "replace")
    except OSError:
        return ""


def _grew(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else max(0.0, after - before)


def _share(part_s: float | None, whole_s: float) -> float | None:
    return None if part_s is None else min(1.0, part_s / whole_s)
