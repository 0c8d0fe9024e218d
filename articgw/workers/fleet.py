"""As many workers as are wanted, and one spare that is ready to take a dead one's place.

    start     all of them side by side, then the spare
    a death   the spare has its place at once; another spare is started
    a hang    no answer for `HUNG_S`: killed, and then as above
    drain     all are told; nothing is started any more

A worker that dies young is not replaced at once: the spare's successor waits, twice as long each
time. tenacity was rejected: it repeats calls that fail, and what fails here is a life.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import tempfile
from collections.abc import Coroutine
from dataclasses import replace
from itertools import count
from pathlib import Path

import aiohttp

from articgw.config import Config
from articgw.errors import BackendError, ConfigError
from articgw.workers.totals import Totals
from articgw.workers.worker import Worker

log = logging.getLogger(__name__)

LOOK_S = 2.0
HUNG_S = 10.0
STEADY_S = 10.0
"""Who lives so long did not die of its start."""
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 30.0


class Fleet:
    """The workers of one front. Raises `ConfigError` and `BackendError` where none can start."""

    def __init__(self, config: Config) -> None:
        each = -(-config.max_sessions // config.workers)
        self._config = replace(config, max_sessions=each)
        self._wanted = config.workers
        self._folder = Path(tempfile.mkdtemp(prefix="articgw-"))
        self._names = map(str, count(1))
        self._workers: list[Worker] = []
        self._spares: list[Worker] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._keeping: asyncio.Task[None] | None = None
        self._wait_s = 0.0
        self.totals = Totals(lambda: (len(self._workers), len(self._spares)))
        self.is_draining = False

    @property
    def workers(self) -> tuple[Worker, ...]:
        """Those that take calls, the one with the fewest first."""
        return tuple(sorted(self._workers, key=lambda worker: worker.sessions))

    def of(self, session_id: str) -> Worker | None:
        """The worker that has the call of that name, if it is alive."""
        name, dash, _ = session_id.partition("-")
        return next((one for one in self._workers if dash and one.name == name), None)

    async def start(self) -> None:
        """Returns when all take calls. Raises `ConfigError` and `BackendError`."""
        at_once = asyncio.Semaphore(max(2, os.cpu_count() or 1))

        async def start_one() -> None:
            async with at_once:
                self._workers.append(await self._started())

        starting = [asyncio.create_task(start_one()) for _ in range(self._wanted)]
        try:
            await asyncio.gather(*starting)
        except (ConfigError, BackendError):
            for task in starting:
                task.cancel()
            await asyncio.gather(*starting, return_exceptions=True)
            raise
        self._keep()

    async def drain(self) -> None:
        """Take no more calls; returns when the live ones have ended and every worker is gone."""
        self.is_draining = True
        if self._keeping is not None:
            self._keeping.cancel()
        leaving = (*self._workers, *self._spares)
        for worker in leaving:
            worker.drain()
        await asyncio.gather(*(worker.ended() for worker in leaving))

    async def close(self) -> None:
        """End everything now."""
        self.is_draining = True
        tasks = tuple(self._tasks)
        await asyncio.gather(*(worker.close() for worker in (*self._workers, *self._spares)))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _started(self) -> Worker:
        worker = Worker(next(self._names), self._config, self._folder)
        await worker.start()
        self._spawn(self._mourn(worker))
        self._spawn(self._look_after(worker))
        return worker

    def _keep(self) -> None:
        if self._keeping is None or self._keeping.done():
            self._keeping = self._spawn(self._keep_spare())

    async def _keep_spare(self) -> None:
        """One spare more than are wanted, however often it takes."""
        while not self.is_draining and len(self._workers) + len(self._spares) <= self._wanted:
            await asyncio.sleep(self._wait_s)
            try:
                self._spares.append(await self._started())
            except (ConfigError, BackendError) as error:
                self._wait_s = min(LONGEST_WAIT_S, max(FIRST_WAIT_S, 2 * self._wait_s))
                log.error("no new worker: %s; again in %g s", error, self._wait_s)
            self._fill()

    def _fill(self) -> None:
        while self._spares and len(self._workers) < self._wanted:
            self._workers.append(self._spares.pop())

    async def _mourn(self, worker: Worker) -> None:
        status = await worker.ended()
        for group in (self._workers, self._spares):
            if worker in group:
                group.remove(worker)
        self.totals.on_gone(worker.name, unasked=not worker.is_leaving)
        if self.is_draining:
            return
        young = worker.lived_s() < STEADY_S
        self._wait_s = min(LONGEST_WAIT_S, max(FIRST_WAIT_S, 2 * self._wait_s)) if young else 0.0
        spares = len(self._spares)
        self._fill()
        log.error(
            "worker %s ended (%d), and its %d calls with it; %s",
            worker.name, status, worker.sessions,
            "the spare has its place" if spares else "another one is started",
        )  # fmt: skip
        self._keep()

    async def _look_after(self, worker: Worker) -> None:
        """What it counts and how many calls it has, every two seconds; and that it answers."""
        secret = self._config.token
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        url, limit = "http://worker/metrics", aiohttp.ClientTimeout(total=HUNG_S)
        while True:
            offers = worker.offers
            try:
                async with worker.http.get(url, headers=headers, timeout=limit) as page:
                    sessions = self.totals.on_page(worker.name, await page.text())
                    worker.on_said(sessions, offers=offers)
            except TimeoutError:
                log.error("worker %s hangs: it is killed", worker.name)
                worker.kill()
                return
            except (aiohttp.ClientError, RuntimeError):
                return
            await asyncio.sleep(LOOK_S)

    def _spawn(self, coroutine: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
