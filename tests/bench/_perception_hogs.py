"""Hogs on the core that is measured, switched by a process of its own.

    python -m tests.bench._perception_hogs SCHEDULE SEED SECONDS CORE PID

It says `ready`, begins with a line of input, and ends after ``SECONDS`` or with the process that it
was told of. A hog is a process that counts; it is stopped and continued, so it costs nothing while
it is stopped. A quota stops the measured process itself, as a control group's quota would.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from tests.bench._perception_schedules import QUOTA_S, QUOTA_SHARE, Schedule, schedule

COUNTS = "import os\np = os.getppid()\nwhile os.getppid() == p:\n for _ in range(50000): pass\n"
START_S = 0.5
TICK_S = 0.002
"""How late a change may be."""

Level = Callable[[float], float]
"""Hogs at a time (s)."""


def level_of(name: str, seed: int, seconds: float) -> Level:
    """What is planned. Raises ``ValueError`` for a schedule that there is not."""
    return schedule(name, seed, seconds).level


def run(plan: Schedule, seconds: float, core: int, pid: int) -> None:
    """Until the time is over, or the measured process is."""
    most = max(level for _, level in plan.changes)
    hogs = [subprocess.Popen([sys.executable, "-c", COUNTS]) for _ in range(most)]
    try:
        for hog in hogs:
            os.sched_setaffinity(hog.pid, {core})
            hog.send_signal(signal.SIGSTOP)
        os.sched_setaffinity(0, os.sched_getaffinity(0) - {core} or {core})
        print("ready", flush=True)
        sys.stdin.readline()
        if plan.name == "quota":
            _throttle(pid, seconds)
        else:
            _follow(plan, hogs, seconds, pid)
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()


def _follow(
    plan: Schedule, hogs: Sequence[subprocess.Popen[bytes]], seconds: float, pid: int
) -> None:
    began_t, running = time.monotonic(), 0
    while (t := time.monotonic() - began_t) < seconds and _lives(pid):
        wanted = plan.level(t)
        for hog in hogs[running:wanted]:
            hog.send_signal(signal.SIGCONT)
        for hog in hogs[wanted:running]:
            hog.send_signal(signal.SIGSTOP)
        running = wanted
        time.sleep(TICK_S)


def _throttle(pid: int, seconds: float) -> None:
    began_t = time.monotonic()
    try:
        for period in range(int(seconds / QUOTA_S)):
            end_t = began_t + (period + 1) * QUOTA_S
            time.sleep(max(0.0, end_t - QUOTA_S * (1 - QUOTA_SHARE) - time.monotonic()))
            if not _lives(pid):
                return
            os.kill(pid, signal.SIGSTOP)
            time.sleep(max(0.0, end_t - time.monotonic()))
            os.kill(pid, signal.SIGCONT)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _end(*_: object) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end)
    _name, _seed, _seconds, _core, _pid = sys.argv[1:]
    _plan = schedule(_name, int(_seed), float(_seconds))
    run(_plan, float(_seconds), int(_core), int(_pid))
