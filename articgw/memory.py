"""Memory that a long-lived gateway gives back.

Each call brings threads (aiortc decodes in one), and glibc gives threads heaps of their own, which
keep what was freed in them: the process grew by 10 MiB with every call for the first seven. Two
heaps hold it down; what decoders take is mapped, and does not pass through them. And what is left
of a call is in reference cycles, whose pictures and packets wait for the collector.
"""

from __future__ import annotations

import ctypes
import gc
import sys

HEAPS = 2
MAPPED_BYTES = 288 << 10
"""What is larger is mapped, and unmapped when it is freed: pictures. glibc would begin with less,
and map only ever larger blocks after the first was freed. asyncio takes 256 KiB for each datagram
before it knows its size: that much is not mapped."""
_M_ARENA_MAX, _M_MMAP_THRESHOLD = -8, -3
"""malloc.h of glibc, mallopt(3)."""


def settle() -> bool:
    """At start-up, before there are threads; False where the C library knows no such setting."""
    gc.collect()
    gc.freeze()
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    return bool(mallopt(_M_ARENA_MAX, HEAPS) == mallopt(_M_MMAP_THRESHOLD, MAPPED_BYTES) == 1)


def tidy() -> None:
    """After a call: a few milliseconds, where the collector would have come much later."""
    gc.collect()
