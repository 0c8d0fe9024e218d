"""A mark is read, or it is refused; it is never another one."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from artic_codecs.layout import MARK_PX, Layout
from artic_codecs.layout_mark import (
    ABSENT,
    CELL_PX,
    COLUMNS,
    DAMAGED,
    GREY,
    MarkWhy,
    Reading,
    cells_of,
    draw_mark,
    layout_of,
    read_mark,
)
from artic_codecs.pack import pack
from tests.codecs.coders import coarsest, through
from tests.codecs.test_layout import layouts

Pixels = NDArray[np.uint8]
SOME = Layout((1280, 720), 1, 1, column=20, row=10)
ENCODERS = ("libx264", "libvpx")


def packed(layout: Layout, seed: int = 0) -> Pixels:
    """A packed picture of noise."""
    width, height = layout.packed_px
    rng = np.random.default_rng(seed)
    yuv = rng.integers(0, 256, (height * 3 // 2, width), dtype=np.uint8)
    draw_mark(yuv, layout)
    return yuv


def luma(yuv: Pixels) -> Pixels:
    return yuv[: len(yuv) * 2 // 3]


def with_cell(yuv: Pixels, place: int, level: int | None) -> Pixels:
    """That cell set to a level, or turned over."""
    worse = yuv.copy()
    row, column = divmod(place, COLUMNS)
    y, x = row * CELL_PX, column * CELL_PX
    cell = worse[y : y + CELL_PX, x : x + CELL_PX]
    cell[:] = 2 * GREY - cell if level is None else level
    return worse


@settings(max_examples=60)
@given(layout=layouts(), seed=st.integers(0, 99))
def test_what_is_drawn_is_read(layout: Layout, seed: int) -> None:
    assert layout_of(cells_of(layout)) == layout
    assert read_mark(luma(packed(layout, seed))) == Reading(MarkWhy.READ, layout, 1.0)


def test_every_cell_matters() -> None:
    yuv = packed(SOME)
    for place in range(2 * COLUMNS):
        assert read_mark(luma(with_cell(yuv, place, None))) == DAMAGED
        assert read_mark(luma(with_cell(yuv, place, GREY + 10))) == DAMAGED


@given(layout=layouts(), places=st.sets(st.integers(0, 2 * COLUMNS - 1), min_size=1, max_size=3))
def test_up_to_three_wrong_cells_are_always_found(layout: Layout, places: set[int]) -> None:
    cells = cells_of(layout).ravel()
    cells[list(places)] ^= True
    assert layout_of(cells) is None


def test_cells_at_random_are_not_believed() -> None:
    rng = np.random.default_rng(3)
    assert not any(layout_of(rng.random((2, COLUMNS)) < 0.5) for _ in range(3000))


def test_a_mark_that_says_another_size_than_the_picture_has_is_refused() -> None:
    yuv = packed(SOME)
    other = packed(Layout((1280, 720), 3, 1, 0, 0))
    yuv[:MARK_PX] = other[:MARK_PX, : yuv.shape[1]]
    assert read_mark(luma(yuv)) == DAMAGED


@settings(max_examples=30)
@given(layout=layouts(), scale=st.sampled_from([0.75, 0.5]), level=st.integers(16, 235))
def test_a_scaled_picture_is_read_with_its_scale(layout: Layout, scale: float, level: int) -> None:
    width, height = layout.packed_px
    yuv = np.full((height * 3 // 2, width), level, np.uint8)
    draw_mark(yuv, layout)
    size = (round(width * scale), round(height * scale))
    small = np.asarray(cv2.resize(luma(yuv), size, interpolation=cv2.INTER_AREA), np.uint8)
    assert read_mark(small) == Reading(MarkWhy.READ, layout, size[0] / width)


@pytest.mark.parametrize("size", [(480, 468), (1280, 720), (360, 351), (2, 2), (660, 336)])
def test_a_picture_without_a_mark_has_none(size: tuple[int, int]) -> None:
    width, height = size
    rng = np.random.default_rng(1)
    ramp = np.broadcast_to(np.linspace(16, 235, width).astype(np.uint8), (height, width))
    coarse = rng.integers(0, 256, (height // 8 + 1, width // 8 + 1), dtype=np.uint8)
    blocks = coarse.repeat(8, 0).repeat(8, 1)[:height, :width]
    flat = [np.full((height, width), level, np.uint8) for level in (0, 16, 126, 235, 255)]
    noise = rng.integers(0, 256, (height, width), dtype=np.uint8)
    assert [read_mark(picture) for picture in (ramp, blocks, noise, *flat)] == [ABSENT] * 8


def test_only_the_strip_changes() -> None:
    width, height = SOME.packed_px
    before = np.full((height * 3 // 2, width), 77, np.uint8)
    after = before.copy()
    draw_mark(after, SOME)
    assert (after[MARK_PX:height] == 77).all()
    chroma = after[height:].reshape(2, height // 2, width // 2)
    assert (chroma[:, : MARK_PX // 2] == 128).all() and (chroma[:, MARK_PX // 2 :] == 77).all()


def test_a_picture_of_another_size_takes_no_mark() -> None:
    with pytest.raises(ValueError, match="packed picture"):
        draw_mark(np.zeros((720 * 3 // 2, 1280), np.uint8), SOME)


def moving(frames: int) -> Iterator[tuple[Layout, Pixels]]:
    """A scene that is hard to encode, filmed by a hand, a window that jumps every other time."""
    rng = np.random.default_rng(5)
    fine = rng.integers(16, 236, (1000, 1600), dtype=np.uint8)
    scene = np.asarray(cv2.GaussianBlur(fine, (0, 0), 1.2), np.uint8)
    for number in range(frames):
        x, y = 40 + 7 * number, 30 + 5 * number
        yuv = np.full((1080, 1280), 128, np.uint8)
        noise = rng.normal(0, 6, (720, 1280))
        yuv[:720] = np.clip(scene[y : y + 720, x : x + 1280] + noise, 16, 235)
        jump = number // 2
        layout = Layout((1280, 720), 1, 1, column=(7 * jump) % 51, row=(5 * jump) % 29)
        yield layout, pack(yuv, layout)


@pytest.mark.parametrize("codec", ENCODERS)
@pytest.mark.parametrize(("rate_bps", "fps"), [(25_000, 5), (50_000, 2)])
def test_a_mark_survives_a_starved_encoder(codec: str, rate_bps: int, fps: float) -> None:
    sent = list(moving(10))
    came = through(codec, (picture for _, picture in sent), fps=fps, rate_bps=rate_bps)
    for (layout, _), (picture, _) in zip(sent, came, strict=True):
        assert picture is not None
        assert read_mark(luma(picture)) == Reading(MarkWhy.READ, layout, 1.0)


@pytest.mark.parametrize("codec", ENCODERS)
def test_a_mark_survives_the_coarsest_quantiser(codec: str) -> None:
    sent = list(moving(6))
    pictures = (picture for _, picture in sent)
    came = through(codec, pictures, fps=5, rate_bps=10_000, **coarsest(codec))
    for (layout, _), (picture, _) in zip(sent, came, strict=True):
        assert picture is not None
        assert read_mark(luma(picture)) == Reading(MarkWhy.READ, layout, 1.0)
