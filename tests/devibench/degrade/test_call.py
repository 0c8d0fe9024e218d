from __future__ import annotations

import math
from dataclasses import replace

import av
import pytest

from artic_abr.simulation import Link, LinkShape
from artic_abr.simulation.service import constant
from artic_codecs.regions import Region
from devibench.degrade.call import Blind, Call, Due, Times, latencies_s
from devibench.degrade.coder import SteeredCoder
from devibench.degrade.sender import Constant, Wish
from devibench.samples import Film, Sample


@pytest.mark.parametrize(
    ("whole_s", "expected"),
    [
        ([0.1, 0.2, 0.3], [0.1, 0.1, 0.1]),
        ([0.1, None, 0.3], [0.1, 0.2, 0.1]),
        ([None, None, 0.3], [0.3, 0.2, 0.1]),
        ([0.1, None, None], [0.1, 0.9, 0.8]),
    ],
)
def test_what_never_came_is_answered_for_by_the_next(
    whole_s: list[float | None], expected: list[float]
) -> None:
    due = [Due(number / 10, whole_s=at) for number, at in enumerate(whole_s)]
    assert latencies_s(due, 1.0).tolist() == pytest.approx(expected)


class Watching(Blind):
    def __init__(self) -> None:
        self.seen: list[tuple[float, float]] = []

    def on_picture(self, frame: av.VideoFrame, captured_s: float, arrived_s: float) -> None:
        self.seen.append((captured_s, arrived_s))

    def regions(self, now: float) -> tuple[Region, ...]:
        return ()


def _call(film: Film, sample: Sample, loss: float) -> tuple[Call, Watching]:
    viewer = Watching()
    times = Times(-1.0, 0.0, sample.from_s, sample.to_s + 0.1)
    link = Link(LinkShape(constant(5e6), loss=loss), 1)
    call = Call(film, times, Constant(300e3, 10), SteeredCoder(), link, viewer)
    call.run()
    return call, viewer


def test_pictures_come_in_order_after_they_were_taken(asked: tuple[Film, Sample]) -> None:
    call, viewer = _call(*asked, loss=0.0)
    assert viewer.seen == [(one.captured_s, one.arrived_s) for one in call.shown]
    assert viewer.seen == sorted(viewer.seen)
    assert all(0.02 < arrived - captured < 0.2 for captured, arrived in viewer.seen)
    assert sum(one.captured_s < 0 for one in call.due) == 10


def test_losses_are_mended_and_order_is_kept(asked: tuple[Film, Sample]) -> None:
    call, viewer = _call(*asked, loss=0.4)
    clean, _ = _call(*asked, loss=0.0)
    assert viewer.seen == sorted(viewer.seen)
    arrivals = [arrived for _, arrived in viewer.seen]
    assert arrivals == sorted(arrivals)
    assert sum(one.bits for one in call.due) > sum(one.bits for one in clean.due)
    assert all(one.whole_s is None or math.isfinite(one.whole_s) for one in call.due)


class Waiting(Constant):
    def wish(self, now: float, regions: tuple[Region, ...]) -> Wish:
        sends = super().wish(now, regions)
        return replace(sends, send=False)


def test_a_sender_that_waits_is_due_no_more_frames_than_one_that_sends(
    asked: tuple[Film, Sample],
) -> None:
    film, sample = asked
    times = Times(-1.0, 0.0, sample.from_s, sample.to_s + 0.1)
    link = Link(LinkShape(constant(5e6)), 1)
    call = Call(film, times, Waiting(300e3, 10), SteeredCoder(), link, Watching())
    call.run()
    sending, _ = _call(film, sample, loss=0.0)
    assert abs(len(call.due) - len(sending.due)) <= 1
