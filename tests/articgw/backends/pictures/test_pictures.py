"""A picture is made once, ahead of its question where there is time, and goes with its frame."""

from __future__ import annotations

import asyncio
import gc
import weakref

import pytest

from articgw.backends.pictures import pictures as module
from articgw.backends.pictures.picture import Picture, picture_of
from articgw.backends.pictures.pictures import REST, Pictures
from articgw.backends.sizing.profiles import profile_of
from articgw.frame import Frame
from articgw.testing import picture


class Making:
    """Counts, and makes real ones."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.times_t: list[float] = []
        monkeypatch.setattr(module, "picture_of", self)

    def __call__(self, frame: Frame, size_px: tuple[int, int], detail: str) -> Picture:
        self.times_t.append(frame.captured_t)
        return picture_of(frame, size_px, detail)


@pytest.fixture
def making(monkeypatch: pytest.MonkeyPatch) -> Making:
    return Making(monkeypatch)


def frame(t: float) -> Frame:
    return Frame(picture(64, 48), t)


async def test_what_was_expected_is_not_made_again(making: Making) -> None:
    pictures, newest = Pictures(1280), frame(1.0)
    pictures.expect(newest, now=0.0)
    first, second = await asyncio.gather(pictures.of(newest), pictures.of(newest))
    assert first is second is await pictures.of(newest)
    assert making.times_t == [1.0]


async def test_what_was_not_expected_is_made_when_asked(making: Making) -> None:
    pictures = Pictures(32)
    assert (await pictures.of(frame(1.0))).size_px == (32, 24)
    assert making.times_t == [1.0]


async def test_a_picture_is_as_large_as_its_model_sees_and_its_budget_allows() -> None:
    frame = Frame(picture(1280, 720), 0.0)
    for model, budget, size_px, detail in (
        ("qwen3-vl", None, (1280, 704), ""),
        ("qwen3-vl", 220, (640, 352), ""),
        ("gpt-4o", 100, (1280, 720), "low"),
    ):
        made = await Pictures(1280, profile_of(model), budget).of(frame)
        assert (made.size_px, made.detail) == (size_px, detail)


async def test_one_at_a_time_and_with_rests(making: Making) -> None:
    pictures, loop = Pictures(1280), asyncio.get_running_loop()
    frames = [frame(float(t)) for t in range(4)]
    began_t = loop.time()
    pictures.expect(frames[0], now=began_t)
    pictures.expect(frames[1], now=began_t)
    await pictures.of(frames[0])
    took_s = loop.time() - began_t
    pictures.expect(frames[2], now=began_t)
    pictures.expect(frames[3], now=began_t + 2 * (1 + REST) * took_s)
    await pictures.close()
    assert making.times_t == [0.0, 3.0]


async def test_a_superseded_question_leaves_the_picture_to_the_next(making: Making) -> None:
    pictures, newest = Pictures(1280), frame(1.0)
    asking = asyncio.create_task(pictures.of(newest))
    await asyncio.sleep(0)
    asking.cancel()
    assert (await pictures.of(newest)).base64
    assert making.times_t == [1.0]


async def test_a_picture_goes_with_its_frame() -> None:
    pictures, newest = Pictures(1280), frame(1.0)
    pictures.expect(newest, now=0.0)
    kept = weakref.ref(newest), weakref.ref(await pictures.of(newest))
    await pictures.close()
    del newest
    await asyncio.sleep(0)
    gc.collect()
    assert [one() for one in kept] == [None, None]


async def test_a_frame_that_cannot_be_made_is_told_to_who_asks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> Picture:
        raise ValueError("no such format")

    monkeypatch.setattr(module, "picture_of", broken)
    pictures, newest = Pictures(1280), frame(1.0)
    pictures.expect(newest, now=0.0)
    with pytest.raises(ValueError, match="format"):
        await pictures.of(newest)
    await pictures.close()
