"""One call of the call bench: a browser with a clip as its camera, asking through the page.

Everything here is seen from outside: the page's events, and the gateway's HTTP.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import cv2
import numpy as np
from numpy.typing import NDArray
from playwright.async_api import Page

from devibench.clipset import Clip, Question
from devibench.framenumber import BAND_ROWS, read, stamp
from tests.bench._common import shown
from tests.bench._score import cover_and_area, is_about_text, is_right
from tests.helpers.browser import chromium, open_page, write_y4m

Pixels = NDArray[np.uint8]

CONNECT_LIMIT_S = 30.0
LAG_MEMORY_S = 10.0
"""/healthz tells the worst lag of so many seconds."""
SETTLE_MIN_S, SETTLE_LIMIT_S = LAG_MEMORY_S + 1.0, 30.0
"""At the first question the gateway has forgotten how the film was written and Chromium started."""
SETTLED_SAMPLES = 4
SETTLED_GROWTH = 1.15
ANSWER_LIMIT_S = 60.0
WAY_S = 0.35
"""The gateway's newest frame is this much older than the one on the local video, at most."""
POLL_S = 0.03
VIEWPORT_PX = (480, 800)
"""Small: without a graphics card, showing the video costs the cores that the model needs."""
TRIES = 3
"""A question whose look fell out of its window is asked again."""

COLLECT = """() => {
  window.seen = { stats: [], ends: [] };
  document.addEventListener("articgw:stats", ({ detail }) => window.seen.stats.push(detail));
  for (const name of ["answer", "error", "lost"])
    document.addEventListener(`articgw:${name}`, ({ detail }) => window.seen.ends.push(detail));
}"""
TOP_ROWS = """(rows) => {
  const video = document.getElementById("camera");
  const canvas = Object.assign(document.createElement("canvas"), {
    width: video.videoWidth, height: rows,
  });
  if (!canvas.width) return null;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(video, 0, 0, canvas.width, rows, 0, 0, canvas.width, rows);
  const { data } = context.getImageData(0, 0, canvas.width, rows);
  return [canvas.width, Array.from(data.filter((_, index) => index % 4 === 1))];
}"""
NEXT_END = """(count) => new Promise((resolve) => {
  const look = () => window.seen.ends.length > count
    ? resolve(window.seen.ends[count]) : setTimeout(look, 5);
  look();
})"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question and all that is known about its answer."""

    clip: str
    question: str
    answers: tuple[str, ...]
    task_type: str
    about_text: bool
    answer: str
    right: bool = False
    cover: float | None = None
    """Of the evidence by the regions; None where the evidence is out of view."""
    area_ratio: float | None = None
    frame_age_ms: float | None = None
    frame_seen: int | None = None
    in_window: bool = True
    sent_size: tuple[int, int] | None = None
    readability: float | None = None
    latency_ms: float
    """From the key press to the whole answer in the page."""
    frame_file: str | None = None
    question_id: str
    right_on_original: bool | None = None


@dataclass(frozen=True, slots=True)
class Called:
    """One call."""

    clip: str
    settled_s: float
    sent_size: tuple[int, int]
    sent_bps: float
    received_fps_before: float
    received_fps_answering: float | None
    loop_lag_max_ms: float
    """From the first question to the last answer."""
    questions: int


async def call(
    clip: Clip,
    questions: Sequence[Question],
    url: str,
    http: aiohttp.ClientSession,
    work: Path,
) -> tuple[list[Asked], Called]:
    """Connect, settle, ask; the camera's film and the looks are put in ``work``."""
    camera = work / "camera.y4m"
    await asyncio.to_thread(_write_camera, clip, camera)
    try:
        async with chromium(camera) as browser:
            page, _ = await open_page(browser, url, size=VIEWPORT_PX)
            await page.evaluate(COLLECT)
            await page.click("#use-camera")
            await page.wait_for_selector('body[data-state="live"]', timeout=1000 * CONNECT_LIMIT_S)
            settled_s, stats = await _settle(page)
            before_fps = await _received_fps(http, 3.0)
            answering = _Rate()
            async with lag_watched(http) as lag:
                asked = [await _ask(page, clip, each, http, answering, work) for each in questions]
            called = Called(
                clip=clip.name,
                settled_s=settled_s,
                sent_size=(stats["width"], stats["height"]),
                sent_bps=stats["bps"],
                received_fps_before=before_fps,
                received_fps_answering=answering.fps,
                loop_lag_max_ms=lag.value,
                questions=len(asked),
            )
    finally:
        camera.unlink(missing_ok=True)
    return asked, called


