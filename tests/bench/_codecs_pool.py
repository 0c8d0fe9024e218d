"""Work that needs no quiet machine, in two processes."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

PROCESSES = 2
Given = TypeVar("Given")
Made = TypeVar("Made")


def done_by_two(work: Callable[[Given], Made], jobs: Sequence[Given]) -> list[Made]:
    """Results in the order of the jobs. Raises what one of them raised; one job alone stays here.

    A fresh interpreter each: threads of encoders and models would not survive a fork.
    """
    if len(jobs) < PROCESSES:
        return [work(job) for job in jobs]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
        return list(pool.map(work, jobs))
