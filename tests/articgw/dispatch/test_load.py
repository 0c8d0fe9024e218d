"""What an answer takes is learned from those before."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from articgw.dispatch.load import PRIOR, LoadModel


def test_a_new_server_is_as_the_prior_says() -> None:
    load = LoadModel()
    assert load.predict(uncached=0, output=0) == pytest.approx(PRIOR[0])
    assert load.predict(uncached=1000, output=100) == pytest.approx(sum(PRIOR))


@example(0.02, 0.0625, 0.125, 14)
@given(st.floats(0.02, 0.5), st.floats(0.05, 0.9), st.floats(0.1, 4.0), st.integers(0, 99))
def test_ten_answers_of_different_sizes_are_enough(a: float, b: float, c: float, seed: int) -> None:
    rng, load = np.random.default_rng(seed), LoadModel()
    for _ in range(10):
        uncached, output = int(rng.integers(100, 4000)), int(rng.integers(0, 120))
        took_s = a + b * uncached / 1000 + c * output / 100
        load.observe(uncached=uncached, output=output, took_s=took_s)
    for uncached, output in ((300, 10), (3000, 0), (1500, 100)):
        true_s = a + b * uncached / 1000 + c * output / 100
        told_s = load.predict(uncached=uncached, output=output)
        assert abs(told_s - true_s) < max(0.25 * true_s, 0.03), "nobody waits for 30 ms"


def test_a_server_that_changes_is_followed() -> None:
    load = LoadModel()
    for took_s in [0.2] * 100 + [1.0] * 60:
        load.observe(uncached=500, output=0, took_s=took_s)
    assert load.predict(uncached=500, output=0) == pytest.approx(1.0, rel=0.1)


@given(st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 500), st.floats(0.0, 60.0))))
def test_it_never_says_less_than_nothing(seen: list[tuple[int, int, float]]) -> None:
    load = LoadModel()
    for uncached, output, took_s in seen:
        load.observe(uncached=uncached, output=output, took_s=took_s)
    assert 0.0 < load.predict(uncached=700, output=60) < 1e4