def _write_camera(clip: Clip, file: Path) -> None:
    def stamped() -> Iterator[Pixels]:
        for number, yuv in clip.frames():
            stamp(yuv, number)
            yield yuv

    write_y4m(file, clip.meta.size_px, clip.meta.fps, stamped())


async def _settle(page: Page) -> tuple[float, dict[str, Any]]:
    """Wait until size and rate hold; how long that took, and what is sent then (a mean rate)."""
    started = time.monotonic()
    while True:
        await asyncio.sleep(1.0)
        waited = time.monotonic() - started
        stats: list[dict[str, Any]] = await page.evaluate("() => window.seen.stats")
        last, before = stats[-SETTLED_SAMPLES:], stats[-2 * SETTLED_SAMPLES : -SETTLED_SAMPLES]
        if waited >= SETTLE_LIMIT_S and last:
            break
        if waited < SETTLE_MIN_S or not before:
            continue
        sizes = {(entry["width"], entry["height"]) for entry in last}
        if len(sizes) == 1 and _bps(last) <= SETTLED_GROWTH * _bps(before):
            break
    return waited, {**last[-1], "bps": _bps(last)}


def _bps(stats: Sequence[Mapping[str, float]]) -> float:
    return statistics.fmean(entry["bps"] for entry in stats)


async def _ask(
    page: Page,
    clip: Clip,
    question: Question,
    http: aiohttp.ClientSession,
    answering: _Rate,
    work: Path,
) -> Asked:
    for last in range(TRIES, 0, -1):
        asked = await _ask_once(page, clip, question, http, answering, work)
        if asked.in_window or last == 1:
            break
    return asked


async def _ask_once(
    page: Page,
    clip: Clip,
    question: Question,
    http: aiohttp.ClientSession,
    answering: _Rate,
    work: Path,
) -> Asked:
    await page.fill("#question", question.text)
    count: int = await page.evaluate("() => window.seen.ends.length")
    shown_number = await _wait_for_window(page, clip, question)
    frames_before = await _frames_received(http)
    pressed = time.monotonic()
    await page.press("#question", "Enter")
    async with asyncio.timeout(ANSWER_LIMIT_S):
        end: dict[str, Any] = await page.evaluate(NEXT_END, count)
    latency_s = time.monotonic() - pressed
    answering.add(await _frames_received(http) - frames_before, time.monotonic() - pressed)
    if end.get("type") != "answer.done":
        return _unanswered(clip, question, end, latency_s)
    look = await _look(http, end["frame_url"])
    file = work / f"{clip.name}-{question.id}.jpg"
    file.write_bytes(look)
    seen = _number_of(look)
    judged = shown_number if seen is None else seen
    regions = [tuple(region["box"]) for region in end["regions"]]
    boxes = (clip.box(id_, judged) for id_ in question.objects)
    evidence = [box.fractions(clip.meta.size_px) for box in boxes if box]
    covered = cover_and_area(regions, evidence)
    return Asked(
        clip=clip.name,
        question=question.text,
        answers=question.answers,
        task_type=question.task_type,
        about_text=is_about_text(clip, question),
        answer=end["text"],
        right=is_right(clip, question, end["text"]),
        cover=covered and covered[0],
        area_ratio=covered and covered[1],
        frame_age_ms=end["frame_age_ms"],
        frame_seen=judged,
        in_window=question.from_frame <= judged <= question.to_frame,
        sent_size=tuple(end["frame_size_px"]),
        readability=end["readability"]["value"],
        latency_ms=1000 * latency_s,
        frame_file=shown(file),
        question_id=question.id,
    )


