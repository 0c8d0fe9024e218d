"""Regions stay inside the frame."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_codecs import Box, Region


@pytest.mark.parametrize(
    "box", [(0.5, 0.0, 0.5, 1.0), (0.6, 0.0, 0.5, 1.0), (-0.1, 0.0, 1.0, 1.0), (0.0, 0.0, 1.0, 1.1)]
)
def test_a_box_outside_or_empty_is_refused(box: Box) -> None:
    with pytest.raises(ValueError, match="inside the frame"):
        Region(box, 0.0, 1.0, 1.0)


@pytest.mark.parametrize(("priority", "expires_t"), [(1.1, 9.0), (-0.1, 9.0), (1.0, 4.9)])
def test_priority_and_expiry_are_checked(priority: float, expires_t: float) -> None:
    with pytest.raises(ValueError, match="priority|expires"):
        Region((0.0, 0.0, 1.0, 1.0), 5.0, priority, expires_t)


@given(*[st.floats(-1, 2)] * 4)
def test_what_is_taken_is_inside(x0: float, y0: float, x1: float, y1: float) -> None:
    try:
        region = Region((x0, y0, x1, y1), 0.0, 0.5, 0.0)
    except ValueError:
        return
    assert 0 <= region.box[0] < region.box[2] <= 1 and 0 <= region.box[1] < region.box[3] <= 1
