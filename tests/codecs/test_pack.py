"""Packed and unpacked, the picture is the same; what cannot be trusted is refused."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from artic_codecs.layout import MARK_PX, Layout
from artic_codecs.layout_mark import GREY
from artic_codecs.pack import Packer, Unpacker, pack, size_of, unpack
from artic_codecs.packing import PlanWhy
from artic_codecs.regions import Box

Pixels = NDArray[np.uint8]
LIES = Layout((1280, 720), 1, 1, column=20, row=10)
STANDS = Layout((718, 1278), 1, 1, column=3, row=63)
SIGN: Box = (0.4, 0.4, 0.52, 0.47)


def frame(width: int = 1280, height: int = 720, seed: int = 1) -> Pixels:
    """A scene with detail of all sizes."""
    rng = np.random.default_rng(seed)
    fine = rng.integers(16, 236, (height * 3 // 2, width), dtype=np.uint8)
    return np.asarray(cv2.GaussianBlur(fine, (0, 0), 2), np.uint8)


def planes(yuv: Pixels) -> list[Pixels]:
    width, height = size_of(yuv)
    chroma = yuv[height:].reshape(2, height // 2, width // 2)
    return [yuv[:height], chroma[0], chroma[1]]


@pytest.mark.parametrize("layout", [LIES, STANDS])
def test_the_window_is_the_cameras_own_pixels(layout: Layout) -> None:
    yuv = frame(*layout.camera_px)
    seen = unpack(pack(yuv, layout), layout)
    window = layout.window
    for plane, source, step in zip(planes(seen.detail), planes(yuv), (1, 2, 2), strict=True):
        x0, y0, x1, y1 = (side // step for side in window)
        assert (plane == source[y0:y1, x0:x1]).all()


@pytest.mark.parametrize("layout", [LIES, STANDS])
def test_the_scene_is_averaged_over_areas(layout: Layout) -> None:
    yuv = frame(*layout.camera_px)
    scene = unpack(pack(yuv, layout), layout).scene
    at = layout.thumbnail_at
    assert size_of(scene) == (at.x1 - at.x0, at.y1 - at.y0)
    for small, source in zip(planes(scene), planes(yuv), strict=True):
        assert abs(float(small.mean()) - float(source.mean())) < 1
        assert small.std() < source.std()


def test_what_nothing_fills_is_grey() -> None:
    packed = pack(frame(), LIES)
    assert (packed[LIES.window_at.y1 : LIES.packed_px[1], LIES.thumbnail_at.x1 :] == GREY).all()
    assert (packed[:MARK_PX, 320:] == GREY).all()


def test_a_frame_of_another_camera_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        pack(frame(640, 480), LIES)


@pytest.mark.parametrize("shape", [(31, 40), (30, 41), (0, 40), (3, 4, 5)])
def test_what_is_no_i420_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="I420"):
        Unpacker().unpack(np.zeros(shape, np.uint8))


def test_what_is_packed_is_unpacked_by_its_mark_alone() -> None:
    packed, planned = Packer().pack(frame(), [(SIGN, 1.0)])
    seen = Unpacker().unpack(packed)
    assert seen is not None and planned.layout is not None
    assert seen.layout == planned.layout
    assert size_of(seen.detail) == (320, 176)


def test_a_slice_of_another_array_is_packed_too() -> None:
    packed, _ = Packer().pack(frame(1400, 720)[:, 60:1340], [(SIGN, 1.0)])
    assert Unpacker().unpack(packed) is not None


def test_a_scaled_picture_is_unpacked_at_its_scale() -> None:
    packed = pack(frame(), LIES)
    half = [cv2.resize(plane, None, fx=0.5, fy=0.5) for plane in planes(packed)]
    scaled = np.concatenate([plane.ravel() for plane in half]).reshape(-1, 240)
    seen = Unpacker().unpack(np.asarray(scaled, np.uint8))
    assert seen is not None and seen.layout == LIES
    assert size_of(seen.detail) == (240, 136)
    assert abs(float(seen.detail[:136].mean()) - float(frame()[160:432, 320:800].mean())) < 2


def test_nothing_wanted_is_the_frame_itself() -> None:
    yuv = frame()
    packed, planned = Packer().pack(yuv, [])
    assert packed is yuv and planned.why is PlanWhy.NO_REGION
    seen = Unpacker().unpack(yuv)
    assert seen is not None and seen.layout is None and seen.detail is yuv


def test_a_damaged_mark_is_refused_and_counted() -> None:
    packed = pack(frame(), LIES)
    packed[:16, 200:240] = GREY
    unpacker = Unpacker()
    assert unpacker.unpack(packed) is None
    assert unpacker.refused == 1


def test_a_packed_picture_that_lost_its_mark_is_not_taken_for_the_frame() -> None:
    packed = pack(frame(), LIES)
    unpacker = Unpacker()
    assert unpacker.unpack(packed) is not None
    packed[:MARK_PX] = GREY
    assert unpacker.unpack(packed) is None
    assert unpacker.unpack(frame()) is not None


def test_the_cameras_size_may_change_between_two_frames() -> None:
    packer, unpacker = Packer(), Unpacker()
    for size in ((1280, 720), (720, 1280), (320, 240), (1920, 1080), (640, 480)):
        packed, planned = packer.pack(frame(*size), [(SIGN, 1.0)])
        seen = unpacker.unpack(packed)
        assert seen is not None
        assert seen.layout == planned.layout
        assert packed.std() > 5


def test_two_hundred_boxes_and_bad_ones_make_a_picture() -> None:
    rng = np.random.default_rng(2)
    corners = rng.uniform(-0.2, 1.2, (200, 4))
    corners[::7] = np.nan
    wishes = [(tuple(box), float(rng.random())) for box in corners]
    packed, _ = Packer().pack(frame(), wishes)
    assert Unpacker().unpack(packed) is not None


@pytest.mark.parametrize("layout", [LIES, STANDS])
def test_a_thing_found_in_either_picture_is_where_it_was(layout: Layout) -> None:
    width, height = layout.camera_px
    yuv = np.full((height * 3 // 2, width), 60, np.uint8)
    x, y = layout.window.x0 + 100, layout.window.y0 + 80
    yuv[y : y + 64, x : x + 96] = 220
    seen = unpack(pack(yuv, layout), layout)
    there = (x / width, y / height, (x + 96) / width, (y + 64) / height)
    for picture, carry in (
        (seen.detail, layout.from_window),
        (seen.scene, layout.from_thumbnail),
    ):
        across, down = size_of(picture)
        ys, xs = np.nonzero(picture[:down] > 140)
        found = (xs.min() / across, ys.min() / down, (xs.max() + 1) / across, (ys.max() + 1) / down)
        box = carry(tuple(map(float, found)))
        assert box == pytest.approx(there, abs=1.5 / min(across, down))
