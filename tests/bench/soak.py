"""A long call: does everything that it took come back, and does nothing grow meanwhile?

    warm-up call ─▶ hang up ─▶ 30 s ─▶ baseline ─▶ the long call ─▶ hang up ─▶ 30 s ─▶ compare
                                                     │
                        a question each 20 to 40 s, what is held each 10 s

    python -m tests.bench.soak [--minutes 30] [--backend NAME] [--out FILE] [--quick]

The far end is Chromium with the gateway's page. Ctrl-C ends the long call early; the result is
written all the same, but not where results are kept.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import cv2
import numpy as np
from numpy.typing import NDArray
from playwright.async_api import Browser, Page
from playwright.async_api import Error as BrowserError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from articgw.errors import ArticError
from tests.bench._calls import COLLECT, NEXT_END
from tests.bench._common import OUT, RESULTS, Goal, print_goals, shown, write_result
from tests.bench._soak_vitals import Held, held, slope_mib_per_h
from tests.helpers.browser import Gateway, chromium, gateway, open_page, write_y4m

Pixels = NDArray[np.uint8]

SEED = 20
SIZE_PX = (1280, 720)
FPS = 15
VIEWPORT_PX = (480, 800)
"""Small: without a graphics card, showing the video costs the cores that the model needs."""
WARM_UP_S, QUICK_WARM_UP_S = 60.0, 30.0
SETTLE_S, QUICK_SETTLE_S = 30.0, 15.0
SAMPLE_S = 10.0
ASK_EVERY_S = (20.0, 40.0)
WARM_UP_ASK_EVERY_S = (2.0, 4.0)
"""Every kind of question at least once: models take their memory at first use."""
QUICK_ASK_EVERY_S = (4.0, 8.0)
CONNECT_LIMIT_S = 30.0
ANSWER_LIMIT_S = 60.0
PAGE_LIMIT_MS = 5000
"""A page whose call was lost takes no question."""
SLOPE_S = 20 * 60.0
QUESTIONS = (
    "What does the sign say?",
    "What can you read?",
    "What is in the picture?",
    "Which room is it?",
    "What colour is the sign?",
    "Is there a dog?",
)


@dataclass(slots=True)
class Call:
    """One call of this bench."""

    samples: list[Held] = field(default_factory=list)
    asked: int = 0
    answered: int = 0
    ends: list[str] = field(default_factory=list)
    """The codes of those that were not answered, or what was wrong with the page."""


@dataclass(frozen=True, slots=True)
class Soaked:
    """Everything that came out."""

    baseline: Held
    call: Call
    end: Held

    def goals(self) -> list[Goal]:
        """The figures that are tracked."""
        before, after, call = self.baseline, self.end, self.call
        tasks = None if None in (before.tasks, after.tasks) else _growth(before.tasks, after.tasks)
        share = call.answered / call.asked if call.asked else None
        return [
            Goal("soak_rss_growth_mib", after.rss_mib - before.rss_mib, 20, "lower"),
            Goal("soak_tasks_growth", tasks, 0, "lower"),
            Goal("soak_fds_growth", after.fds - before.fds, 2, "lower"),
            Goal("soak_threads_growth", after.threads - before.threads, 1, "lower"),
            Goal("soak_questions_answered", share, 0.95, "higher"),
        ]

    def rows(self) -> list[dict[str, Any]]:
        """Before, each minute of the call, after, and what it comes to."""
        began_t = self.call.samples[0].t if self.call.samples else self.baseline.t
        minutely = {int((sample.t - began_t) // 60): sample for sample in self.call.samples}
        slope = slope_mib_per_h(self.call.samples, last_s=SLOPE_S) if self.call.samples else None
        return [
            _row("baseline", self.baseline),
            *(_row(f"minute {minute + 1}", sample) for minute, sample in minutely.items()),
            _row("end", self.end),
            {
                "when": "call",
                "rss_slope_mib_per_h": slope,
                "slope_over_s": SLOPE_S,
                "asked": self.call.asked,
                "answered": self.call.answered,
                "ends": self.call.ends,
            },
        ]


def _growth(before: int | None, after: int | None) -> int:
    assert before is not None and after is not None
    return after - before


def _row(when: str, sample: Held) -> dict[str, Any]:
    return {
        "when": when,
        "rss_mib": sample.rss_mib,
        "gateway_rss_mib": sample.gateway_rss_mib,
        "uss_mib": sample.uss_mib,
        "fds": sample.fds,
        "threads": sample.threads,
        "tasks": sample.tasks,
        "frames": sample.frames,
    }


class Soak:
    """One run."""

    def __init__(self, args: argparse.Namespace, bar: Progress) -> None:
        self._bar = bar
        self._draws = random.Random(args.seed)
        self._backend: str = args.backend
        quick: bool = args.quick
        self._call_s = 60.0 * args.minutes
        self._warm_up_s = QUICK_WARM_UP_S if quick else WARM_UP_S
        self._settle_s = QUICK_SETTLE_S if quick else SETTLE_S
        self._ask_every_s = QUICK_ASK_EVERY_S if quick else ASK_EVERY_S
        self.interrupted = asyncio.Event()

    async def run(self, camera: Path) -> Soaked:
        """Both calls."""
        async with gateway(backend=self._backend) as running, chromium(camera) as browser:
            async with aiohttp.ClientSession(running.url) as http:
                pid = running.process.pid
                await self._call(
                    "warm-up", self._warm_up_s, WARM_UP_ASK_EVERY_S, browser, running, http
                )
                baseline = await self._settled("baseline", pid, http)
                call = await self._call(
                    "call", self._call_s, self._ask_every_s, browser, running, http
                )
                end = await self._settled("end", pid, http)
        return Soaked(baseline, call, end)

    async def _settled(self, name: str, pid: int, http: aiohttp.ClientSession) -> Held:
        task = self._bar.add_task(name, total=self._settle_s)
        until_t = time.monotonic() + self._settle_s
        while (left_s := until_t - time.monotonic()) > 0:
            self._bar.update(task, completed=self._settle_s - left_s)
            await asyncio.sleep(min(1.0, left_s))
        self._bar.update(task, completed=self._settle_s)
        found = await held(pid, http)
        if found.sessions:
            raise RuntimeError(f"{found.sessions} calls are still live after {self._settle_s:g} s")
        return found

    async def _call(
        self,
        name: str,
        seconds: float,
        ask_every_s: tuple[float, float],
        browser: Browser,
        running: Gateway,
        http: aiohttp.ClientSession,
    ) -> Call:
        call = Call()
        task = self._bar.add_task(name, total=seconds)
        async with self._page(browser, running.url) as page:
            began_t = time.monotonic()
            sample_t, ask_t = began_t, began_t + self._draws.uniform(*ask_every_s) / 2
            while (now := time.monotonic()) < began_t + seconds and not self.interrupted.is_set():
                if now >= sample_t:
                    call.samples.append(await held(running.process.pid, http))
                    sample_t += SAMPLE_S
                if now >= ask_t:
                    await self._ask(page, call)
                    ask_t = time.monotonic() + self._draws.uniform(*ask_every_s)
                told = f"{name}: {call.answered}/{call.asked} answered"
                if call.samples:
                    told += f", {call.samples[-1].rss_mib:.0f} MiB"
                self._bar.update(task, completed=now - began_t, description=told)
                await asyncio.sleep(0.2)
        return call

    @asynccontextmanager
    async def _page(self, browser: Browser, url: str) -> AsyncIterator[Page]:
        page, _ = await open_page(browser, url, size=VIEWPORT_PX)
        try:
            await page.evaluate(COLLECT)
            await page.click("#use-camera")
            await page.wait_for_selector('body[data-state="live"]', timeout=1000 * CONNECT_LIMIT_S)
            yield page
        finally:
            with suppress(BrowserError):  # Ctrl-C ends the browser, too
                await page.click("#hang-up", timeout=PAGE_LIMIT_MS)
                await page.context.close()

    async def _ask(self, page: Page, call: Call) -> None:
        end = await self._end_of(page, QUESTIONS[call.asked % len(QUESTIONS)])
        if self.interrupted.is_set():
            return
        call.asked += 1
        if isinstance(end, dict) and end.get("type") == "answer.done":
            call.answered += 1
        else:
            call.ends.append(str(end.get("code") if isinstance(end, dict) else end))

    async def _end_of(self, page: Page, question: str) -> object:
        """How a question ends: the gateway's message, or what is wrong with the page."""
        try:
            count: int = await page.evaluate("() => window.seen.ends.length")
            await page.fill("#question", question, timeout=PAGE_LIMIT_MS)
            await page.press("#question", "Enter", timeout=PAGE_LIMIT_MS)
            async with asyncio.timeout(ANSWER_LIMIT_S):
                end: object = await page.evaluate(NEXT_END, count)
                return end
        except (TimeoutError, BrowserError) as error:
            return f"{type(error).__name__}: {error}".split("\n")[0]


