"""Pictures as the steer says: whole, with regions, packed; and never none."""

from __future__ import annotations

import math
from fractions import Fraction

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from artic_codecs.cleaning import Said
from artic_codecs.layout import ALL_PACKED_PX
from artic_codecs.pack import Unpacker
from artic_codecs.regions import Box
from artic_codecs.steer import Treatment
from articgw.client.quantiser import MAX_QP
from articgw.client.shot import MARK_QP, Shots

HD = (1280, 720)
SIGN: Box = (0.45, 0.45, 0.55, 0.5)


def camera(size_px: tuple[int, int] = HD) -> av.VideoFrame:
    width, height = size_px
    luma = (np.arange(width)[None, :] // 8 + np.arange(height)[:, None] // 8) % 2 * 120 + 60
    yuv = np.full((height * 3 // 2, width), 128, np.uint8)
    yuv[:height] = luma
    frame = av.VideoFrame.from_ndarray(yuv, format="yuv420p")
    frame.pts, frame.time_base = 0, Fraction(1, 90_000)
    return frame


def said(box: object = SIGN, *, t: float = 10.0, ttl_s: float = 5.0, priority: float = 1.0) -> Said:
    return Said(box, frame_t=t, priority=priority, expires_t=t + ttl_s)


def shots(how: Treatment, *regions: Said, size_px: tuple[int, int] | None = None) -> Shots:
    one = Shots()
    one.steer(size_px=size_px, how=how, regions=regions)
    return one


def planes(picture: av.VideoFrame) -> NDArray[np.uint8]:
    return np.asarray(picture.to_ndarray(), np.uint8)


def test_packed_is_the_window_as_the_camera_saw_it_and_the_scene() -> None:
    shot = shots(Treatment.PACKED, said()).take(camera(), now=10.0)
    assert shot.layout is not None and shot.grid.size_px in ALL_PACKED_PX
    back = Unpacker().unpack(planes(shot.picture))
    assert back is not None and back.layout == shot.layout
    x0, y0, x1, y1 = shot.layout.window
    height = y1 - y0
    assert (back.detail[:height] == planes(camera())[:720][y0:y1, x0:x1]).all()


def test_what_is_looked_at_lies_in_the_window_and_the_mark_is_coded_better() -> None:
    shot = shots(Treatment.PACKED, said()).take(camera(), now=10.0)
    assert shot.looked_at is not None and shot.layout is not None
    width, height = shot.layout.packed_px
    across = (shot.looked_at[2] - shot.looked_at[0]) * width
    down = (shot.looked_at[3] - shot.looked_at[1]) * height
    assert across == pytest.approx(128, abs=1) and down == pytest.approx(36, abs=1)
    assert [one.offset_qp for one in shot.offsets] == [-MARK_QP, 0.0]
    assert shot.best.offset_qp == 0 and shot.most_qp == MAX_QP


def test_the_layout_stays_while_the_region_does() -> None:
    one = shots(Treatment.PACKED, said())
    layouts = []
    for number in range(10):
        shift = 0.002 * number
        box = (SIGN[0] + shift, SIGN[1], SIGN[2] + shift, SIGN[3])
        one.steer(size_px=None, how=Treatment.PACKED, regions=[said(box, t=10.0 + number / 10)])
        layouts.append(one.take(camera(), now=10.0 + number / 10).layout)
    assert len(set(layouts)) == 1


@pytest.mark.parametrize(
    ("how", "offsets", "whole"),
    [(Treatment.WHOLE, 1, True), (Treatment.QP, 4, True), (Treatment.PACKED, 2, False)],
)
def test_each_treatment(how: Treatment, offsets: int, whole: bool) -> None:
    shot = shots(how, said()).take(camera(), now=10.0)
    assert len(shot.offsets) == offsets
    assert (shot.grid.size_px == HD) is whole
    assert shot.looked_at is not None


@pytest.mark.parametrize(
    ("regions", "size_px", "camera_px"),
    [
        ((), None, HD),
        ((said(ttl_s=1.0),), None, HD),
        ((said((0.0, 0.0, 1.0, 1.0)),), None, HD),
        ((said((0.5, 0.5, 0.5, 0.9)),), None, HD),
        ((said((2.0, 2.0, 3.0, 3.0)),), None, HD),
        ((said((0.1, math.nan, 0.2, 0.3)),), None, HD),
        ((said(t=-600.0, ttl_s=1e6),), None, HD),
        ((said(),), (320, 320), HD),
        ((said(),), None, (320, 180)),
        ((said(),), None, (64, 48)),
    ],
)
def test_where_packing_has_nothing_to_show_the_whole_frame_goes_out(
    regions: tuple[Said, ...], size_px: tuple[int, int] | None, camera_px: tuple[int, int]
) -> None:
    one = shots(Treatment.PACKED, *regions, size_px=size_px)
    shot = one.take(camera(camera_px), now=12.0)
    assert shot.layout is None and len(shot.offsets) == 1
    width, height = shot.grid.size_px
    assert width * camera_px[1] == height * camera_px[0]


def test_a_camera_that_turns_is_whole_again_and_a_larger_one_still_packed() -> None:
    one = shots(Treatment.PACKED, said())
    assert one.take(camera(), now=10.0).layout is not None
    larger = one.take(camera((1920, 1080)), now=10.1).layout
    assert larger is not None and larger.camera_px == (1920, 1080)
    assert one.take(camera((720, 1280)), now=10.2).layout is None


NUMBERS = st.floats() | st.integers(-(10**400), 10**400)
BOXES = st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS) | st.none() | st.text(max_size=4)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.builds(Said, BOXES, NUMBERS, NUMBERS, NUMBERS) | st.just(said()), max_size=200),
    st.sampled_from(list(Treatment)),
    st.sampled_from([HD, (641, 361), (180, 320), (2, 2)]),
)
def test_whatever_is_said_there_is_a_picture_that_is_not_black(
    regions: list[Said], how: Treatment, size_px: tuple[int, int]
) -> None:
    one = shots(how, *regions)
    frame = camera((size_px[0] // 2 * 2, size_px[1] // 2 * 2))
    frame = frame.reformat(*size_px)
    picture = one.take(frame, now=10.0).picture
    assert picture.format.name == "yuv420p" and picture.width % 2 == picture.height % 2 == 0
    assert planes(picture)[: picture.height].mean() > 50
