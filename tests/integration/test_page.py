"""The page in a real browser, against a real gateway with the scripted back end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.async_api import Page, expect

from articgw.protocol import (
    VERSION,
    Ask,
    ClientMessage,
    Heard,
    Hello,
    MessageError,
    Ready,
    Stats,
    Status,
    Steer,
    SteerAck,
    Typing,
)
from articgw.session import Session
from tests.helpers.browser import Gateway, chromium, deny_camera, gateway, open_page, write_y4m
from tests.helpers.gateway import gateway as gateway_here

pytestmark = pytest.mark.integration

SIZE_PX = (1280, 720)
LIVE = 'body[data-state="live"]'
LIMIT_MS = 20_000
PHONE = (360, 640)


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of a sign that moves a little."""
    file = tmp_path_factory.mktemp("camera") / "camera.y4m"
    write_y4m(file, SIZE_PX, 15, _frames())
    return file


def _frames() -> Iterator[NDArray[np.uint8]]:
    width, height = SIZE_PX
    for number in range(15):
        rgb = np.full((height, width, 3), (196, 186, 168), np.uint8)
        left = 300 + 4 * number
        cv2.rectangle(rgb, (left, 250), (left + 520, 430), (20, 90, 160), -1)
        place = (left + 40, 375)
        cv2.putText(rgb, "ROOM 17", place, cv2.FONT_HERSHEY_SIMPLEX, 3.2, (255, 255, 255), 8)
        yield np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420), np.uint8)


@asynccontextmanager
async def opened(
    camera: Path | None, *args: str, size: tuple[int, int] = (1280, 800), path: str = ""
) -> AsyncIterator[tuple[Page, Gateway, list[str]]]:
    async with gateway(*args) as running, chromium(camera) as browser:
        page, errors = await open_page(browser, running.url + path, size=size)
        page.set_default_timeout(LIMIT_MS)
        yield page, running, errors


async def ask(page: Page, question: str) -> None:
    await page.fill("#question", question)
    await page.press("#question", "Enter")


async def test_a_question_is_answered_with_its_evidence(camera: Path) -> None:
    async with opened(camera) as (page, _, errors):
        await expect(page.locator("#ask-button")).to_be_disabled()
        await expect(page.locator("#hint")).to_contain_text("Choose a camera")
        await page.click("#use-camera")
        await page.wait_for_selector(LIVE)
        await ask(page, "What does the sign say?")

        turn = page.locator(".turn").last
        await expect(turn.locator(".question")).to_have_text("What does the sign say?")
        await expect(turn.locator(".answer")).to_contain_text("You asked: What does the sign say?")
        await expect(turn.locator(".readability")).to_contain_text("clearly readable")
        await expect(turn.locator(".frame-age")).to_contain_text("ms old, 1280 × 720")
        await expect(turn.locator(".timings")).to_contain_text("answered in")
        await expect(turn.locator(".model")).to_have_text("scripted")

        await expect(page.locator("#overlay")).to_have_attribute("data-regions", "1")
        assert await painted(page, "#overlay") > 100
        look = turn.locator(".look img")
        await expect(look).to_have_js_property("naturalWidth", 1280)
        assert await painted(page, ".look-small .over") > 20

        await turn.locator(".look-small").click()
        await expect(page.locator("#viewer")).to_have_js_property("open", True)
        await expect(page.locator("#viewer-caption")).to_contain_text("ms old")
        await page.click("#viewer button")

        await expect(page.locator("#overlay")).to_have_attribute("data-regions", "0")
        await page.click("#hang-up")
        await expect(page.locator("#start")).to_be_visible()
        assert errors == []


async def test_an_answer_streams_in_before_it_is_whole(camera: Path) -> None:
    async with opened(camera) as (page, _, errors):
        await page.evaluate(
            """() => {
              window.pieces = 0;
              new MutationObserver((changes) => {
                for (const { target, addedNodes } of changes)
                  if (target.matches?.(".answer[aria-busy]")) window.pieces += addedNodes.length;
              }).observe(document.getElementById("history"), { childList: true, subtree: true });
            }"""
        )
        await page.click("#use-camera")
        await page.wait_for_selector(LIVE)
        await ask(page, "One two three four five six?")
        await page.wait_for_selector(".evidence")
        assert await page.evaluate("() => window.pieces") > 3
        assert errors == []


