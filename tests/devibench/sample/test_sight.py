from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devibench.sample.camera import draw_camera
from devibench.sample.sight import area, cut, longest_run, see
from devibench.sample.world import rectangle

SIZE = (640, 360)
STILL = np.eye(3)[None]


@pytest.mark.parametrize(
    ("quad", "box", "visible"),
    [
        ((10, 20, 30, 40), (10, 20, 30, 40), 1.0),
        ((10.2, 20.2, 29.5, 39.5), (10, 20, 30, 40), 1.0),
        ((-10, 20, 30, 40), (0, 20, 30, 40), 0.75),
        ((630, 350, 650, 370), (630, 350, 640, 360), 0.25),
        ((-100, -100, 1000, 1000), (0, 0, 640, 360), 640 * 360 / 1100**2),
        ((700, 20, 730, 40), (640, 20, 640, 40), 0.0),
    ],
)
def test_the_box_and_the_part_in_view(
    quad: tuple[float, ...], box: tuple[float, ...], visible: float
) -> None:
    sight = see(rectangle(*quad), STILL, SIZE)
    assert tuple(sight.boxes[0]) == box
    assert sight.visible[0] == pytest.approx(visible)


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    x=st.floats(-300, 700),
    y=st.floats(-200, 400),
    side=st.floats(5, 300),
)
def test_boxes_stay_inside_the_frame(seed: int, x: float, y: float, side: float) -> None:
    camera = draw_camera("walking", SIZE, 2.0, np.random.default_rng(seed))
    views = np.array([camera.at(t) for t in np.linspace(0, 2, 8)])
    sight = see(rectangle(x, y, x + side, y + side), views, SIZE)
    assert (sight.boxes >= 0).all()
    assert (sight.boxes[:, 2] <= SIZE[0]).all() and (sight.boxes[:, 3] <= SIZE[1]).all()
    assert ((sight.visible >= 0) & (sight.visible <= 1)).all()


def test_a_cut_triangle() -> None:
    triangle = np.array([[-10.0, 10.0], [10.0, 10.0], [10.0, 30.0]])
    assert area(triangle) == 200
    assert area(cut(triangle, SIZE)) == pytest.approx(150)


@pytest.mark.parametrize(
    ("pattern", "run"), [("", None), ("..", None), ("xx.xxx.x", (3, 5)), ("x", (0, 0))]
)
def test_the_longest_run(pattern: str, run: tuple[int, int] | None) -> None:
    assert longest_run(np.array([sign == "x" for sign in pattern], bool)) == run


def test_full_run_and_centres() -> None:
    shift = np.array([[1, 0, 400], [0, 1, 0], [0, 0, 1.0]])
    sight = see(rectangle(300, 10, 320, 30), np.array([np.eye(3), np.eye(3), shift]), SIZE)
    assert sight.full_run() == (0, 1)
    assert tuple(sight.centres()[0]) == (310, 20)
