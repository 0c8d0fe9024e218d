"""Whatever is called a box comes out inside the frame or not at all, with the reason."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_codecs import Box, Region
from artic_codecs.boxes import LEAST_SIDE, Flaw, clean_box, overlap

NAN, INF = math.nan, math.inf

SAID: dict[str, tuple[object, Box | None, tuple[Flaw, ...]]] = {
    "as it should be": ((0.1, 0.2, 0.3, 0.4), (0.1, 0.2, 0.3, 0.4), ()),
    "the whole frame": ((0, 0, 1, 1), (0, 0, 1, 1), ()),
    "a list": ([0.1, 0.2, 0.3, 0.4], (0.1, 0.2, 0.3, 0.4), ()),
    "reversed": ((0.3, 0.4, 0.1, 0.2), (0.1, 0.2, 0.3, 0.4), (Flaw.REVERSED,)),
    "half outside": ((-0.5, 0.5, 0.5, 1.5), (0.0, 0.5, 0.5, 1.0), (Flaw.CLAMPED,)),
    "both": ((0.5, 1.5, -0.5, 0.5), (0.0, 0.5, 0.5, 1.0), (Flaw.REVERSED, Flaw.CLAMPED)),
    "outside": ((1.1, 0.1, 1.3, 0.2), None, (Flaw.OUTSIDE,)),
    "in pixels": ((100, 100, 200, 200), None, (Flaw.OUTSIDE,)),
    "touching from outside": ((1.0, 0.1, 1.3, 0.2), None, (Flaw.OUTSIDE,)),
    "no area": ((0.2, 0.2, 0.2, 0.9), None, (Flaw.EMPTY,)),
    "the published nothing": ((0, 0, 0, 0), None, (Flaw.EMPTY,)),
    "thinner than a model points": ((0.2, 0.2, 0.2001, 0.9), None, (Flaw.EMPTY,)),
    "NaN": ((0.1, NAN, 0.3, 0.4), None, (Flaw.NOT_FINITE,)),
    "infinite": ((-INF, 0.0, INF, 1.0), None, (Flaw.NOT_FINITE,)),
    "too large for a float": ((-(10**400), 0, 10**400, 1), None, (Flaw.NOT_FINITE,)),
    "three numbers": ((0.1, 0.2, 0.3), None, (Flaw.NOT_A_BOX,)),
    "five numbers": ((0.1, 0.2, 0.3, 0.4, 0.5), None, (Flaw.NOT_A_BOX,)),
    "two corners": (((0.1, 0.2), (0.3, 0.4)), None, (Flaw.NOT_A_BOX,)),
    "text": ("0123", None, (Flaw.NOT_A_BOX,)),
    "nothing": (None, None, (Flaw.NOT_A_BOX,)),
    "a mapping": ({0: 1, 1: 2, 2: 3, 3: 4}, None, (Flaw.NOT_A_BOX,)),
    "with a hole": ((0.1, None, 0.3, 0.4), None, (Flaw.NOT_A_BOX,)),
}


@pytest.mark.parametrize(("raw", "box", "flaws"), SAID.values(), ids=SAID.keys())
def test_what_comes_of_a_box(raw: object, box: Box | None, flaws: tuple[Flaw, ...]) -> None:
    assert clean_box(raw) == (box, flaws)


@given(raw=st.lists(st.one_of(st.floats(), st.integers(), st.none(), st.text()), max_size=6))
def test_a_clean_box_makes_a_region_and_no_box_has_a_reason(raw: list[object]) -> None:
    box, flaws = clean_box(raw)
    if box is None:
        assert flaws
    else:
        Region(box, 0.0, 1.0, 1.0)
        assert min(box[2] - box[0], box[3] - box[1]) >= LEAST_SIDE


@given(raw=st.tuples(*[st.floats(-2, 3)] * 4))
def test_cleaning_twice_changes_nothing(raw: Box) -> None:
    box, _ = clean_box(raw)
    assert box is None or clean_box(box) == (box, ())


@pytest.mark.parametrize(
    ("a", "b", "share"),
    [
        ((0.0, 0.0, 0.5, 0.5), (0.0, 0.0, 0.5, 0.5), 1.0),
        ((0.0, 0.0, 0.5, 0.5), (0.25, 0.0, 0.75, 0.5), 1 / 3),
        ((0.0, 0.0, 0.5, 0.5), (0.5, 0.5, 1.0, 1.0), 0.0),
    ],
    ids=["the same", "half", "a corner"],
)
def test_overlap(a: Box, b: Box, share: float) -> None:
    assert overlap(a, b) == pytest.approx(share)
    assert overlap(b, a) == overlap(a, b)
