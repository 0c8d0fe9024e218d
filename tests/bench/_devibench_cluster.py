"""How much more a cluster does with more workers: answers a second, over Ray on this machine.

The back end repeats the question, so that what takes time is a film's encoding; what it takes to
begin the cluster is not counted. python -m tests.bench._devibench_cluster
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from devibench.evaluate.cluster import cluster
from devibench.evaluate.order import Order, opened
from devibench.evaluate.runner import by_sample, jobs_of, run
from devibench.evaluate.store import open_run
from devibench.sample import make
from devibench.samples import RunMeta

WORKERS = (1, 2)
SET = make.Order(seed=201, clips=4, seconds=2.0, size_px=(960, 540))
ARMS = ("h264:100k", "hevc:100k")
Row = dict[str, Any]


def measure() -> list[Row]:
    """A row for each number of workers; none where Ray is not installed."""
    if find_spec("ray") is None:
        return []
    with tempfile.TemporaryDirectory() as name:
        make.make_set(SET, Path(name) / "set")
        order = Order(
            str(Path(name) / "set"), Path(name) / "run", ARMS, backend="scripted", cached=False,
            text_only=False, ray="local", questions=3,
        )  # fmt: skip
        return [asyncio.run(_measured(replace(order, workers=count))) for count in WORKERS]


async def _measured(order: Order) -> Row:
    dataset, samples, degradations = opened(order)
    meta = RunMeta("set", "", order.arms, order.backend, order.judge, order.seed, "0")
    store = open_run(order.out.with_name(f"run-{order.workers}"), meta)
    shards = by_sample(jobs_of(samples, degradations, set()))
    async with cluster(order, dataset.sha256) as (answers, _):
        began_t = time.monotonic()
        outcome = await run(shards, answers, store)
        seconds = time.monotonic() - began_t
    return {
        "part": "cluster", "workers": len(answers), "answers": outcome.asked, "seconds": seconds,
        "answers_per_s": outcome.asked / seconds,
    }  # fmt: skip


if __name__ == "__main__":
    for row in measure():
        print(row)