async def test_a_sample_clip_needs_no_camera() -> None:
    async with opened(None) as (page, _, errors):
        await page.click("#use-sample")
        await page.wait_for_selector(LIVE)
        await page.locator(".chip").first.click()
        await expect(page.locator(".answer")).to_contain_text("1280 by 720")
        await expect(page.locator("#source")).to_have_text("Sample clip")
        assert errors == []


async def test_no_camera_is_said_in_words() -> None:
    async with opened(None) as (page, _, errors):
        await page.click("#use-camera")
        await expect(page.locator("#notice-title")).to_have_text("No camera was found.")
        await expect(page.locator("#notice-tries")).to_contain_text("sample clip")
        await expect(page.locator("#start")).to_be_visible()
        assert errors == []


async def test_a_refused_camera_is_said_in_words(camera: Path) -> None:
    async with opened(camera) as (page, running, errors):
        await deny_camera(page, running.url)
        await page.click("#use-camera")
        await expect(page.locator("#notice-title")).to_have_text("The camera is not allowed.")
        await expect(page.locator("#notice-tries")).to_contain_text("site settings")
        assert errors == []


async def test_a_gateway_that_goes_is_told_and_can_come_back(camera: Path) -> None:
    async with opened(camera) as (page, running, errors):
        await page.click("#use-camera")
        await page.wait_for_selector(LIVE)
        await ask(page, "What does the sign say?")
        await page.wait_for_selector(".evidence")
        await running.stop()
        await expect(page.locator("#notice-title")).to_have_text("The call was lost.")
        await expect(page.locator("#notice-action")).to_have_text("Reconnect")
        await expect(page.locator(".answer")).to_contain_text("You asked")
        assert errors == []

        await page.click("#notice-action")
        await expect(page.locator("#notice-title")).to_have_text("The gateway does not answer.")
        port = running.url.rpartition(":")[2]
        async with gateway("--port", port):
            await page.click("#notice-action")
            await page.wait_for_selector(LIVE)
            await ask(page, "And now?")
            await expect(page.locator(".answer").last).to_contain_text("And now?")


async def test_a_token_is_asked_for_and_leaves_the_address(camera: Path) -> None:
    token = "0123456789abcdef" * 2
    async with opened(camera, "--token", token) as (page, running, _):
        await expect(page.locator("#notice-title")).to_have_text("An access token is needed.")
        await page.fill("#token", token)
        await page.press("#token", "Enter")
        await expect(page.locator("#model")).to_have_text("scripted")
        await page.click("#use-camera")
        await page.wait_for_selector(LIVE)

        other, errors = await open_page(page.context.browser, f"{running.url}/#token={token}")  # type: ignore[arg-type]
        await expect(other.locator("#model")).to_have_text("scripted")
        assert other.url == f"{running.url}/"
        assert errors == []


async def test_a_narrow_phone_needs_no_sideways_scrolling(camera: Path) -> None:
    async with opened(camera, size=PHONE) as (page, _, errors):
        assert await width(page) == PHONE[0]
        await page.click("#use-camera")
        await page.wait_for_selector(LIVE)
        await ask(page, "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamte? " * 2)
        await page.wait_for_selector(".evidence")
        assert await width(page) == PHONE[0]
        box = await page.locator("#ask-button").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= PHONE[1]
        assert errors == []


M = TypeVar("M", bound=ClientMessage)


