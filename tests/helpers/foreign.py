"""Every client that we did not write, in turn, against a gateway: who connects, who is answered.

async with pages() as origin, gateway("--cors_origins", json.dumps([origin])) as running:
    calls = await run_foreign(running.url, None, origin)
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser

from tests.helpers.browser import chromium
from tests.helpers.foreign_ffmpeg import available, ffmpeg_camera, ffmpeg_version
from tests.helpers.foreign_packages import version
from tests.helpers.foreign_page import DOORS, Door, film, foreign_page, spoken
from tests.integration.onlooker import Onlooker, onlooker

PACKAGES: dict[Door, str] = {"whip": "whip-whep", "pipecat": "@pipecat-ai/small-webrtc-transport"}
QUESTION = "What does the sign say?"


@dataclass(frozen=True, slots=True)
class ForeignCall:
    """What one client that is not ours got out of a gateway."""

    client: str
    """Name and version."""
    door: Door
    frames: int = 0
    """That had arrived when it was asked about."""
    connected_ms: float = 0.0
    """From the client's first move to its first decoded frame."""
    answered_ms: float = 0.0
    """From the question to the end of its answer."""
    answer: str = ""
    """Empty where there was none."""
    trouble: str = ""
    """Why there was none."""


async def run_foreign(
    url: str, token: str | None, origin: str, *, question: str = QUESTION
) -> list[ForeignCall]:
    """Each client calls, sends frames, and is asked about or asks. Nothing that it does raises.

    ``origin`` is what `pages` yielded; the gateway must have it among its ``cors_origins``.
    """
    calls = []
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        async with chromium(film(work / "camera.y4m")) as browser, onlooker(url, token) as other:
            for door in DOORS:
                calls.append(await _page(browser, origin, door, url, token, other, question))
            if available():
                calls.append(await _ffmpeg(url, token, work, other, question))
    return calls


async def _page(
    browser: Browser,
    origin: str,
    door: Door,
    url: str,
    token: str | None,
    other: Onlooker,
    question: str,
) -> ForeignCall:
    name = f"{PACKAGES[door]} {version(PACKAGES[door])}"
    async with foreign_page(browser, origin, door, url, token) as client:
        try:
            began = time.monotonic()
            await client.call()
            call, asked = await other.seen(door), time.monotonic()
            if door == "whip":
                answer = (await other.ask(call["session"], question)).text
            else:
                answer = spoken(await client.ask(question))
            answered = time.monotonic()
            await client.hang_up()
            await other.gone(call["session"])
        except Exception as error:  # noqa: BLE001  a bench reports what a client could not do
            told = f"{type(error).__name__}: {error}; {client.requests} {client.errors}"
            return ForeignCall(name, door, trouble=told)
    return _done(name, door, call["frames"], began, asked, answered, answer)


async def _ffmpeg(
    url: str, token: str | None, work: Path, other: Onlooker, question: str
) -> ForeignCall:
    name = f"FFmpeg {ffmpeg_version()}"
    try:
        began = time.monotonic()
        async with ffmpeg_camera(url, token, work):
            call, asked = await other.seen("whip"), time.monotonic()
            answer = (await other.ask(call["session"], question)).text
            answered = time.monotonic()
        await other.gone(call["session"])
    except Exception as error:  # noqa: BLE001  a bench reports what a client could not do
        return ForeignCall(name, "whip", trouble=f"{type(error).__name__}: {error}")
    return _done(name, "whip", call["frames"], began, asked, answered, answer)


def _done(
    name: str, door: Door, frames: int, began: float, asked: float, answered: float, answer: str
) -> ForeignCall:
    connected_ms, answered_ms = 1000 * (asked - began), 1000 * (answered - asked)
    return ForeignCall(name, door, frames, connected_ms, answered_ms, answer)
