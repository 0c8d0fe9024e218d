"""A fast model server in a process of its own, so that its work is not counted as ours.

`python -m tests.bench._backends_server` speaks OpenAI's chat completions and says, as its first
word, when the request was there and when that word left, s on the machine's monotonic clock; then
as many words as the URL asks for: /v1/WORDS.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from articgw.testing.servers.chat import CHAT

ROOT = Path(__file__).parents[2]
SAYS = "server listens on "
START_S = 30.0


async def answer(request: web.Request) -> web.StreamResponse:
    """One answer."""
    await request.read()
    arrived_t = time.monotonic()
    words = int(request.match_info["words"])
    response = web.StreamResponse(headers={"Content-Type": CHAT.content_type})
    await response.prepare(request)
    first = f"{arrived_t:.6f} {time.monotonic():.6f}"
    await response.write(CHAT.framed(CHAT.word(first)))
    for number in range(words - 1):
        await response.write(CHAT.framed(CHAT.word(f" word{number}", logprob=-0.5)))
    for event in CHAT.ending("stop", words):
        await response.write(CHAT.framed(event))
    await response.write(CHAT.last())
    await response.write_eof()
    return response


async def _list(_request: web.Request) -> web.StreamResponse:
    return web.json_response({"data": []})


async def serve() -> None:
    """Until killed."""
    app = web.Application(client_max_size=64 << 20)
    app.router.add_post("/v1/{words}/chat/completions", answer)
    app.router.add_get("/v1/{words}/models", _list)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"{SAYS}http://127.0.0.1:{runner.addresses[0][1]}/v1", flush=True)
    await asyncio.Event().wait()


@asynccontextmanager
async def server_process(module: str, *arguments: str) -> AsyncGenerator[str]:
    """Run a module that says where it listens, until the context ends; yields what it says."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments,
        cwd=ROOT, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        async with asyncio.timeout(START_S):
            line = (await process.stdout.readline()).decode()
        yield line.removeprefix(SAYS).strip()
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()


@asynccontextmanager
async def fast_server() -> AsyncGenerator[str]:
    """Yields the API's base, to which the number of words is added."""
    async with server_process("tests.bench._backends_server") as base:
        yield base


def times_in(text: str) -> tuple[float, float]:
    """When the request was there and when the first word left, out of that word."""
    arrived, left = text.split()[:2]
    return float(arrived), float(left)


if __name__ == "__main__":
    asyncio.run(serve())
