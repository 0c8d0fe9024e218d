"""Who goes first on a machine that is busy.

A media process must run for a millisecond now, a model may run for a second later. Measured on
two cores shared with a browser that encodes: the event loop did 1 ms of work in windows of 70 ms;
it was merely not scheduled. So the gateway asks the system to go first, as audio servers do, and
model processes step back. Going first is a privilege (root, CAP_SYS_NICE, or RLIMIT_NICE): without
it the gateway runs as any other process.

Linux with autogroups (sched(7)) shares the processor between sessions first, and looks at
priorities only within one. So a model process that steps back has a session of its own, and a
gateway that a service manager started, which leads its session, asks for the session.

Within the process the event loop shares the interpreter with the threads that decode and encode
pictures; it waits for one of them at most `SWITCH_S`, instead of Python's 5 ms.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

MEDIA_NICE = -11
"""The value of PipeWire's module-rt."""
MODEL_NICE = 10
PACE_NICE = -5
"""Of who has promised a time: behind media, before models and whatever else runs here."""
SWITCH_S = 0.0005


def go_first() -> bool:
    """Ask for it; False where the system does not allow it."""
    sys.setswitchinterval(SWITCH_S)
    try:
        os.setpriority(os.PRIO_PROCESS, 0, MEDIA_NICE)
    except (PermissionError, AttributeError):
        return False
    _renice_own_session(MEDIA_NICE)
    return True


def step_back() -> None:
    """For processes that compute in a session of their own, whatever their parent's priority is."""
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, 0, MODEL_NICE)
    _renice_own_session(MODEL_NICE)


def keep_pace() -> None:
    """For processes in a session of their own that work against a clock.

    Where the system does not allow that, they run as any other process.
    """
    if hasattr(os, "setpriority"):
        with contextlib.suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, 0, PACE_NICE)
    _renice_own_session(PACE_NICE)


def _renice_own_session(nice: int) -> None:
    """A session that somebody else leads, a terminal's for one, is not ours to change."""
    if os.getsid(0) == os.getpid():
        with contextlib.suppress(OSError):
            Path("/proc/self/autogroup").write_text(str(nice))
