"""Where a process of the capacity bench runs: alone on its core, before whatever else runs there.

Only the standard library: receivers that have an environment of their own use it, too.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
from pathlib import Path

NICE = -11
"""What our gateway asks for itself (articgw/priority.py), here for all arms and for the sender."""
_PR_SET_PDEATHSIG = 1
"""prctl(2); asyncio starts processes from its main thread, which lives as long as the parent."""


def take_place(core: int | None) -> None:
    """Before there are threads. Ends with its parent; priority only where the system allows it."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if core is not None:
        os.sched_setaffinity(0, {core})
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, NICE)
        if os.getsid(0) == os.getpid():
            Path("/proc/self/autogroup").write_text(str(NICE))
