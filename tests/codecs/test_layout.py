"""Rectangles of a packed picture, and boxes carried over and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_codecs.grid import PxBox
from artic_codecs.layout import (
    ALL_PACKED_PX,
    GRID_PX,
    MARK_PX,
    THUMBNAILS_PX,
    WINDOWS_PX,
    Layout,
    Size,
    places,
)


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    """Any that can be."""
    step = draw(st.integers(0, len(WINDOWS_PX) - 1))
    width, height = (draw(st.integers(side // 2, 2048)) * 2 for side in WINDOWS_PX[step])
    columns, rows = places((width, height), step)
    column, row = draw(st.integers(0, columns - 1)), draw(st.integers(0, rows - 1))
    return Layout((width, height), step, draw(st.integers(0, len(THUMBNAILS_PX) - 1)), column, row)


def inside(box: PxBox, size: Size) -> bool:
    return 0 <= box.x0 < box.x1 <= size[0] and 0 <= box.y0 < box.y1 <= size[1]


def test_a_camera_that_lies() -> None:
    layout = Layout((1280, 720), 1, 1, column=20, row=10)
    assert layout.window == (320, 160, 800, 432)
    assert layout.window_at == (0, 16, 480, 288)
    assert layout.thumbnail_at == (0, 288, 320, 468)
    assert layout.packed_px == (480, 468)


def test_a_camera_that_stands() -> None:
    layout = Layout((720, 1280), 1, 1, column=0, row=0)
    assert layout.window_at == (0, 16, 480, 288)
    assert layout.thumbnail_at == (480, 16, 660, 336)
    assert layout.packed_px == (660, 336)


def test_the_last_place_is_flush_with_the_edge() -> None:
    columns, rows = places((1918, 1078), 1)
    assert Layout((1918, 1078), 1, 1, columns - 1, rows - 1).window == (1438, 806, 1918, 1078)


@given(layout=layouts())
def test_all_lies_inside_on_even_pixels_and_nothing_overlaps(layout: Layout) -> None:
    window, detail, scene = layout.window, layout.window_at, layout.thumbnail_at
    assert layout.packed_px in ALL_PACKED_PX
    assert inside(window, layout.camera_px)
    assert inside(detail, layout.packed_px) and inside(scene, layout.packed_px)
    assert all(side % 2 == 0 for box in (window, detail, scene) for side in box)
    assert detail.y0 == MARK_PX and (scene.x0 >= detail.x1 or scene.y0 >= detail.y1)
    assert (window.x1 - window.x0, window.y1 - window.y0) == WINDOWS_PX[layout.window_step]
    assert scene.y0 >= MARK_PX and detail.x0 % GRID_PX == 0 and detail.y0 % GRID_PX == 0


sides = st.floats(0, 1)


@given(layout=layouts(), x=st.tuples(sides, sides), y=st.tuples(sides, sides))
def test_a_box_on_the_window_comes_back(
    layout: Layout, x: tuple[float, float], y: tuple[float, float]
) -> None:
    (x0, x1), (y0, y1) = sorted(x), sorted(y)
    there = layout.from_window((x0, y0, x1, y1))
    if there is None:
        assert x1 - x0 < 0.001 or y1 - y0 < 0.001
        return
    assert all(0 <= side <= 1 for side in there)
    back = layout.to_window(there)
    wide_enough = min(there[2] - there[0], there[3] - there[1]) > 0.001
    if wide_enough:
        assert back == pytest.approx((x0, y0, x1, y1), abs=1e-6)


def test_what_the_window_does_not_show_is_not_on_it() -> None:
    layout = Layout((1280, 720), 1, 1, column=20, row=10)
    assert layout.to_window((0.0, 0.0, 0.1, 0.1)) is None
    assert layout.to_window((0.0, 0.0, 1.0, 1.0)) == (0.0, 0.0, 1.0, 1.0)
    assert layout.from_window((0.0, 0.0, 1.0, 1.0)) == (0.25, 160 / 720, 0.625, 0.6)
    assert layout.from_thumbnail((-1.0, 0.5, 0.5, 9.0)) == (0.0, 0.5, 0.5, 1.0)
    assert layout.to_thumbnail((0.1, 0.1, 0.2, 0.2)) == (0.1, 0.1, 0.2, 0.2)


@pytest.mark.parametrize("box", [(0.1, 0.1, float("nan"), 0.2), (0.1, 0.1, 0.1, 0.3), (), None])
def test_what_is_no_box_is_none_anywhere(box: object) -> None:
    layout = Layout((1280, 720), 1, 1, column=20, row=10)
    maps = (layout.from_window, layout.to_window, layout.from_thumbnail, layout.to_thumbnail)
    assert [carry(box) for carry in maps] == [None] * 4


@pytest.mark.parametrize(
    ("camera_px", "steps", "place"),
    [
        ((1281, 720), (1, 1), (0, 0)),
        ((0, 0), (1, 1), (0, 0)),
        ((8192, 720), (1, 1), (0, 0)),
        ((1280, 720), (9, 1), (0, 0)),
        ((1280, 720), (1, 3), (0, 0)),
        ((1280, 720), (-1, 1), (0, 0)),
        ((1280, 720), (1, 1), (51, 0)),
        ((1280, 720), (1, 1), (0, -1)),
        ((240, 720), (1, 1), (0, 0)),
    ],
)
def test_a_layout_that_cannot_be_is_refused(camera_px: Size, steps: Size, place: Size) -> None:
    with pytest.raises(ValueError, match="Layout"):
        Layout(camera_px, *steps, *place)
