"""The threads that work on pictures, for all calls of a process: decoding, scaling, JPEG.

One for each core that the process may use: more would only take turns. A call has one piece of
decoding here at a time, and one picture on its way to each who wants one; the queue is first come,
first served, so calls take turns whatever each of them has to catch up with. What waits for a disk
or a model does not belong here.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")


class PicturePool:
    """A bounded number of threads; started as they are needed."""

    def __init__(self, threads: int) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="pictures")

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """``work`` in a thread, in its turn."""
        return self._executor.submit(work)


@cache
def shared_pool() -> PicturePool:
    """The one of this process."""
    return PicturePool(max(1, len(os.sched_getaffinity(0))))


async def in_turn(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """`asyncio.to_thread`, here."""
    return await asyncio.wrap_future(shared_pool().submit(lambda: work(*args, **kwargs)))
