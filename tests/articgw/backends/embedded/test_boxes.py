from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_codecs import Box
from articgw.backends.embedded import boxes


@st.composite
def some_box(draw: st.DrawFn) -> Box:
    x0, y0 = draw(st.floats(0, 0.9)), draw(st.floats(0, 0.9))
    return x0, y0, draw(st.floats(x0 + 0.01, 1)), draw(st.floats(y0 + 0.01, 1))


@given(some_box(), some_box())
def test_overlaps_are_fractions(a: Box, b: Box) -> None:
    assert 0.0 <= boxes.iou(a, b) <= 1.0 + 1e-9
    assert boxes.iou(a, b) == pytest.approx(boxes.iou(b, a))
    assert boxes.inside(a, boxes.union([a, b])) == pytest.approx(1.0)


@given(some_box(), st.floats(0, 1), st.floats(0, 1))
def test_a_margin_stays_in_the_frame(box: Box, dx: float, dy: float) -> None:
    x0, y0, x1, y1 = boxes.grown(box, dx, dy)
    assert 0.0 <= x0 <= box[0] and 0.0 <= y0 <= box[1]
    assert box[2] <= x1 <= 1.0 and box[3] <= y1 <= 1.0


def test_gap_is_measured_in_heights() -> None:
    assert boxes.gap((0, 0, 0.1, 0.1), (0.2, 0, 0.3, 0.1), 2.0) == pytest.approx(0.2)
    assert boxes.gap((0, 0, 0.2, 0.2), (0.1, 0.1, 0.3, 0.3), 2.0) == 0.0
