"""Boxes of every family become fractions, or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.backends.behind.boxes import (
    FRACTIONS,
    PIXELS,
    QWEN25,
    THOUSANDTHS,
    Y_FIRST,
    Convention,
    box_in,
    convention_of,
)

SIZE_PX = (640, 360)
HALF = (0.25, 0.5, 0.75, 1.0)

MODELS = [
    ("gpt-6-luna", FRACTIONS),
    ("llama3.2-vision", FRACTIONS),
    ("Qwen/Qwen2.5-VL-7B-Instruct", QWEN25),
    ("qwen2.5vl:3b", QWEN25),
    ("Qwen3-VL-8B", THOUSANDTHS),
    ("qwen2-vl", THOUSANDTHS),
    ("OpenGVLab/InternVL3-8B", THOUSANDTHS),
    ("gemini-3.8-flash", Y_FIRST),
    ("gemma3:4b", Y_FIRST),
    ("claude-5", PIXELS),
]


@pytest.mark.parametrize(("model", "convention"), MODELS)
def test_the_name_tells_the_convention(model: str, convention: Convention) -> None:
    assert convention_of(model) is convention


CASES = [
    ("fractions", (0.25, 0.5, 0.75, 1.0), FRACTIONS, HALF),
    ("thousandths", (250, 500, 750, 1000), THOUSANDTHS, HALF),
    ("y first", (500, 250, 1000, 750), Y_FIRST, HALF),
    ("pixels", (160, 180, 480, 360), PIXELS, HALF),
    ("pixels of the grid of 28", (161, 182, 483, 364), QWEN25, HALF),
    ("reversed", (0.75, 1.0, 0.25, 0.5), FRACTIONS, HALF),
    ("a little outside", (0.25, 0.5, 0.75, 1.04), FRACTIONS, HALF),
    ("fractions although asked for thousandths", (0.25, 0.5, 0.75, 1.0), THOUSANDTHS, HALF),
    ("far outside", (0.25, 0.5, 0.75, 1.5), FRACTIONS, None),
    ("thousandths although asked for fractions", (250, 500, 750, 1000), FRACTIONS, None),
    ("everything", (0, 0, 1000, 1000), THOUSANDTHS, None),
    ("a line", (858, 324, 324, 324), THOUSANDTHS, None),
    ("a point", (0.5, 0.5, 0.5, 0.5), FRACTIONS, None),
    ("three numbers", (0.1, 0.2, 0.3), FRACTIONS, None),
    ("not a number", (0.1, 0.2, float("nan"), 0.4), FRACTIONS, None),
]


@pytest.mark.parametrize(
    ("values", "convention", "box"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_boxes(
    values: tuple[float, ...], convention: Convention, box: tuple[float, ...] | None
) -> None:
    assert box_in(values, convention, SIZE_PX) == box


@given(
    st.lists(st.floats(-2000, 2000), min_size=4, max_size=4),
    st.sampled_from([FRACTIONS, THOUSANDTHS, Y_FIRST, PIXELS, QWEN25]),
)
def test_whatever_comes_a_box_is_inside_the_picture(
    values: list[float], convention: Convention
) -> None:
    box = box_in(values, convention, SIZE_PX)
    if box is not None:
        x0, y0, x1, y1 = box
        assert 0.0 <= x0 < x1 <= 1.0 and 0.0 <= y0 < y1 <= 1.0
