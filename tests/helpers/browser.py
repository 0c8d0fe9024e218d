"""A real gateway and a real browser on loopback, both always ended.

The browser is the system's Chromium with a film as its camera: an uncompressed .y4m, which Chromium
plays at its own rate, over and over.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from playwright.async_api import Browser, Page, async_playwright

Pixels = NDArray[np.uint8]

READY_LINE = re.compile(r"^articgw ready on (http://\S+)")
START_LIMIT_S = 60.0
STOP_LIMIT_S = 10.0
QUIET_FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


@dataclass
class Gateway:
    """A running `articgw serve`."""

    url: str
    process: asyncio.subprocess.Process
    start_s: float
    """From starting the process to its ready line."""
    log: deque[str] = field(default_factory=lambda: deque(maxlen=200))
    """The last lines of its output."""

    async def stop(self) -> None:
        """As an operator would: SIGTERM, then SIGKILL to one that does not listen."""
        if self.process.returncode is None:
            self.process.terminate()
        try:
            async with asyncio.timeout(STOP_LIMIT_S):
                await self.process.wait()
        except TimeoutError:
            self.process.kill()
            await self.process.wait()

    async def kill(self) -> None:
        """As a crash would."""
        self.process.kill()
        await self.process.wait()


@asynccontextmanager
async def gateway(*args: str, backend: str = "scripted") -> AsyncIterator[Gateway]:
    """`articgw serve` on a free port, once it says that it is ready. Raises `RuntimeError`."""
    started = time.monotonic()
    options = ("--port", "0", "--backend", backend, "--drain_s", "1")
    command = ("-m", "articgw", "serve", *options, *args)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        start_new_session=True,  # as a service manager starts it, apart from what these tests do
    )
    running = Gateway("", process, 0.0)
    try:
        running.url = await _ready(running)
        running.start_s = time.monotonic() - started
        draining = asyncio.create_task(_drain(running))
        try:
            yield running
        finally:
            await running.stop()
            await draining
    finally:
        if process.returncode is None:
            await running.kill()


async def _ready(running: Gateway) -> str:
    try:
        async with asyncio.timeout(START_LIMIT_S):
            while line := await _line(running):
                if found := READY_LINE.match(line):
                    return found[1]
            reason = f"ended with status {await running.process.wait()}"
    except TimeoutError:
        reason = f"was not ready within {START_LIMIT_S:g} s"
    raise RuntimeError(f"the gateway {reason}; its output:\n" + "".join(running.log))


async def _drain(running: Gateway) -> None:
    while await _line(running):
        pass


async def _line(running: Gateway) -> str:
    assert running.process.stdout is not None
    line = (await running.process.stdout.readline()).decode(errors="replace")
    if line:
        running.log.append(line)
    return line


@asynccontextmanager
async def chromium(camera: Path | None = None) -> AsyncIterator[Browser]:
    """Headless Chromium with a .y4m as its camera; without one it has no camera at all."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        raise RuntimeError("no chromium on this machine: apt-get install chromium")
    flags = [*QUIET_FLAGS]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags.append("--no-sandbox")
    if camera is not None:
        flags += [
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={camera}",
        ]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable, headless=True, args=flags
        )
        try:
            yield browser
        finally:
            await browser.close()


async def open_page(
    browser: Browser,
    url: str,
    *,
    size: tuple[int, int] = (1280, 800),
    camera_allowed: bool = True,
    dark: bool = False,
    scale: float = 1.0,
) -> tuple[Page, list[str]]:
    """The gateway's page, and the list that its console errors will be put in."""
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        device_scale_factor=scale,
        permissions=["camera"] if camera_allowed else [],
    )
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda entry: errors.append(entry.text) if entry.type == "error" else None)
    await page.goto(url, wait_until="load")
    return page, errors


async def deny_camera(page: Page, url: str) -> None:
    """As a person would who clicks "block"."""
    devtools = await page.context.new_cdp_session(page)
    target = (await devtools.send("Target.getTargetInfo"))["targetInfo"]
    setting = {"permission": {"name": "camera"}, "setting": "denied", "origin": url}
    await devtools.send(
        "Browser.setPermission", {**setting, "browserContextId": target["browserContextId"]}
    )


def write_y4m(path: Path, size_px: tuple[int, int], fps: float, frames: Iterable[Pixels]) -> None:
    """I420 arrays of shape (height * 3 / 2, width) as a film that Chromium takes for a camera."""
    width, height = size_px
    with path.open("wb") as film:
        film.write(
            f"YUV4MPEG2 W{width} H{height} F{round(fps * 1000)}:1000 Ip A1:1 C420\n".encode()
        )
        for yuv in frames:
            film.write(b"FRAME\n")
            film.write(np.ascontiguousarray(yuv).tobytes())
