"""What is written and what moves stands out; where nothing does, nothing is said."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artic_codecs import Box
from artic_codecs.motion import Luma
from artic_codecs.saliency import MOST_PART, MOST_PRIORITY, TTL_S, Saliency
from tests.codecs.drawn import texture


def _wall() -> Luma:
    """A plain wall in plain light, with a little noise."""
    shade = np.linspace(90, 150, 320)[None].repeat(180, 0)
    return np.random.default_rng(1).normal(shade, 2).clip(0, 255).astype(np.uint8)


def _written(text: str, at: tuple[int, int]) -> Luma:
    wall = _wall()
    cv2.putText(wall, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.4, 20, 1, cv2.LINE_AA)
    return wall


def _holds(box: Box, x: float, y: float) -> bool:
    return box[0] <= x / 320 <= box[2] and box[1] <= y / 180 <= box[3]


@pytest.mark.parametrize("at", [(20, 30), (200, 160), (220, 40)])
def test_a_line_of_text_stands_out_wherever_it_is(at: tuple[int, int]) -> None:
    saliency = Saliency()
    saliency.on_picture(_written("Gate 14B", at), 5.0)
    first, *_ = saliency.regions(now=5.1)
    assert _holds(first.box, at[0] + 30, at[1] - 4)
    assert (first.box[2] - first.box[0]) * (first.box[3] - first.box[1]) < 0.08
    assert first.priority == MOST_PRIORITY
    assert (first.frame_t, first.expires_t) == (5.0, 5.0 + TTL_S)


def test_the_edge_of_a_shape_is_no_text() -> None:
    wall = _wall()
    wall[:, 160:] -= 60
    saliency = Saliency()
    saliency.on_picture(wall, 5.0)
    assert saliency.regions(now=5.0) == ()


@pytest.mark.parametrize(
    "picture",
    [np.full((180, 320), 90, np.uint8), np.zeros((180, 320), np.uint8), _wall()],
    ids=["grey", "black", "a wall"],
)
def test_where_nothing_stands_out_nothing_is_said(picture: Luma) -> None:
    saliency = Saliency()
    for t in range(3):
        saliency.on_picture(picture, float(t))
        assert saliency.regions(now=float(t)) == ()


def test_what_moves_by_itself_stands_out_and_what_the_camera_moves_does_not() -> None:
    alone, with_camera = Saliency(), Saliency()
    wide = np.asarray(cv2.blur(cv2.resize(texture(3), (480, 270)), (9, 9)), np.uint8)
    scene = wide[:180, :320]
    for step in range(5):
        picture = scene.copy()
        picture[60:90, 40 + 12 * step : 70 + 12 * step] = 240
        alone.on_picture(picture, 0.2 * step)
        with_camera.on_picture(wide[2 * step :][:180, 4 * step :][:, :320], 0.2 * step)
    assert any(_holds(region.box, 40 + 48 + 15, 75) for region in alone.regions(now=1.0))
    assert with_camera.regions(now=1.0) == ()


def test_a_picture_that_is_not_newer_changes_nothing_and_none_says_nothing() -> None:
    saliency = Saliency()
    assert saliency.regions(now=0.0) == ()
    saliency.on_picture(_written("Gate 14B", (20, 30)), 5.0)
    before = saliency.regions(now=5.0)
    for t in (5.0, 4.0, math.nan, math.inf):
        saliency.on_picture(_wall(), t)
        assert saliency.regions(now=5.0) == before


def test_what_is_no_luma_plane() -> None:
    with pytest.raises(ValueError, match="no luma plane"):
        Saliency().on_picture(np.zeros((180, 320, 3), np.uint8), 1.0)


SCENES = [_wall(), _written("EXIT", (100, 100)), texture(1), texture(2), texture(1)[:90, :160]]


@settings(max_examples=30, deadline=None)
@given(
    path=st.lists(
        st.tuples(st.sampled_from(range(len(SCENES))), st.floats(0, 9)), min_size=1, max_size=5
    ),
    at_most=st.integers(1, 5),
)
def test_boxes_are_few_small_and_in_the_frame(path: list[tuple[int, float]], at_most: int) -> None:
    saliency = Saliency()
    for number, t in path:
        saliency.on_picture(SCENES[number], t)
        found = saliency.regions(now=t, at_most=at_most)
        assert len(found) <= at_most
        for region in found:
            x0, y0, x1, y1 = region.box
            assert 0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1
            assert (x1 - x0) * (y1 - y0) <= MOST_PART
            assert 0 < region.priority <= MOST_PRIORITY
