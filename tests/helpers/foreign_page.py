"""A page in Chromium whose client is not ours, and the film that is its camera."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import cv2
import numpy as np
from playwright.async_api import Browser, Page, Response

from tests.helpers.browser import Pixels, open_page, write_y4m

Door = Literal["whip", "pipecat"]
DOORS: tuple[Door, ...] = ("whip", "pipecat")

SIZE_PX = (1280, 720)
LIMIT_S = 30.0


class ForeignPage:
    """One page, and the gateway that it is to call."""

    def __init__(self, page: Page, door: Door, url: str, token: str | None) -> None:
        self.page = page
        self.door = door
        self.url = url
        self.errors: list[str] = []
        """What the page's console complained of."""
        self.requests: list[str] = []
        """Method, path and status of what the client asked of the gateway; no preflights."""
        self._token = token
        page.on("response", self._note)

    def _note(self, response: Response) -> None:
        if response.url.startswith(self.url):
            path = urlsplit(response.url).path
            self.requests.append(f"{response.request.method} {path} {response.status}")

    async def call(self) -> dict[str, Any]:
        """Returns what the client knows once it is connected. Raises playwright's `Error`."""
        async with asyncio.timeout(LIMIT_S):
            told: dict[str, Any] = await self.page.evaluate(
                "([url, token]) => window.foreign.call(url, token)", [self.url, self._token]
            )
        return told

    async def ask(self, question: str) -> list[Any]:
        """What the client heard until the answer's end; only where it can ask by itself."""
        async with asyncio.timeout(LIMIT_S):
            heard: list[Any] = await self.page.evaluate(
                "(question) => window.foreign.ask(question)", question
            )
        return heard

    async def hang_up(self) -> None:
        """As the client does it."""
        await self.page.evaluate("() => window.foreign.hangUp()")


@asynccontextmanager
async def foreign_page(
    browser: Browser, origin: str, door: Door, url: str, token: str | None
) -> AsyncIterator[ForeignPage]:
    """Loaded, with leave to use camera and microphone; no call yet."""
    page, errors = await open_page(browser, f"{origin}/{door}.html")
    await page.context.grant_permissions(["camera", "microphone"], origin=origin)
    client = ForeignPage(page, door, url, token)
    client.errors = errors
    try:
        yield client
    finally:
        await page.context.close()


def spoken(heard: list[Any]) -> str:
    """The pieces of an answer that a Pipecat client was told, in one."""
    return "".join(rest[0] for kind, *rest in heard if kind == "bot-llm-text")


def film(file: Path) -> Path:
    """A second of a sign that moves a little, for Chromium to take for a camera."""
    write_y4m(file, SIZE_PX, 15, _frames())
    return file


def _frames() -> Iterator[Pixels]:
    width, height = SIZE_PX
    for number in range(15):
        rgb = np.full((height, width, 3), (168, 186, 196), np.uint8)
        left = 300 + 4 * number
        cv2.rectangle(rgb, (left, 250), (left + 520, 430), (120, 60, 20), -1)
        place = (left + 40, 375)
        cv2.putText(rgb, "ROOM 17", place, cv2.FONT_HERSHEY_SIMPLEX, 3.2, (255, 255, 255), 8)
        yield np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420), np.uint8)
