"""Two judges of the same answers."""

from __future__ import annotations

import pytest

from devibench.scoring.agreement import agreement


def test_kappa_of_a_known_table() -> None:
    first = [True] * 25 + [False] * 25
    second = [True] * 20 + [False] * 5 + [True] * 10 + [False] * 15
    found = agreement(first, second)
    assert found.share == pytest.approx(0.7)
    assert found.kappa == pytest.approx(0.4)


def test_judges_who_always_say_the_same_have_no_kappa() -> None:
    assert agreement([True, True], [True, True]).kappa is None


def test_nothing_that_both_judged_is_an_error() -> None:
    with pytest.raises(ValueError, match="no answer"):
        agreement([], [])
    with pytest.raises(ValueError, match="shorter"):
        agreement([True], [])
