"""What was read ahead is the look where it still is as good as the newest frame; else it is not."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from articgw.backends import Prompt, Reply
from articgw.errors import BackendUnavailable
from articgw.frame import Frame
from articgw.journal import Journal
from articgw.metrics import Metrics
from articgw.testing import FakeClock, ScriptedBackend, picture
from articgw.trace import MemoryTrace
from articgw.warming import EVERY_S, FORGOTTEN_S, MOST, STANDS_S, Warming, stands_for


def frame(t: float, shade: int = 100) -> Frame:
    rgb = np.full((48, 64, 3), shade, np.uint8)
    return Frame(picture(64, 48, rgb=rgb), t)


def prompt_of(frame: Frame) -> Prompt:
    return Prompt("", frame)


class Typing:
    """Somebody types before a model that reads ahead."""

    def __init__(self, backend: ScriptedBackend | None = None) -> None:
        self.clock, self.trace, self.metrics = FakeClock(0.0), MemoryTrace(), Metrics()
        self.backend = backend or ScriptedBackend([])
        self.backend.warms = True
        journal = Journal(self.trace, self.metrics)
        self.warming = Warming(self.backend, journal, self.clock)

    async def sees(self, frame: Frame) -> None:
        self.clock.now = max(self.clock.now, frame.captured_t)
        self.warming.on_frame(frame, prompt_of)
        for _ in range(3):
            await asyncio.sleep(0)

    @property
    def read_t(self) -> list[float]:
        return [one.frame.captured_t for one in self.backend.warmed]

    @property
    def outcomes(self) -> list[object]:
        return [line["outcome"] for line in self.trace.lines]


async def test_the_frame_that_was_read_is_the_look() -> None:
    typing = Typing()
    read = frame(1.0)
    await typing.sees(read)
    assert await typing.warming.look(frame(1.2)) is read
    assert typing.outcomes == ["read", "used"]
    assert await typing.warming.look(frame(1.2)) is None, "of one question"
    assert 'articgw_ahead_total{outcome="used"} 1.0' in typing.metrics.page("")[0].decode()


@pytest.mark.parametrize(
    "newest", [frame(1.0 + STANDS_S + 0.1), frame(1.2, shade=120)], ids=["older", "other"]
)
async def test_what_shows_something_else_or_is_old_is_no_look(newest: Frame) -> None:
    typing = Typing()
    await typing.sees(frame(1.0))
    assert await typing.warming.look(newest) is None
    assert typing.outcomes == ["read"]


async def test_a_question_waits_for_what_is_being_read_anyway() -> None:
    typing = Typing()
    typing.backend.warm_gate = asyncio.Event()
    read = frame(1.0)
    await typing.sees(read)
    looking = asyncio.create_task(typing.warming.look(frame(1.1)))
    await asyncio.sleep(0)
    assert not looking.done()
    typing.backend.warm_gate.set()
    assert await looking is read


async def test_what_is_being_read_in_vain_is_cancelled() -> None:
    typing = Typing()
    typing.backend.warm_gate = asyncio.Event()
    await typing.sees(frame(1.0))
    assert await typing.warming.look(frame(1.1, shade=200)) is None
    await typing.warming.close()
    assert typing.outcomes == ["cancelled"]


async def test_a_look_that_was_aimed_is_no_other() -> None:
    typing = Typing()
    typing.backend.warm_gate = asyncio.Event()
    await typing.sees(frame(1.0))
    assert await typing.warming.look(None) is None
    await typing.warming.close()
    assert typing.outcomes == ["cancelled"]


async def test_one_at_a_time_and_then_the_newest() -> None:
    typing = Typing()
    typing.backend.warm_gate = gate = asyncio.Event()
    await typing.sees(frame(1.0))
    await typing.sees(frame(2.0, shade=1))
    gate.set()
    await typing.sees(frame(2.1, shade=2))
    assert typing.read_t == [1.0]
    await typing.sees(frame(2.2, shade=3))
    await typing.sees(frame(2.2 + EVERY_S - 0.1, shade=4))
    assert typing.read_t == [1.0, 2.2]


async def test_what_still_stands_is_not_read_again() -> None:
    typing = Typing()
    for step in range(5):
        await typing.sees(frame(1.0 + step * STANDS_S / 4))
    assert typing.read_t == [1.0, 1.525]


async def test_a_long_question_costs_no_more_than_others() -> None:
    typing = Typing()
    for step in range(2 * MOST):
        await typing.sees(frame(1.0 + 1.1 * EVERY_S * step, shade=step * 5 % 256))
    assert len(typing.read_t) == MOST
    await typing.warming.look(frame(100.0))
    await typing.sees(frame(101.0))
    assert len(typing.read_t) == MOST + 1, "another question"


async def test_a_question_that_is_never_asked_is_forgotten() -> None:
    typing = Typing()
    for step in range(MOST):
        await typing.sees(frame(1.0 + step, shade=step * 5))
    await typing.sees(frame(MOST + 1.0 + FORGOTTEN_S))
    assert len(typing.read_t) == MOST + 1


async def test_a_model_that_does_not_read_ahead_is_left_alone() -> None:
    typing = Typing()
    typing.backend.warms = False
    await typing.sees(frame(1.0))
    assert typing.read_t == [] and await typing.warming.look(frame(1.0)) is None


class Failing(ScriptedBackend):
    """A model whose server says no, or breaks, or has no time."""

    def __init__(self, error: Exception | None) -> None:
        super().__init__([])
        self.error = error

    async def warm(self, prompt: Prompt, *, deadline_s: float) -> Reply | None:
        if self.error is not None:
            raise self.error
        return None


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(BackendUnavailable("busy"), "failed"), (KeyError("x"), "failed"), (None, "busy")],
)
async def test_a_failure_is_nobodys_question(error: Exception | None, outcome: str) -> None:
    typing = Typing(Failing(error))
    await typing.sees(frame(1.0))
    assert await typing.warming.look(frame(1.0)) is None
    assert typing.outcomes == [outcome]


def test_something_small_that_changed_makes_another_look() -> None:
    rgb = np.full((720, 1280, 3), 100, np.uint8)
    before = Frame(picture(1280, 720, rgb=rgb), 1.0)
    noise = np.random.default_rng(1).integers(-6, 7, rgb.shape)
    noisy = np.clip(rgb + noise, 0, 255).astype(np.uint8)
    assert stands_for(before, Frame(picture(1280, 720, rgb=noisy), 1.1))
    noisy[300:360, 600:700] = 200
    assert not stands_for(before, Frame(picture(1280, 720, rgb=noisy), 1.1))


def test_a_look_at_another_size_is_another_look() -> None:
    small = Frame(picture(32, 24), 1.0)
    assert not stands_for(small, frame(1.1))
    assert stands_for(small, small)
    assert not stands_for(frame(1.1), frame(1.0)), "the newest is newer"
