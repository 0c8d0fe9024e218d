"""The quantiser: what it promises whatever an encoder makes of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.client.quantiser import (
    DOWN_GAIN,
    MAX_DOWN,
    MAX_QP,
    MAX_UP,
    MIN_QP,
    START_BITS_PER_BLOCK,
    START_QP,
    QpIntegrator,
    start_qp,
)


@given(st.floats(0.2, 5.0), st.floats(25.0, 45.0))
def test_the_quantiser_finds_the_budget_of_a_steady_scene(slope: float, from_qp: float) -> None:
    octaves_per_qp = 0.15 + slope / 10
    quantiser, bits = QpIntegrator(), 20_000.0
    quantiser.was(from_qp)
    for _ in range(80):
        qp = quantiser.next(20_000.0, bits, 1 / 15)
        bits = 20_000.0 * 2 ** ((33.0 - qp) * octaves_per_qp)
    assert bits == pytest.approx(20_000.0, rel=0.05)


@given(st.lists(st.tuples(st.floats(1, 1e7), st.floats(800, 1e6)), max_size=40))
def test_the_quantiser_stays_in_range(steps: list[tuple[float, float]]) -> None:
    quantiser = QpIntegrator()
    for last_bits, budget_bits in steps:
        assert MIN_QP <= quantiser.next(budget_bits, last_bits, 1 / 15) <= MAX_QP


@given(st.floats(0.0, 1e6))
def test_a_stream_begins_within_the_range(bits_per_block: float) -> None:
    assert MIN_QP <= start_qp(bits_per_block) <= MAX_QP


def test_the_least_that_a_frame_takes_is_what_the_coarsest_step_leaves() -> None:
    quantiser = QpIntegrator()
    quantiser.was(51.0)
    assert quantiser.least_bits(9_000.0) == 9_000.0
    quantiser.was(41.0)
    assert quantiser.least_bits(9_000.0) < 0.1 * 9_000.0


def test_quality_rises_gently_and_falls_at_once() -> None:
    quantiser = QpIntegrator()
    quantiser.was(35.0)
    assert quantiser.next(20_000.0, 1_000.0, 1 / 15) == 35.0 - MAX_DOWN
    assert quantiser.next(1_000.0, 1e6, 1 / 15) == 35.0 - MAX_DOWN + MAX_UP
    quantiser.was(35.0)
    up = quantiser.next(10_000.0, 11_000.0, 1 / 15) - 35.0
    quantiser.was(35.0)
    down = 35.0 - quantiser.next(11_000.0, 10_000.0, 1 / 15)
    assert down == pytest.approx(DOWN_GAIN * up)


def test_half_the_bits_start_six_steps_coarser() -> None:
    assert start_qp(START_BITS_PER_BLOCK) == START_QP
    assert start_qp(START_BITS_PER_BLOCK / 2) == START_QP + 6
