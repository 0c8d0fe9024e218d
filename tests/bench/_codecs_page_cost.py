"""What packing costs the page for each frame, beside a bare drawImage of the same frame.

In headless Chromium, in a worker, on 720p frames of a camera; the works take turns on every frame.
The clock is fine only in an isolated page, hence the two headers.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from aiohttp import web
from aiohttp.typedefs import Handler
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from tests.bench._codecs_wanted import goal
from tests.bench._common import Goal
from tests.helpers.browser import chromium, open_page, write_y4m

Row = dict[str, Any]

SIZE_PX = (1280, 720)
CAMERA_FPS, CAMERA_FRAMES = 30.0, 16
FRAMES = 300
WARM_FRAMES = 8
"""Not counted: the browser compiles meanwhile. The page practises ahead of the first question."""
MEASURED = "packed"
LIMIT_S = 300.0
ISOLATED = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}


def measure(frames: int = FRAMES) -> list[Row]:
    """A row for each work: the median and the 95th percentile of its ms, and how many frames."""
    took = asyncio.run(_measured(frames + WARM_FRAMES))
    return [_row(work, ms[WARM_FRAMES:]) for work, ms in took.items()]


def goals_of(rows: list[Row]) -> list[Goal]:
    """What the issue asks for."""
    p50_ms = next((row["p50_ms"] for row in rows if row["work"] == MEASURED), None)
    return [goal("page_frame_p50_ms", p50_ms)]


def print_rows(rows: list[Row], console: Console) -> None:
    """A line per work."""
    table = Table("the page, 720p", "p50 ms", "p95 ms", "frames")
    for row in rows:
        figures = (f"{row['p50_ms']:.2f}", f"{row['p95_ms']:.2f}", str(row["frames"]))
        table.add_row(row["work"], *figures)
    console.print(table)


def _row(work: str, ms: list[float]) -> Row:
    p50_ms, p95_ms = (float(value) for value in np.percentile(ms, [50, 95]))
    return {"of": "page", "work": work, "p50_ms": p50_ms, "p95_ms": p95_ms, "frames": len(ms)}


async def _measured(frames: int) -> dict[str, list[float]]:
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "camera.y4m"
        write_y4m(film, SIZE_PX, CAMERA_FPS, _views())
        async with _served() as url, chromium(film) as browser, asyncio.timeout(LIMIT_S):
            page, errors = await open_page(browser, url)
            given = {"frames": frames, "sizePx": list(SIZE_PX)}
            took: dict[str, list[float]] = await page.evaluate("(given) => measure(given)", given)
    if errors:
        raise RuntimeError(f"the page complained: {errors}")
    return took


def _views() -> Iterator[NDArray[np.uint8]]:
    """A textured wall that passes by."""
    width, height = SIZE_PX
    noise = np.random.default_rng(4).integers(40, 216, (height, width, 3), dtype=np.uint8)
    wall = np.asarray(cv2.GaussianBlur(noise, (0, 0), 3), np.uint8)
    for number in range(CAMERA_FRAMES):
        view = np.roll(wall, 8 * number, axis=1)
        yield np.asarray(cv2.cvtColor(view, cv2.COLOR_RGB2YUV_I420), np.uint8)


@asynccontextmanager
async def _served() -> AsyncIterator[str]:
    """The address of the measuring page."""
    app = web.Application(middlewares=[_isolated])
    app.router.add_static("/page", str(files("articgw") / "page"))
    app.router.add_static("/bench", str(Path(__file__).parent))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/bench/_codecs_page_cost.html"
    finally:
        await runner.cleanup()


@web.middleware
async def _isolated(request: web.Request, handler: Handler) -> web.StreamResponse:
    response = await handler(request)
    response.headers.update(ISOLATED)
    return response
