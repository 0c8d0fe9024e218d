"""A real model behind a real server: llama.cpp, out of the xllamacpp wheel, and a tiny reader.

    async with reader_server() as url:      # http://127.0.0.1:PORT/v1
        digit, rgb = draw_digit(random.Random(1))

The server runs in a process of its own (`python -m tests.helpers.reader`) and ends with the block.
"""

from __future__ import annotations

import asyncio
import importlib
import io
import random
import re
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data" / "tiny-digit-reader"
MODEL = "tiny-digit-reader"
QUESTION = "Which digit is it?"
SIDE_PX = 84
START_S = 60.0
"""Half a second when the machine is free."""
SLOTS = 2
CONTEXT_TOKENS = 16384

_COLOURS = (
    (220, 40, 40), (40, 180, 60), (50, 80, 230), (235, 215, 50), (245, 245, 245), (240, 120, 200),
)  # fmt: skip


def draw_digit(rng: random.Random, blur: int = 1) -> tuple[str, NDArray[np.uint8]]:
    """A digit and its picture, (84, 84, 3), as in training; ``blur`` is 1 over the resolution."""
    digit = str(rng.randrange(10))
    ground = (rng.randrange(70), rng.randrange(70), rng.randrange(70))
    picture = Image.new("RGB", (SIDE_PX, SIDE_PX), ground)
    font = ImageFont.load_default(size=rng.randrange(58, 76))
    middle = (SIDE_PX / 2 + rng.uniform(-8, 8), SIDE_PX / 2 + rng.uniform(-5, 5))
    ImageDraw.Draw(picture).text(middle, digit, font=font, fill=rng.choice(_COLOURS), anchor="mm")
    if blur > 1:
        small = (max(2, SIDE_PX // blur),) * 2
        picture = picture.resize(small, Image.Resampling.BILINEAR)
        picture = picture.resize((SIDE_PX, SIDE_PX), Image.Resampling.BILINEAR)
    return digit, np.asarray(picture, np.uint8)


def squeezed(rgb: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    """The picture after JPEG."""
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file).convert("RGB"), np.uint8)


@asynccontextmanager
async def reader_server(*, never_stops: bool = False) -> AsyncGenerator[str]:
    """Yields the API's base. With ``never_stops`` answers go on until the tokens are used up.

    Raises ``RuntimeError`` with the server's last words where it does not start.
    """
    flags = ["--never-stops"] if never_stops else []
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.helpers.reader", *flags,
        cwd=ROOT, stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdout is not None
    reading: asyncio.Task[None] | None = None
    try:
        origin = await _listening(process.stdout)
        reading = asyncio.create_task(_read_on(process.stdout))
        yield f"{origin}/v1"
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()
        if reading is not None:
            await reading


async def _listening(output: asyncio.StreamReader) -> str:
    said = b""
    try:
        async with asyncio.timeout(START_S):
            while line := await output.readline():
                said += line
                if found := re.search(rb"reader listens on (http://[\d.]+:\d+) now", line):
                    return found[1].decode()
    except TimeoutError:
        pass
    raise RuntimeError(f"llama.cpp did not start: {said[-2000:].decode('utf-8', 'replace')}")


async def _read_on(output: asyncio.StreamReader) -> None:
    while await output.read(65536):
        pass


async def slots(url: str) -> list[dict[str, Any]]:
    """What each slot of the server does."""
    endpoint = url.removesuffix("/v1") + "/slots"
    async with aiohttp.ClientSession() as http, http.get(endpoint) as response:
        found: list[dict[str, Any]] = await response.json()
        return found


def main(argv: list[str]) -> None:
    """Serve until killed."""
    llama: Any = importlib.import_module("xllamacpp")
    settings = llama.CommonParams()
    settings.model.path = str(DATA / "reader.gguf")
    settings.mmproj.path = str(DATA / "reader.mmproj.gguf")
    settings.hostnames = ["127.0.0.1"]
    settings.port = 0
    settings.n_ctx = CONTEXT_TOKENS
    settings.n_parallel = SLOTS
    settings.cpuparams.n_threads = 1
    settings.warmup = False
    settings.endpoint_metrics = True
    settings.endpoint_slots = True
    settings.use_jinja = True
    settings.mmproj_use_gpu = False
    settings.sampling.ignore_eos = "--never-stops" in argv
    server = llama.Server(settings)
    # llama.cpp's log may come before the line's end: digits, right behind the port.
    print(f"reader listens on {server.listening_address} now", flush=True)
    signal.pause()


if __name__ == "__main__":
    main(sys.argv[1:])
