"""A still is pasted where it belongs; what is none is refused before it costs anything."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from articgw.frame import Frame, Pixels, yuv_to_rgb
from articgw.still_parts import StillError
from articgw.still_picture import still_frame
from articgw.testing import picture

REGION = (0.25, 0.25, 0.75, 0.5)
SCENE_PX = (640, 360)


def stripes(width: int, height: int) -> Pixels:
    rgb = np.zeros((height, width, 3), np.uint8)
    rgb[:, ::16] = rgb[:, 1::16] = 255
    return rgb


def file(rgb: Pixels, **how: object) -> bytes:
    out = io.BytesIO()
    Image.fromarray(rgb).save(out, "JPEG", **{"quality": 92, "subsampling": "4:2:0", **how})
    return out.getvalue()


def newest(size_px: tuple[int, int] = SCENE_PX) -> Frame:
    return Frame(picture(*size_px), 1000.0)


@pytest.mark.parametrize(("scale", "whole_px"), [(1, SCENE_PX), (2, (1280, 720))])
def test_it_is_pasted_at_its_own_resolution(scale: int, whole_px: tuple[int, int]) -> None:
    sent = stripes(320 * scale, 90 * scale)
    frame = still_frame(file(sent), REGION, newest(), captured_t=1001.0)
    assert frame.size_px == whole_px
    assert (frame.captured_t, frame.window) == (1001.0, REGION)
    rgb = yuv_to_rgb(frame.yuv())
    width, height = whole_px
    inside = rgb[height // 4 : height // 2, width // 4 : width * 3 // 4]
    assert cv2.PSNR(np.ascontiguousarray(inside), sent) > 25
    assert abs(int(rgb[: height // 4].mean()) - 128) < 4


REFUSED = [
    ("no JPEG", b"hello" * 100),
    ("nothing", b""),
    ("half of one", file(stripes(320, 90))[:900]),
    ("progressive", file(stripes(320, 90), progressive=True)),
    ("another shape", file(stripes(90, 320))),
    ("much too large", file(stripes(1280, 360))),
    ("a PNG", b"\x89PNG\r\n\x1a\n" + bytes(100)),
    ("a second scan", file(stripes(320, 90))[:-2] + b"\xff\xda\0\x08\x01\x01\0\0?\0\xff\xd9"),
]  # fmt: skip


@pytest.mark.parametrize("data", [case[1] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_what_is_no_still_is_refused(data: bytes) -> None:
    with pytest.raises(StillError):
        still_frame(data, REGION, newest(), captured_t=0.0)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.binary(min_size=1, max_size=40), st.booleans())
def test_bytes_that_were_changed_are_a_picture_or_an_error(
    at: int, changed: bytes, cut: bool
) -> None:
    data = bytearray(file(stripes(320, 90)))
    place = at % len(data)
    data[place : place + len(changed)] = changed
    if cut:
        del data[place:]
    try:
        frame = still_frame(bytes(data), REGION, newest(), captured_t=0.0)
    except StillError:
        return
    assert frame.window == REGION
