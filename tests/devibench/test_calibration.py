"""From runs to a table."""

from __future__ import annotations

import random

import numpy as np
import pytest

from articgw.errors import ConfigError
from devibench.calibration import LEAST, calibrated, ece
from devibench.samples import Line


def lines(count: int, holds: float, seed: int = 1) -> list[Line]:
    """Of a model that says anything, and is right in a share of ``holds`` of what it says."""
    chance = random.Random(seed)
    out = []
    for k in range(count):
        said = chance.random()
        right = chance.random() < holds * said
        out.append(
            Line(f"s/{k}", "a", "x", right, said, 0, 1.0, 1.0, 1, None, 1, group=f"v{k % 20}")
        )
    return out


def test_a_model_that_is_too_sure_is_taken_down() -> None:
    table = calibrated(lines(2000, 0.5))
    assert table.at(0.9) == pytest.approx(0.45, abs=0.1)
    assert table.ece_before is not None and table.ece_after is not None
    assert table.ece_before > 0.2
    assert table.ece_after < 0.07


def test_a_model_that_knows_itself_is_left_as_it_is() -> None:
    table = calibrated(lines(2000, 1.0))
    assert [table.at(x) for x in (0.2, 0.5, 0.8)] == pytest.approx([0.2, 0.5, 0.8], abs=0.12)


def test_the_table_never_falls_even_where_the_model_is_upside_down() -> None:
    upside_down = [
        Line(f"s/{k}", "a", "x", k < 50, k / 100, 0, 1.0, 1.0, 1, None, 1, group=f"v{k % 7}")
        for k in range(100)
    ]
    shares = [share for _, share in calibrated(upside_down).points]
    assert shares == sorted(shares)


def test_too_few_answers_are_no_table() -> None:
    silent = Line("s/1", "a", "x", True, None, 0, 1.0, 1.0, 1, None, 1)
    with pytest.raises(ConfigError, match="only"):
        calibrated([silent] * 100 + lines(LEAST - 1, 1.0))


def test_the_error_of_a_known_case() -> None:
    said, right = np.array([0.95] * 10), np.array([1.0] * 5 + [0.0] * 5)
    assert ece(said, right) == pytest.approx(0.45)
