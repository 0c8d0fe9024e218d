"""Model servers with set speeds, on ports of their own, in a process of their own.

`python -m tests.bench._backends_replicas COUNT` speaks OpenAI's chat completions at so many ports.
A replica reads prompts one after the other in the order in which they came (as engines that serve
first come first served do) and writes up to `SLOTS` answers side by side: T = a + b·prompt +
c·output, with noise. It counts a picture's tokens from the JPEG's own size. How it fares is in the
URL: /v1/SLOWER/DIES_S/…, its slowness as a factor and after how many seconds it hangs up on all.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from base64 import b64decode
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import simplejpeg
from aiohttp import web

from articgw.backends.sizing.tokens import patches
from articgw.testing.servers.chat import CHAT
from tests.bench._backends_server import SAYS, server_process

A_S, B_S, C_S = 0.05, 0.6, 0.8
"""s; s per 1000 prompt tokens; s per 100 output tokens."""
NOISE = 0.1
SLOTS = 8
TEXT_TOKENS = 100
FEWEST_WORDS, MOST_WORDS = 15, 60
_visual = patches(32, resized=True)


class Served:
    """One replica; a client that leaves frees its place."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self._reading = asyncio.Lock()
        self._slots = asyncio.Semaphore(SLOTS)
        self._began_t: float | None = None

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One answer, word by word."""
        body = await request.json()
        slower, dies_s = (float(request.match_info[name]) for name in ("slower", "dies"))
        if self._is_dead(dies_s):
            return _hung_up(request)
        read = CHAT.read(body, "")
        header = b64decode(read.base64 or "")
        height_px, width_px, *_ = simplejpeg.decode_jpeg_header(header)
        prompt = TEXT_TOKENS + _visual((width_px, height_px))
        noise = self._rng.lognormvariate(0.0, NOISE) * slower
        words = self._rng.randrange(FEWEST_WORDS, MOST_WORDS)
        async with self._slots:
            async with self._reading:
                await asyncio.sleep(noise * (A_S + B_S * prompt / 1000))
            response = web.StreamResponse(headers={"Content-Type": CHAT.content_type})
            await response.prepare(request)
            for number in range(words):
                if self._is_dead(dies_s):
                    return _hung_up(request)
                await response.write(CHAT.framed(CHAT.word(f" word{number}")))
                await asyncio.sleep(noise * C_S / 100)
        usage = {"prompt_tokens": prompt, "completion_tokens": words}
        for event in CHAT.ending("stop", words):
            told = {**event, "usage": usage} if "usage" in event else event
            await response.write(CHAT.framed(told))
        await response.write(CHAT.last())
        return response

    def _is_dead(self, dies_s: float) -> bool:
        now = asyncio.get_running_loop().time()
        self._began_t = self._began_t or now
        return now - self._began_t >= dies_s


def _hung_up(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=503)


async def _list(_request: web.Request) -> web.StreamResponse:
    return web.json_response({"data": []})


async def serve(count: int) -> None:
    """Until killed."""
    origins = []
    for number in range(count):
        app = web.Application(client_max_size=64 << 20)
        app.router.add_post("/v1/{slower}/{dies}/chat/completions", Served(number).answer)
        app.router.add_get("/v1/{slower}/{dies}/models", _list)
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        origins.append(f"http://127.0.0.1:{runner.addresses[0][1]}/v1")
    print(SAYS + json.dumps(origins), flush=True)
    await asyncio.Event().wait()


@asynccontextmanager
async def replicas(count: int) -> AsyncGenerator[list[str]]:
    """Yields the bases, to which slowness and end are added."""
    async with server_process("tests.bench._backends_replicas", str(count)) as told:
        yield json.loads(told)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
