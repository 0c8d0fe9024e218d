"""One worker process, seen from the front."""

from __future__ import annotations

import asyncio
import contextlib
import pickle
import sys
import time
from pathlib import Path

import aiohttp
import msgspec

from articgw.config import Config
from articgw.errors import BackendUnavailable, ConfigError
from articgw.workers.process import Birth, Failed, Hello

START_S = 90.0
"""A model that loads on a busy machine takes so long at most."""
CLOSE_S = 7.0
"""Longer than a gateway gives its connections to end (`articgw.serve.SHUTDOWN_TIMEOUT_S`)."""


class Worker:
    """From its start to its end; made by `Fleet`."""

    def __init__(self, name: str, config: Config, folder: Path) -> None:
        """``folder`` is where its socket comes to be, and nobody else's to look into."""
        self.name = name
        self.hello = Hello("", "")
        self.offers = 0
        """Calls that it has been asked to take so far, less those that it did not."""
        self._said = 0
        self.is_leaving = False
        """It was told to go."""
        self._birth = Birth(name, config, folder / f"{name}.sock")
        self._process: asyncio.subprocess.Process | None = None
        self._http: aiohttp.ClientSession | None = None
        self._ready_t = 0.0

    @property
    def http(self) -> aiohttp.ClientSession:
        """Requests to it; answers come as they are on the wire."""
        assert self._http is not None, "not started"
        return self._http

    @property
    def sessions(self) -> int:
        """Calls that it has, as far as is known: those it last spoke of, and offers since."""
        return self._said + self.offers

    def on_said(self, sessions: int, *, offers: int) -> None:
        """It said that it has so many calls, when there had been so many ``offers``."""
        self._said = sessions - offers

    def lived_s(self) -> float:
        """Since it was ready."""
        return time.monotonic() - self._ready_t

    async def start(self) -> None:
        """Returns when it takes calls.

        Raises `ConfigError` where no worker could, `BackendUnavailable` where this one cannot.
        """
        code = (
            f"import sys; sys.path[:] = {sys.path!r}; from articgw.workers import process; "
            "process.serve()"
        )
        # A session of its own: Ctrl-C in a terminal is the front's, which then ends us in order.
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            code,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            async with asyncio.timeout(START_S):
                self._process.stdin.write(pickle.dumps(self._birth))
                await self._process.stdin.drain()
                line = await self._process.stdout.readline()
            said = msgspec.json.decode(line, type=Hello | Failed)
        except (OSError, TimeoutError, msgspec.DecodeError) as error:
            await self._abandon()
            raise BackendUnavailable(f"worker {self.name} did not start") from error
        except asyncio.CancelledError:
            await self._abandon()
            raise
        if isinstance(said, Failed):
            await self._abandon()
            raise (ConfigError if said.wrong_settings else BackendUnavailable)(said.why)
        self.hello = said
        self._ready_t = time.monotonic()
        self._http = aiohttp.ClientSession(
            connector=aiohttp.UnixConnector(str(self._birth.socket), limit=0),
            timeout=aiohttp.ClientTimeout(total=None),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )

    async def ended(self) -> int:
        """Returns its exit status when the process is gone."""
        assert self._process is not None, "not started"
        status = await self._process.wait()
        if self._http is not None:
            await self._http.close()
        self._birth.socket.unlink(missing_ok=True)
        return status

    def drain(self) -> None:
        """No more calls; it goes when those it has have ended. Twice: at once."""
        self.is_leaving = True
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()

    def kill(self) -> None:
        """As a crash would."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()

    async def close(self) -> None:
        """End it now, after some seconds by force."""
        self.is_leaving = True
        if self._process is None:
            return
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            async with asyncio.timeout(CLOSE_S):
                await self.ended()
        except TimeoutError:
            await self._abandon()

    async def _abandon(self) -> None:
        self.kill()
        await self.ended()