class Conductor(Session):
    """A session that does nothing by itself: the test says what it sends."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.heard: list[Heard | MessageError] = []
        self._seq = 0

    async def run(self) -> None:
        async for message in self.peer.messages():
            self.heard.append(message)
            if isinstance(message, Hello):
                self.peer.send(Ready(version=VERSION, session=self.id, model="none", about=""))

    def of(self, kind: type[M]) -> list[M]:
        return [message for message in self.heard if isinstance(message, kind)]

    def steer(
        self,
        *,
        cap_bps: int = 800_000,
        fps: float = 15.0,
        size_px: tuple[int, int] | None = None,
        pause: bool = False,
        ttl_s: float = 60.0,
        why: str = "asked",
    ) -> int:
        self._seq += 1
        self.peer.send(
            Steer(
                seq=self._seq,
                cap_bps=cap_bps,
                fps=fps,
                size_px=size_px,
                pause=pause,
                regions=(),
                ttl_s=ttl_s,
                why=why,
            )
        )
        return self._seq

    async def sends(self, wanted: Callable[[Stats], bool]) -> None:
        """Returns when the page's own figures say so."""
        before = len(self.of(Stats))
        await until(lambda: any(wanted(stats) for stats in self.of(Stats)[before:]))


async def until(condition: Callable[[], bool], limit_s: float = 8.0) -> float:
    """Returns when it holds, and how long that took, s. Raises ``TimeoutError``."""
    started = time.monotonic()
    async with asyncio.timeout(limit_s):
        while not condition():
            await asyncio.sleep(0.01)
    return time.monotonic() - started


@asynccontextmanager
async def conducted(
    camera: Path, monkeypatch: pytest.MonkeyPatch, *, before: str = ""
) -> AsyncIterator[tuple[Page, Conductor, list[str]]]:
    """A live call whose gateway does what the test says; ``before`` runs ahead of the page."""
    calls: list[Conductor] = []

    def answer(*args: Any, **options: Any) -> Conductor:
        calls.append(Conductor(*args, **options))
        return calls[-1]

    monkeypatch.setattr("articgw.calls.Session", answer)
    async with gateway_here() as url, chromium(camera) as browser:
        page, errors = await open_page(browser, "about:blank")
        page.set_default_timeout(LIMIT_MS)
        await page.add_init_script(before)
        await page.goto(url)
        await page.click("#use-camera")
        await page.wait_for_selector(LIVE)
        yield page, calls[-1], errors


