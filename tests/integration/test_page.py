"""The page in a real browser, against a real gateway with the scripted back end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.async_api import Page, expect

from tests.helpers.browser import Gateway, chromium, deny_camera, gateway, open_page, write_y4m

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
        await expect(turn.locator(".readability")).to_contain_text("hard to read")
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
