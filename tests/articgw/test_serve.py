"""`articgw serve` as its user runs it: a process, its ready line, its end."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE

import pytest

from articgw.serve import READY
from tests.integration.caller import calling, frames_arrive

pytestmark = pytest.mark.integration


async def _start(*flags: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "articgw", "serve", *flags, stdout=PIPE, stderr=PIPE
    )


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
async def test_it_says_where_it_is_ready_and_stops_when_told(signum: int) -> None:
    process = await _start("--port", "0", "--backend", "scripted", "--drain_s", "1")
    async with asyncio.timeout(20):
        assert process.stdout is not None
        line = (await process.stdout.readline()).decode()
        assert line.startswith(f"{READY} http://127.0.0.1:")
        url = line.removeprefix(READY).strip()
        async with calling(url):
            await frames_arrive(url)
            process.send_signal(signum)
            _, errors = await process.communicate()
    assert process.returncode == 0
    assert b"Traceback" not in errors


async def test_a_taken_port_is_said_in_one_line() -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    process = await _start("--port", str(port), "--backend", "scripted")
    async with asyncio.timeout(20):
        _, errors = await process.communicate()
    server.close()
    assert process.returncode == 2
    assert b"--port" in errors and b"Traceback" not in errors