async def test_a_steer_is_obeyed_until_it_expires(
    camera: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with conducted(camera, monkeypatch) as (_, call, errors):
        can = ("cap", "fps", "size", "pause", "regions-packed", "still", "status", "objects")
        assert call.of(Hello)[0].can == can
        await call.sends(lambda stats: (stats.fps or 0) > 5)

        for fps in (9.0, 5.0, 1.0):
            newest = call.steer(fps=fps, size_px=(640, 360), why="idle")
        await until(lambda: any(ack.seq == newest for ack in call.of(SteerAck)))
        assert call.of(SteerAck)[-1].applied == ("cap", "fps", "size", "pause")
        await call.sends(lambda stats: (stats.fps or 0) <= 2 and stats.size_px == (640, 360))

        call.steer(pause=True)
        await call.sends(lambda stats: stats.fps == 0)

        call.steer(fps=1, ttl_s=0.5)
        await call.sends(lambda stats: (stats.fps or 0) > 5 and stats.size_px == SIZE_PX)
        assert errors == []


async def test_a_question_brings_a_fresh_frame_and_typing_is_told_ahead(
    camera: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with conducted(camera, monkeypatch) as (page, call, errors):
        call.steer(fps=0.1)
        call.steer(fps=0.1, cap_bps=100_000, why="idle")
        await call.sends(lambda stats: stats.fps == 0)
        await page.locator("#question").press_sequentially("What is this?")
        await until(lambda: call.of(Typing) != [])
        assert len(call.of(Typing)) <= 2
        received = call.peer.slot.received
        await page.press("#question", "Enter")
        await until(lambda: call.of(Ask) != [])
        assert await until(lambda: call.peer.slot.received > received) < 0.5

        call.steer(fps=10)
        call.steer(fps=0.1, cap_bps=100_000, why="idle")
        await call.sends(lambda stats: stats.fps == 0)
        await ask(page, "And the rate of the last question?")
        await call.sends(lambda stats: 5 <= (stats.fps or 0) <= 11)
        assert not [message for message in call.heard if isinstance(message, MessageError)]
        assert errors == []


async def test_a_browser_without_a_valve_says_that_it_cannot_steer_frames(
    camera: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = "delete window.MediaStreamTrackProcessor"
    async with conducted(camera, monkeypatch, before=gone) as (_, call, errors):
        assert call.of(Hello)[0].can == ("cap", "size", "pause", "status", "objects")
        call.steer(size_px=(640, 360))
        await call.sends(lambda stats: stats.size_px == (640, 360))
        call.steer(pause=True)
        await call.sends(lambda stats: stats.fps == 0)
        assert errors == []


STATUS = Status(
    received_bps=412_000,
    estimate_bps=1_250_000,
    cap_bps=600_000,
    fps=14.8,
    frame_age_ms=71.4,
    queue_ms=3.2,
    readability=0.82,
    asked=True,
)


async def test_how_the_call_does_is_drawn_and_told(
    camera: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with conducted(camera, monkeypatch) as (page, call, errors):
        await page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        await expect(page.locator("#how")).to_be_hidden()
        call.peer.send(STATUS)
        await page.click("#how summary")
        for value in ("412 kb/s", "600 kb/s", "1.25 Mb/s", "15", "71 ms", "3 ms", "82 %", "asked"):
            await expect(page.locator("#how b", has_text=value)).not_to_have_count(0)
        call.peer.send(STATUS)
        for canvas in (".how-rates", ".how-delays"):
            assert await painted(page, canvas) > 100
        assert await width(page) == PHONE[0]
        assert errors == []


PACES = [
    (30, 30, 30),
    (30, 15, 15),
    (30, 20, 20),
    (30, 1, 1),
    (24, 15, 15),
    (15, 30, 15),
    (12, 15, 12),
]
"""Frames a second: of the camera, asked for, passed."""


async def test_frames_pass_evenly_and_a_fresh_one_at_once() -> None:
    async with opened(None) as (page, _, errors):
        for camera_fps, fps, passed in PACES:
            times: list[float] = await page.evaluate(
                """async ([cameraFps, fps]) => {
                  const { Pace } = await import("/page/pace.js");
                  const pace = new Pace(fps);
                  const times = Array.from({ length: 20 * cameraFps }, (_, number) =>
                    (number * 1e6) / cameraFps + 3000 * Math.sin(number));
                  return times.filter((time) => pace.passes(time));
                }""",
                [camera_fps, fps],
            )
            gaps = np.diff(times) / 1e6
            assert abs(len(times) - 20 * passed) <= 1, (camera_fps, fps)
            assert gaps.min() > 0.5 / passed, (camera_fps, fps)
            assert gaps.max() < 1 / passed + 1 / camera_fps + 0.007, (camera_fps, fps)
        fresh: list[bool] = await page.evaluate(
            """async () => {
              const { Pace } = await import("/page/pace.js");
              const pace = new Pace(1);
              const seen = [pace.passes(0), pace.passes(33e3)];
              pace.freshen();
              seen.push(pace.passes(66e3), pace.passes(100e3));
              pace.paused = true;
              pace.freshen();
              return [...seen, pace.passes(2e6), pace.passes(4e6)];
            }"""
        )
        assert fresh == [True, False, True, False, True, False]
        assert errors == []


async def painted(page: Page, canvas: str) -> int:
    """How many pixels of a canvas are not transparent."""
    count: int = await page.eval_on_selector(
        canvas,
        """(canvas) => {
          const { width, height } = canvas;
          const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
          return data.filter((value, index) => index % 4 === 3 && value > 0).length;
        }""",
    )
    return count


async def width(page: Page) -> int:
    """What there is to scroll over, across."""
    found: int = await page.evaluate("() => document.documentElement.scrollWidth")
    return found
