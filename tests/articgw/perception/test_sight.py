"""Pictures in, boxes out, and what changes when the machine does: scenarios on a fake clock."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from artic_perception.scheduler import Why
from articgw.perception.jobs import Look, Sighting
from articgw.perception.machine import Machine
from articgw.perception.rough import rough_profile
from articgw.perception.sight import MOST_CALLS, Sight
from tests.helpers.sights import Finder, Ticking

SMALL_S, LARGE_S = 0.01, 0.06


class Bench:
    """A sight, its detector and its clock."""

    def __init__(self, folder: Path) -> None:
        self.clock = Ticking()
        self.finder = Finder({160: SMALL_S, 320: LARGE_S}, self.clock)
        profile = rough_profile(self.finder, self.clock)
        machine = Machine(folder)
        self.sight = Sight({1: self.finder}, profile, machine=machine, clock=self.clock)
        self.finder.asked_px.clear()
        self.t = 0.0

    def look(self, *, slo_ms: float = 100.0, luma: int = 128, call: int = 0) -> Sighting:
        self.clock.now += 0.033
        self.t += 0.033
        yuv = np.full((270, 320), 128, np.uint8)
        yuv[:180] = luma
        return self.sight.do(Look(call, yuv, self.t, slo_ms))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_boxes_have_numbers_that_stay(bench: Bench) -> None:
    seen = [bench.look() for _ in range(12)]
    assert {one.things[0].track for one in seen} == {1}
    assert {one.things[0].label for one in seen} == {"cup"}
    assert all(one.detected_t <= one.captured_t for one in seen)


def test_the_larger_size_is_used_where_it_fits_and_the_smaller_where_not(bench: Bench) -> None:
    for _ in range(30):
        bench.look(slo_ms=200.0)
    assert set(bench.finder.asked_px) == {320}
    bench.finder.asked_px.clear()
    for _ in range(30):
        bench.look(slo_ms=40.0)
    assert set(bench.finder.asked_px) == {160}


def test_a_slower_machine_is_met_and_its_end_too(bench: Bench) -> None:
    for _ in range(30):
        bench.look(slo_ms=150.0)
    bench.finder.slower = 3.0
    slow = [bench.look(slo_ms=150.0) for _ in range(60)]
    assert sum(one.took_ms > 150.0 for one in slow) <= 3
    assert any(one.why == Why.SLOWER for one in slow)
    bench.finder.slower = 1.0
    for _ in range(300):
        bench.look(slo_ms=150.0)
    assert bench.finder.asked_px[-1] == 320


def test_where_nothing_fits_boxes_are_carried_and_that_is_told(bench: Bench) -> None:
    seen = [bench.look(slo_ms=5.0) for _ in range(60)]
    assert all(one.is_late for one in seen)
    assert all(one.things for one in seen)
    assert len(bench.finder.asked_px) <= 4


def test_another_scene_is_looked_at_at_once(bench: Bench) -> None:
    for _ in range(3):
        bench.look(slo_ms=60.0)
    seen = bench.look(slo_ms=60.0, luma=20)
    assert seen.detected_t == seen.captured_t


def test_calls_have_boxes_of_their_own_and_are_forgotten_in_the_end(bench: Bench) -> None:
    bench.look(call=0)
    bench.finder.boxes = []
    assert bench.look(call=1).things == ()
    for call in range(2, MOST_CALLS + 3):
        bench.look(call=call)
    assert bench.look(call=0).things == ()


def test_it_says_that_it_goes_by_rule_of_thumb(bench: Bench) -> None:
    assert "finder (free)" in bench.sight.ready.about
    assert "articgw perception profile" in bench.sight.ready.about
