"""A lookout over a detector that is scripted, on a clock that stands still."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import pytest

from articgw.frame import Frame
from articgw.metrics import Metrics
from articgw.perception.jobs import Sighting, Thing
from articgw.perception.lookout import MOST_SHOWN, STEP_MS, Lookout, message, spare_ms
from articgw.protocol import MAX_MESSAGE_BYTES, Objects, encode
from articgw.slot import FrameSlot
from articgw.testing import FakeClock, picture
from articgw.trace import MemoryTrace

CUP = Thing((0.1, 0.1, 0.2, 0.2), "cup", 0.9, 1)


class Scripted:
    """Takes so many milliseconds for each look, and says so of the process too."""

    def __init__(self, clock: FakeClock, takes_ms: Iterable[float], branch: str = "one") -> None:
        self.off = ""
        self.branch = branch
        self.asked_ms: list[float] = []
        self._clock = clock
        self._takes_ms = iter(takes_ms)

    def join(self) -> int:
        return 0

    async def see(
        self, call: int, newest: Callable[[], Awaitable[Frame | None]], *, slo_ms: float
    ) -> Sighting | None:
        self.asked_ms.append(slo_ms)
        frame, takes_ms = await newest(), next(self._takes_ms, None)
        if takes_ms is None or frame is None:
            self.off = "the script has ended"
            return None
        self._clock.advance(takes_ms / 1000)
        t = frame.captured_t
        return Sighting(t, t, (CUP,), self.branch, "first", takes_ms - 1.0, is_late=False)

    async def close(self) -> None:
        pass


class Watched:
    """A lookout and what it told."""

    def __init__(self, takes_ms: Iterable[float], slo_ms: float = 100.0) -> None:
        self.clock, self.slot, self.trace = FakeClock(), FrameSlot(), MemoryTrace()
        self.metrics, self.shown = Metrics(), list[Objects]()
        self.detecting = Scripted(self.clock, takes_ms)
        self.lookout = Lookout(
            self.detecting,
            self.slot,
            slo_ms=slo_ms,
            clock=self.clock,
            trace=self.trace,
            metrics=self.metrics,
            show=self.shown.append,
        )

    async def run(self, frames: int) -> None:
        running = asyncio.create_task(self.lookout.run())
        for _ in range(frames):
            self.clock.advance(0.2)
            self.slot.put(Frame(picture(64, 36), self.clock()))
            for _ in range(10):
                await asyncio.sleep(0)
        self.slot.end()
        await running


async def test_boxes_reach_the_client_the_prompt_and_the_trace() -> None:
    watched = Watched([20.0] * 5)
    await watched.run(5)
    assert [one.late for one in watched.shown] == [False] * 5
    assert watched.shown[0].boxes[0].label == "cup"
    assert watched.shown[0].age_ms == pytest.approx(20.0, abs=0.1)
    assert watched.lookout.in_view.words(now=watched.clock()) == "1 cup"
    branches = [line for line in watched.trace.lines if line["what"] == "branch"]
    assert [(one["branch"], one["why"]) for one in branches] == [("one", "first")]


async def test_boxes_that_are_late_are_told_as_late_and_counted() -> None:
    watched = Watched([20.0, 150.0, 20.0])
    await watched.run(3)
    assert [one.late for one in watched.shown] == [False, True, False]
    body, _ = watched.metrics.page("")
    assert b"articgw_objects_late_total 1.0" in body
    assert b"articgw_objects_seconds_count 3.0" in body


async def test_the_way_there_and_back_comes_off_the_time() -> None:
    watched = Watched([20.0] * 3)
    await watched.run(3)
    assert watched.detecting.asked_ms == [100.0 - STEP_MS] * 3


async def test_every_second_is_a_line() -> None:
    watched = Watched([20.0] * 20)
    await watched.run(20)
    seconds = [line for line in watched.trace.lines if line["what"] == "second"]
    assert 3 <= len(seconds) <= 5
    assert all(line["late"] == 0 and line["objects"] == 1 for line in seconds)


async def test_a_detector_that_gives_up_ends_the_looking_and_says_why() -> None:
    watched = Watched([])
    await watched.run(2)
    assert watched.shown == []
    assert watched.trace.lines[-1]["why"] == "the script has ended"


async def test_an_error_ends_the_looking_and_not_the_call(
    caplog: pytest.LogCaptureFixture,
) -> None:
    watched = Watched([20.0])
    watched.slot.end()
    broken = Watched(_broken())
    await broken.run(1)
    assert broken.trace.lines[-1]["what"] == "off"
    assert "no objects are looked for" in caplog.text


def _broken() -> Iterable[float]:
    raise RuntimeError("a bug")
    yield 0.0


async def test_without_a_requirement_nothing_is_looked_for() -> None:
    watched = Watched([20.0], slo_ms=0.0)
    await watched.run(1)
    assert watched.detecting.asked_ms == [] and watched.trace.lines == []


@pytest.mark.parametrize(
    ("lost_ms", "spare"), [([], 5), ([0.1], 5), ([6.0], 10), ([1.0] * 50 + [80.0], 5)]
)
def test_what_is_lost_on_the_way_is_taken_in_steps(lost_ms: list[float], spare: float) -> None:
    assert spare_ms(lost_ms) == spare


def test_a_message_has_the_surest_and_fits() -> None:
    crowd = tuple(Thing((1 / 3, 1 / 3, 2 / 3, 2 / 3), "traffic light", k / 99) for k in range(99))
    seen = Sighting(9.9, 9.8, crowd, "one", "first", 5.0, is_late=False)
    told = message(seen, is_late=True, now=10.0)
    assert len(told.boxes) == MOST_SHOWN and told.boxes[0].score == pytest.approx(98 / 99)
    assert (told.age_ms, told.detected_age_ms, told.late) == (100.0, 200.0, True)
    assert len(encode(told)) < MAX_MESSAGE_BYTES / 4
