"""Readability is a share, or unknown."""

from __future__ import annotations

import pytest

from artic_abr import Readability, ReadabilitySource


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0, None])
def test_a_share_or_unknown(value: float | None) -> None:
    assert Readability(value, ReadabilitySource.NONE, "q", 1.0, 2.0).value == value


@pytest.mark.parametrize("value", [-0.01, 1.01, float("nan")])
def test_anything_else_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="0..1"):
        Readability(value, ReadabilitySource.NONE, "q", 1.0, 2.0)
