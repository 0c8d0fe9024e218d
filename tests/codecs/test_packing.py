"""Where the window goes, and that it stays there."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_codecs.layout import Layout, Size
from artic_codecs.packing import DEFAULT_LIMITS, Limits, Plan, PlanWhy, plan
from artic_codecs.regions import Box
from tests.codecs import packing_vectors

HD: Size = (1280, 720)


def sign(x: float, y: float, width: float = 150.0, height: float = 40.0) -> tuple[Box, float]:
    """A wish for px of a 720p frame."""
    return (x / 1280, y / 720, (x + width) / 1280, (y + height) / 720), 1.0


def holds(layout: Layout | None, box: Box) -> bool:
    if layout is None:
        return False
    (width, height), window = layout.camera_px, layout.window
    return (
        window.x0 <= box[0] * width
        and window.y0 <= box[1] * height
        and box[2] * width <= window.x1
        and box[3] * height <= window.y1
    )


def layout_of(planned: Plan) -> Layout:
    assert planned.layout is not None
    return planned.layout


def test_the_vectors_shared_with_the_page_are_those_of_this_code() -> None:
    assert packing_vectors.FILE.read_text("utf-8") == packing_vectors.text()


def test_the_vectors_have_every_reason() -> None:
    whys = {case["why"] for case in packing_vectors.make()["plans"]}
    assert whys == {why.value for why in PlanWhy}


@pytest.mark.parametrize(
    ("width", "height", "step"), [(150, 40, 0), (300, 40, 1), (60, 300, 2), (500, 200, 3)]
)
def test_the_window_is_the_smallest_that_holds_the_region(
    width: float, height: float, step: int
) -> None:
    wish = sign(400, 200, width, height)
    planned = plan(HD, [wish])
    assert planned.why is PlanWhy.FITTED
    assert layout_of(planned).window_step == step
    assert holds(planned.layout, wish[0])


def test_a_trembling_hand_does_not_move_the_window() -> None:
    last = plan(HD, [sign(400, 200)]).layout
    for x, y in ((406, 203), (395, 196), (400, 207), (393, 200)):
        planned = plan(HD, [sign(x, y)], last=last)
        assert planned == Plan(last, PlanWhy.STAYS, 0)


def test_a_region_that_leaves_takes_the_window_along() -> None:
    last = plan(HD, [sign(400, 200)]).layout
    planned = plan(HD, [sign(700, 500)], last=last)
    assert planned.why is PlanWhy.FITTED
    assert holds(planned.layout, sign(700, 500)[0])


def test_the_size_does_not_change_back_and_forth() -> None:
    sizes = []
    last = None
    for width in (250, 290, 250, 290, 250, 290, 180):
        last = plan(HD, [sign(400, 200, width)], last=last).layout
        assert last is not None
        sizes.append(last.window_step)
    assert sizes == [0, 1, 1, 1, 1, 1, 0]


def test_the_window_stays_where_its_size_was_another_limit_or_camera() -> None:
    last = layout_of(plan(HD, [sign(400, 200, 500, 200)]))
    assert last.window_step == 3
    small = Limits(most_window_step=1)
    assert plan(HD, [sign(500, 250)], last=last, limits=small).why is PlanWhy.FITTED
    other = plan(HD, [sign(400, 200, 500, 200)], last=last, limits=Limits(thumbnail_step=0))
    assert other.why is PlanWhy.FITTED
    turned = plan((720, 1280), [sign(400, 200)], last=last)
    assert turned.why is PlanWhy.FITTED and layout_of(turned).camera_px == (720, 1280)


def test_others_come_along_by_priority_as_far_as_they_fit() -> None:
    best, near, far = sign(400, 200)[0], sign(700, 300)[0], sign(1000, 600)[0]
    planned = plan(HD, [(far, 0.4), (near, 0.5), (best, 0.9)])
    assert holds(planned.layout, best) and holds(planned.layout, near)
    assert not holds(planned.layout, far)
    assert planned.left_out == 1


@pytest.mark.parametrize("camera", [HD, (720, 1280), (1920, 1080), (641, 479)])
def test_bad_input_makes_a_defined_plan(camera: Size) -> None:
    nan = math.nan
    junk = [((nan, nan, nan, nan), 1.0), ((0.3, 0.3, 0.3, 0.3), nan), (None, 1.0), ("abcd", 1.0)]
    assert plan(camera, junk) == Plan(None, PlanWhy.NO_REGION, 0)
    good = (0.4, 0.4, 0.5, 0.45)
    assert plan(camera, [*junk, (good, 1.0)]).layout == plan(camera, [(good, 1.0)]).layout


@pytest.mark.parametrize("camera", [(0, 0), (-4, 7), (2, 2), (100_000, 100_000), (320, 180)])
def test_a_camera_that_cannot_be_packed_goes_out_whole(camera: Size) -> None:
    assert plan(camera, [((0.4, 0.4, 0.5, 0.5), 1.0)]) == Plan(None, PlanWhy.NO_GAIN, 1)


def test_a_thumbnail_step_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="thumbnail step"):
        Limits(thumbnail_step=7)


numbers = st.floats(-0.5, 1.5) | st.floats()
wishes = st.lists(st.tuples(st.tuples(*[numbers] * 4), st.floats()), max_size=12)
cameras = st.tuples(st.integers(0, 4200), st.integers(0, 4200))
limits = st.builds(
    Limits,
    st.integers(0, 4),
    st.integers(0, 2),
    st.floats(0, 1),
)


@given(camera=cameras, first=wishes, second=wishes, allowed=limits)
def test_a_plan_is_in_the_frame_worth_it_and_stable(
    camera: Size,
    first: list[tuple[Box, float]],
    second: list[tuple[Box, float]],
    allowed: Limits,
) -> None:
    last = plan(camera, first, limits=allowed).layout
    planned = plan(camera, second, last=last, limits=allowed)
    assert (planned.layout is None) == (planned.why not in (PlanWhy.FITTED, PlanWhy.STAYS))
    if planned.layout is None:
        return
    width, height = planned.layout.packed_px
    assert width * height <= allowed.most_part * camera[0] * camera[1]
    sizes = zip(camera, planned.layout.camera_px, strict=True)
    assert all(0 <= side - even <= 1 for side, even in sizes)
    again = plan(camera, second, last=planned.layout, limits=allowed)
    assert again == Plan(planned.layout, PlanWhy.STAYS, planned.left_out)


@given(
    x=st.floats(0, 0.9),
    y=st.floats(0, 0.9),
    width=st.floats(0.01, 0.1),
    height=st.floats(0.01, 0.1),
)
def test_the_most_important_region_is_always_held(
    x: float, y: float, width: float, height: float
) -> None:
    box = (x, y, x + width, y + height)
    planned = plan(HD, [(box, 1.0), ((0.0, 0.0, 0.9, 0.9), 0.9)], limits=DEFAULT_LIMITS)
    assert planned.left_out == 1
    assert holds(planned.layout, box)
