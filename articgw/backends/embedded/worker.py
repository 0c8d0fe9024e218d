"""One process that works, seen from the event loop.

Rules:
1. One job is in the process at a time; jobs that wait stay on our side of the pipe, so they survive
   the death of the process and can be given up without trace.
2. A job that runs cannot be interrupted. When nobody wants its result any more it finishes and the
   result is thrown away; the process stays usable.
3. When the process dies, its job fails with `BackendUnavailable` and a new process starts at once.
   A job that runs longer than `HUNG_S` is taken for a hung process, which is killed.

Why not `concurrent.futures.ProcessPoolExecutor`: its workers hold both ends of their own queue, so
they outlive a parent that is killed; it re-imports the main module; and it leaves a resource
tracker process behind. A child on two pipes ends by itself when its standard input closes.
"""

from __future__ import annotations

import asyncio
import pickle
import struct
import sys

from articgw.backends.embedded.jobs import Failed, Ready
from articgw.errors import BackendUnavailable

START_S = 60.0
HUNG_S = 30.0
_CLOSE_S = 2.0
_LENGTH = struct.Struct("!Q")


class Worker:
    """A process that loads the models and does one job after another."""

    def __init__(
        self,
        setup: object,
        *,
        module: str = "articgw.backends.embedded.process",
        name: str = "the embedded model",
    ) -> None:
        """``setup`` is the first message to the ``serve`` of ``module``; ``name`` is for people."""
        self._setup = setup
        self._module = module
        self._name = name
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._starting: asyncio.Task[Ready] | None = None
        self._jobs: set[asyncio.Task[object]] = set()
        self._closed = False

    @property
    def busy(self) -> bool:
        """True while a job runs or waits, or the process is not ready."""
        starting = self._starting
        ready = starting is not None and starting.done() and not _failed(starting)
        return self._turn.locked() or not ready

    @property
    def pid(self) -> int | None:
        """Of the process, while there is one."""
        return self._process.pid if self._process else None

    async def start(self) -> Ready:
        """Wait until the process is ready. Raises `BackendUnavailable` where it cannot be."""
        if self._closed:
            raise BackendUnavailable(f"{self._name} was closed")
        self.warm_up()
        assert self._starting is not None
        return await asyncio.shield(self._starting)

    def warm_up(self) -> None:
        """Begin to start, unless that is done or under way; `start` tells how it went."""
        if not self._closed and (self._starting is None or _failed(self._starting)):
            self._starting = asyncio.create_task(self._launch())
            self._starting.add_done_callback(_failed)

    async def run(self, job: object) -> object:
        """Do a job and return its result.

        Raises `BackendUnavailable` when the process dies or the job fails. May be cancelled.
        """
        await self._turn.acquire()
        try:
            task = asyncio.create_task(self._exchange(job))
        except BaseException:
            self._turn.release()
            raise
        self._jobs.add(task)
        task.add_done_callback(self._done)
        return await asyncio.shield(task)

    async def close(self) -> None:
        """End the process, at the latest after 2 s by force. May be called twice."""
        self._closed = True
        if self._starting is not None and not self._starting.done():
            self._starting.cancel()
            await asyncio.wait([self._starting])
        await self._stop(kill=bool(self._jobs))
        if self._jobs:
            await asyncio.wait(self._jobs)

    def _done(self, task: asyncio.Task[object]) -> None:
        self._jobs.discard(task)
        self._turn.release()
        if not task.cancelled():
            task.exception()  # nobody may be left to ask for it

    async def _launch(self) -> Ready:
        code = f"import sys; sys.path[:] = {sys.path!r}; from {self._module} import serve; serve()"
        # A session of its own: Ctrl-C in a terminal is the gateway's, which then closes us in
        # order, and Linux shares the processor between sessions before it looks at priorities.
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            code,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(START_S):
                await self._send(self._setup)
                hello = await self._receive()
        except (OSError, EOFError, TimeoutError, pickle.UnpicklingError) as error:
            await self._stop(kill=True)
            raise BackendUnavailable(f"{self._name}'s process did not start") from error
        except asyncio.CancelledError:
            await self._stop(kill=True)
            raise
        if not isinstance(hello, Ready):
            await self._stop(kill=False)
            reason = hello.why if isinstance(hello, Failed) else "it did not say why"
            raise BackendUnavailable(f"{self._name} cannot start: {reason}")
        return hello

    async def _exchange(self, job: object) -> object:
        await self.start()
        try:
            async with asyncio.timeout(HUNG_S):
                await self._send(job)
                result = await self._receive()
        except (OSError, EOFError, TimeoutError, pickle.UnpicklingError) as error:
            await self._stop(kill=True)
            self._starting = None
            self.warm_up()
            raise BackendUnavailable(
                f"{self._name}'s process ended while it worked on this; it is starting again",
                retry_after_s=2.0,
            ) from error
        if isinstance(result, Failed):
            raise BackendUnavailable(f"{self._name} failed on this: {result.why}")
        return result

    async def _send(self, message: object) -> None:
        process = self._process
        if process is None or process.stdin is None:
            raise EOFError
        data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
        process.stdin.write(_LENGTH.pack(len(data)))
        process.stdin.write(data)
        await process.stdin.drain()

    async def _receive(self) -> object:
        process = self._process
        if process is None or process.stdout is None:
            raise EOFError
        (length,) = _LENGTH.unpack(await process.stdout.readexactly(_LENGTH.size))
        result: object = pickle.loads(await process.stdout.readexactly(length))
        return result

    async def _stop(self, *, kill: bool) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        if kill and process.returncode is None:
            process.kill()
        try:
            async with asyncio.timeout(_CLOSE_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


def _failed(task: asyncio.Task[Ready]) -> bool:
    """True where a start is over and did not succeed; also marks its error as seen."""
    return task.done() and (task.cancelled() or task.exception() is not None)