def _unanswered(
    clip: Clip, question: Question, error: Mapping[str, Any], latency_s: float
) -> Asked:
    reason = error.get("code") or error.get("name")
    if reason is None or "code" not in error:
        raise RuntimeError(f"{clip.name}: the call was lost ({reason}) at {question.text!r}")
    return Asked(
        clip=clip.name,
        question=question.text,
        answers=question.answers,
        task_type=question.task_type,
        about_text=is_about_text(clip, question),
        answer=f"[{reason}]",
        latency_ms=1000 * latency_s,
        question_id=question.id,
    )


async def _wait_for_window(page: Page, clip: Clip, question: Question) -> int:
    """Until the local video shows a frame at which the question may be asked; its number."""
    first = question.from_frame + round(WAY_S * clip.meta.fps)
    last = question.to_frame - 1
    if first > last:
        first = last = question.to_frame
    limit_s = 3 * clip.meta.frames / clip.meta.fps + 5
    number = None
    try:
        async with asyncio.timeout(limit_s):
            while number is None or not first <= number <= last:
                await asyncio.sleep(POLL_S)
                number = _number_shown(await page.evaluate(TOP_ROWS, BAND_ROWS))
    except TimeoutError:
        raise RuntimeError(
            f"{clip.name}: the local video never showed frames {first}..{last} "
            f"within {limit_s:.0f} s; the last one was {number}"
        ) from None
    return number


def _number_shown(top: tuple[int, list[int]] | None) -> int | None:
    if top is None:
        return None
    width, luma = top
    yuv = np.full((BAND_ROWS * 3 // 2, width), 128, np.uint8)
    yuv[:BAND_ROWS] = np.array(luma, np.uint8).reshape(BAND_ROWS, width)
    return read(yuv)


def _number_of(jpeg: bytes) -> int | None:
    bgr = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    if bgr is None:
        return None
    height, width = (side // 2 * 2 for side in bgr.shape[:2])
    yuv = cv2.cvtColor(np.ascontiguousarray(bgr[:height, :width]), cv2.COLOR_BGR2YUV_I420)
    return read(np.asarray(yuv, np.uint8))


# --- the gateway, from outside ----------------------------------------------------------------


@dataclass
class _Rate:
    frames: int = 0
    seconds: float = 0.0

    def add(self, frames: int, seconds: float) -> None:
        self.frames += frames
        self.seconds += seconds

    @property
    def fps(self) -> float | None:
        return self.frames / self.seconds if self.seconds else None


async def _health(http: aiohttp.ClientSession) -> dict[str, Any]:
    async with http.get("/healthz", timeout=aiohttp.ClientTimeout(10)) as response:
        response.raise_for_status()
        health: dict[str, Any] = await response.json()
        return health


async def _frames_received(http: aiohttp.ClientSession) -> int:
    return int((await _health(http))["frames_received"])


async def _received_fps(http: aiohttp.ClientSession, seconds: float) -> float:
    rate = _Rate()
    before, started = await _frames_received(http), time.monotonic()
    await asyncio.sleep(seconds)
    rate.add(await _frames_received(http) - before, time.monotonic() - started)
    return rate.fps or 0.0


async def _look(http: aiohttp.ClientSession, url: str) -> bytes:
    async with http.get(url, timeout=aiohttp.ClientTimeout(10)) as response:
        response.raise_for_status()
        return await response.read()


@dataclass
class Worst:
    """The largest value so far."""

    value: float = 0.0


@asynccontextmanager
async def lag_watched(http: aiohttp.ClientSession) -> AsyncIterator[Worst]:
    """Keep the worst loop lag, ms, of what runs inside and of the `LAG_MEMORY_S` before it."""
    worst = Worst()

    async def look() -> None:
        worst.value = max(worst.value, float((await _health(http))["loop_lag_max_ms"]))

    async def watch() -> None:
        while True:
            await look()
            await asyncio.sleep(LAG_MEMORY_S / 2)

    watching = asyncio.create_task(watch())
    try:
        yield worst
        await look()
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
