"""Chromium as a sender of the live bench, with our page or with the plain one.

What was captured when is read off the page's own local video: the browser's capture time of each
frame, and the number that is drawn into it. Person and page are the same in both arms: keys,
Enter, and nothing else.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import psutil
from playwright.async_api import Page

from devibench.framenumber import BITS, MASK
from tests.bench._calls import COLLECT, NEXT_END, VIEWPORT_PX
from tests.helpers.browser import chromium, open_page

CONNECT_LIMIT_MS = 30_000
SETTLE_MS = 1_500
"""Between the page's end of loading and the click: starting a browser costs both cores."""
QUESTION, KEY_MS = "What is that?", 80
WATCH = """([bits, mask]) => {
  const video = document.getElementById("camera");
  const canvas = new OffscreenCanvas(bits, 1);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingEnabled = false;
  window.captured = [];
  const look = (now, { captureTime, width, height }) => {
    video.requestVideoFrameCallback(look);
    context.drawImage(video, 0, 0, width, height / 90, 0, 0, bits, 1);
    const { data } = context.getImageData(0, 0, bits, 1);
    let number = 0;
    for (let bit = 0; bit < bits; bit++) number = number * 2 + (data[bit * 4 + 1] > 127 ? 1 : 0);
    if (captureTime) window.captured.push([number ^ mask, performance.timeOrigin + captureTime]);
  };
  video.requestVideoFrameCallback(look);
}"""
SPEAK = """(text) => {
  document.getElementById("question").value = text;
  document.getElementById("ask").requestSubmit();
}"""


class ChromiumSender:
    """One call."""

    def __init__(self, page: Page, epoch_s: float) -> None:
        self._page = page
        self._epoch_s = epoch_s

    async def start(self) -> None:
        """Click; the offer follows."""
        await self._page.click("#use-camera")

    async def connected(self) -> None:
        """Returns when a question can be asked."""
        await self._page.wait_for_selector('body[data-state="live"]', timeout=CONNECT_LIMIT_MS)

    async def watch(self) -> None:
        """Keep what is captured when, from now on."""
        await self._page.evaluate(WATCH, [BITS, MASK])

    async def type_question(self) -> None:
        """Key by key, for about a second."""
        await self._page.type("#question", QUESTION, delay=KEY_MS)

    async def ask(self, *, typed: bool) -> None:
        """Ask what was typed, or out of the blue, as a voice front end would; wait for the end."""
        count: int = await self._page.evaluate("() => window.seen.ends.length")
        if typed:
            await self._page.press("#question", "Enter")
        else:
            await self._page.evaluate(SPEAK, QUESTION)
        end: dict[str, Any] = await self._page.evaluate(NEXT_END, count)
        if end.get("type") != "answer.done":
            raise RuntimeError(f"no answer: {end.get('code') or end}")

    async def captured(self) -> list[tuple[int, float]]:
        """Frame numbers and when they were captured, on the machine's monotonic clock."""
        seen: list[tuple[int, float]] = await self._page.evaluate("() => window.captured ?? []")
        return [(number, at_ms / 1000 - self._epoch_s) for number, at_ms in seen]

    async def encoded(self) -> list[tuple[int, float]]:
        """Unknown here."""
        return []

    def processes(self) -> list[psutil.Process]:
        """The browser's."""
        children = psutil.Process().children(recursive=True)
        return [child for child in children if "chrom" in child.name()]


@asynccontextmanager
async def chromium_sender(
    kind: Literal["page", "plain"], url: str, film: Path, *, max_bps: int | None, epoch_s: float
) -> AsyncIterator[ChromiumSender]:
    """A loaded page, before its click. ``epoch_s``: wall clock less monotonic clock."""
    limit = "" if max_bps is None else f"#max={max_bps}"
    address = f"{url}/" if kind == "page" else f"{url}/plain{limit}"
    async with chromium(film) as browser:
        page, _ = await open_page(browser, address, size=VIEWPORT_PX)
        if kind == "page":
            await page.evaluate(COLLECT)
        await page.wait_for_timeout(SETTLE_MS)
        yield ChromiumSender(page, epoch_s)
