"""The same evaluation over a cluster: one Ray actor per worker, sharded by question.

    this process: jobs, budget, RUN/answers.jsonl ─▶ Worker (actor): film, encoder, model, judge
                                                  ◀─ a line ─

Only this process writes answers, so a kill of any part costs what was in flight. Every node needs
the same articgw, and the data set, traces and price list at the same paths. ``local`` begins a
cluster of this machine: Ray listens on all its addresses, to who shows a token made for the run.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import secrets
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import msgspec

from articgw.errors import ArticError, ConfigError
from devibench.evaluate.asking import Asking, answered, unanswered
from devibench.evaluate.order import Order, making, opened
from devibench.evaluate.runner import Answer, Job
from devibench.extras import extra
from devibench.samples import Dataset, Degradation, Line, Sample

LOCAL = "local"
STORE_BYTES = 80 << 20
"""What is passed around is lines; 75 MiB is Ray's least."""
LIVES = 3
"""An actor that dies is begun again so often, and what it was at is asked again."""


class About(msgspec.Struct, frozen=True):
    """What an actor works with."""

    version: str
    dataset_sha256: str
    model: str


class Worker:
    """An actor: opens what it needs when it is asked first."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._stack = AsyncExitStack()
        self._opening = asyncio.Lock()
        self._made: tuple[Asking, Dataset] | None = None
        self._samples: dict[str, Sample] = {}
        self._degradations: dict[str, Degradation] = {}

    async def about(self) -> bytes:
        """`About`, encoded. Raises `ConfigError`, `DatasetError`."""
        asking, dataset = await self._opened()
        model = asking.backend.model
        return msgspec.json.encode(About(version("articgw"), dataset.sha256, model))

    async def answer(self, key: str, arm: str, before: bytes | None) -> bytes:
        """A line, encoded."""
        asking, dataset = await self._opened()
        known = None if before is None else msgspec.json.decode(before, type=Line)
        sample, degradation = self._samples[key], self._degradations[arm]
        line = await answered(asking, dataset, sample, degradation, self._order.seed, known)
        return msgspec.json.encode(line)

    async def close(self) -> None:
        """Let go of the models."""
        await self._stack.aclose()

    async def _opened(self) -> tuple[Asking, Dataset]:
        async with self._opening:
            if self._made is None:
                dataset, samples, degradations = await asyncio.to_thread(opened, self._order)
                self._samples = {one.key: one for one in samples}
                self._degradations = {one.name: one for one in degradations}
                self._made = await self._stack.enter_async_context(making(self._order)), dataset
        return self._made


@asynccontextmanager
async def cluster(
    order: Order, dataset_sha256: str
) -> AsyncGenerator[tuple[Sequence[Answer], str]]:
    """Workers, and their model's name. Raises `ConfigError` where there is no cluster, or it has
    other data or another version."""
    ray = _joined(order)
    try:
        count = max(1, min(order.workers, int(ray.cluster_resources().get("CPU", 0))))
        share = order.per_minute and order.per_minute / count
        mine = replace(order.absolute(), per_minute=share, ray=None)
        made = ray.remote(num_cpus=1, max_restarts=LIVES, max_task_retries=LIVES)(Worker)
        workers = [made.remote(mine) for _ in range(count)]
        model = await _agreed(ray, workers, dataset_sha256)
        try:
            yield [_answer(ray, worker) for worker in workers], model
        finally:
            await asyncio.gather(*[worker.close.remote() for worker in workers])
    finally:
        await asyncio.to_thread(ray.shutdown)


def _joined(order: Order) -> Any:
    """Ray, as a part of the cluster. Its native part reads the environment when it is imported."""
    options: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
    if "ray" not in sys.modules:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        if order.ray == LOCAL:
            os.environ.setdefault("RAY_AUTH_MODE", "token")
            os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
    with extra("ray"):
        ray: Any = importlib.import_module("ray")
    if order.ray == LOCAL:
        options |= {
            "num_cpus": order.workers, "include_dashboard": False,
            "object_store_memory": STORE_BYTES,
        }  # fmt: skip
    try:
        ray.init(address=order.ray, **options)
    except (OSError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
        said = str(error).strip().partition("\n")[0]
        raise ConfigError(f"--ray {order.ray}: no cluster could be joined ({said})") from error
    return ray


async def _agreed(ray: Any, workers: Sequence[Any], dataset_sha256: str) -> str:
    """The model of all workers."""
    try:
        told = await asyncio.gather(*[worker.about.remote() for worker in workers])
    except ray.exceptions.RayError as error:
        cause = getattr(error, "cause", None)
        said = cause if isinstance(cause, ArticError) else error
        raise ConfigError(f"--ray: a worker cannot begin: {said}") from error
    found = {msgspec.json.decode(one, type=About) for one in told}
    (about,) = found if len(found) == 1 else (None,)
    if about is None or about.dataset_sha256 != dataset_sha256:
        raise ConfigError("--ray: not every node has the same data set at that path")
    if about.version != version("articgw"):
        raise ConfigError(f"--ray: the nodes have articgw {about.version}; install the same here")
    return about.model


def _answer(ray: Any, worker: Any) -> Answer:
    async def answer(job: Job, before: Line | None) -> Line:
        known = None if before is None else msgspec.json.encode(before)
        key, arm = job.sample.key, job.degradation.name
        try:
            return msgspec.json.decode(await worker.answer.remote(key, arm, known), type=Line)
        except ray.exceptions.RayError as error:
            said = str(error).strip().splitlines()
            return before or unanswered(job.sample, arm, f"the worker died: {said[-1]}")

    return answer
