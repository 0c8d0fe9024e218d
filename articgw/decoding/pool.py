"""The threads that decode, for all calls of a process.

One for each core that the process may use: more would only take turns. A call has one piece of work
here at a time and the queue is first come, first served, so calls take turns whatever each of them
has to catch up with.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import TypeVar

T = TypeVar("T")


class DecodePool:
    """A bounded number of threads; started as they are needed."""

    def __init__(self, threads: int) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="decode")

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """``work`` in a thread, in its turn."""
        return self._executor.submit(work)


@cache
def shared_pool() -> DecodePool:
    """The one of this process."""
    return DecodePool(max(1, len(os.sched_getaffinity(0))))
