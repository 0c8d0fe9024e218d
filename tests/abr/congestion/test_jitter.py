"""Jitter is what packets wait on a link that is empty."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_abr.congestion.jitter import MOST_S, Jitter
from artic_abr.controller import controller
from artic_abr.rules import FixedCap
from artic_abr.simulation.call import CallSetup, run_call
from artic_abr.simulation.link import LinkShape
from artic_abr.simulation.score import score
from artic_abr.simulation.service import constant


def after(waits: list[float], every_s: float = 0.02) -> float:
    jitter = Jitter()
    for number, waited_s in enumerate(waits):
        jitter.on_wait(waited_s, number * every_s)
    return jitter.s


def test_waits_that_come_and_go_are_jitter() -> None:
    chance = random.Random(1)
    assert 0.010 < after([chance.uniform(0.0, 0.02) for _ in range(400)]) < 0.020


def test_a_queue_that_stands_is_not() -> None:
    assert after([0.03 + 0.001 * (n % 5) for n in range(400)]) == 0.0


def test_what_was_learned_is_doubted_while_a_queue_stands() -> None:
    chance = random.Random(1)
    jittery = [chance.uniform(0.0, 0.02) for _ in range(400)]
    assert after(jittery + [0.05] * 800) < 0.1 * after(jittery)


@given(st.lists(st.tuples(st.floats(0, 10), st.floats(-1e4, 1e4)), max_size=200))
def test_it_stays_in_its_limits_whatever_comes(events: list[tuple[float, float]]) -> None:
    jitter = Jitter()
    for waited_s, at_t in events:
        jitter.on_wait(waited_s, at_t)
        assert 0.0 <= jitter.s <= MOST_S


@pytest.mark.parametrize("cap_bps", [400_000, 600_000])
def test_a_jittery_link_with_room_is_used(cap_bps: int) -> None:
    link = LinkShape(constant(1e6), jitter_s=0.03)
    call = run_call(controller(fps=30, rule=FixedCap(cap_bps)), link, CallSetup(seconds=40))
    assert score(call).mean_bps > 0.8 * cap_bps