def sign(size_px: tuple[int, int] = SIZE_PX, frames: int = 2 * FPS) -> Iterator[Pixels]:
    """A sign that moves to and fro; I420."""
    width, height = size_px
    for number in range(frames):
        rgb = np.full((height, width, 3), (196, 186, 168), np.uint8)
        left = 300 + 6 * min(number, frames - number)
        cv2.rectangle(rgb, (left, 250), (left + 520, 430), (20, 90, 160), -1)
        place = (left + 40, 375)
        cv2.putText(rgb, "ROOM 17", place, cv2.FONT_HERSHEY_SIMPLEX, 3.2, (255, 255, 255), 8)
        yield np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420), np.uint8)


async def run(args: argparse.Namespace, console: Console) -> int:
    """The whole bench; 0 where every goal is met."""
    started = time.monotonic()
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar, tempfile.TemporaryDirectory() as folder:
        soak, loop = Soak(args, bar), asyncio.get_running_loop()

        def interrupt() -> None:
            loop.remove_signal_handler(signal.SIGINT)
            soak.interrupted.set()

        loop.add_signal_handler(signal.SIGINT, interrupt)
        camera = Path(folder) / "camera.y4m"
        await asyncio.to_thread(write_y4m, camera, SIZE_PX, FPS, sign())
        soaked = await soak.run(camera)
    goals = soaked.goals()
    print_goals(goals, console)
    short = args.quick or soak.interrupted.is_set()
    out = args.out or (OUT / "soak-quick.json" if short else RESULTS / "soak.json")
    seconds = time.monotonic() - started
    write_result(out, goals=goals, rows=soaked.rows(), seed=args.seed, seconds=seconds, data=None)
    console.print(f"written to {shown(out)} after {seconds:.0f} s")
    return 0 if short or all(goal.met for goal in goals) else 1


def main(argv: Sequence[str] | None = None) -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.soak", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--minutes", type=float, help="of the long call: 30, or 2 with --quick")
    parser.add_argument("--seed", type=int, default=SEED, help="of the times of the questions")
    parser.add_argument("--backend", default="embedded", help="as of articgw serve")
    parser.add_argument("--out", type=Path, help="result file")
    parser.add_argument("--quick", action="store_true", help="2 minutes, written elsewhere")
    args = parser.parse_args(argv)
    if args.minutes is None:
        args.minutes = 2.0 if args.quick else 30.0
    try:
        return asyncio.run(run(args, Console(width=None if sys.stdout.isatty() else 160)))
    except ArticError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
