"""Frames packed by a layout and unpacked again; I420 in, I420 out, no colour touched.

The window is copied, so its pixels are the camera's own. The scene is averaged over areas, a true
low-pass: what aliases costs bits (2 to 4 times, media.md 3). What neither fills is grey.

Arrays are (height * 3 / 2, width), limited range as cameras and decoders give it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from artic_codecs.grid import PxBox
from artic_codecs.layout import Layout, Size
from artic_codecs.layout_mark import GREY, GREY_CHROMA, MarkWhy, draw_mark, read_mark
from artic_codecs.packing import DEFAULT_LIMITS, Limits, Plan, Wish, plan

Pixels = NDArray[np.uint8]

_STEPS = (1, 2, 2)
"""Pixels of the picture to one of each plane."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What a picture holds."""

    layout: Layout | None
    """None: the picture is the whole frame."""
    detail: Pixels
    """The window, or the whole frame."""
    scene: Pixels
    """The thumbnail, or the whole frame again."""


def size_of(yuv: Pixels) -> Size:
    """Width and height of an I420 array; ``ValueError`` if it is none."""
    if yuv.ndim != 2 or len(yuv) % 3 or yuv.shape[1] % 2 or 0 in yuv.shape:
        raise ValueError(f"not an I420 array of shape (height * 3 / 2, width): {yuv.shape}")
    return yuv.shape[1], len(yuv) * 2 // 3


def pack(yuv: Pixels, layout: Layout) -> Pixels:
    """The packed picture of a frame. ``ValueError`` if the frame is not of the layout's camera."""
    if size_of(yuv) != layout.camera_px:
        raise ValueError(f"a frame of {size_of(yuv)} does not fit {layout}")
    width, height = layout.packed_px
    packed = np.empty((height * 3 // 2, width), np.uint8)
    packed[:height], packed[height:] = GREY, GREY_CHROMA
    for step, source, target in zip(_STEPS, _planes(yuv), _planes(packed), strict=True):
        _part(target, layout.window_at, step)[:] = _part(source, layout.window, step)
        scene = _part(target, layout.thumbnail_at, step)
        scene[:] = _averaged(source, scene.shape)
    draw_mark(packed, layout)
    return packed


def unpack(yuv: Pixels, layout: Layout, scale: float = 1.0) -> Unpacked:
    """Window and scene of a packed picture that arrived at ``scale`` of its size."""
    return Unpacked(
        layout,
        _cut(yuv, _scaled(layout.window_at, scale)),
        _cut(yuv, _scaled(layout.thumbnail_at, scale)),
    )


class Packer:
    """Packs the frames of one camera: plans, remembers, and follows when its size changes."""

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        self.limits = limits
        self._last: Layout | None = None

    def pack(self, yuv: Pixels, wishes: Iterable[Wish]) -> tuple[Pixels, Plan]:
        """What to send for this frame, and why; the very frame where it goes out whole."""
        planned = plan(size_of(yuv), wishes, last=self._last, limits=self.limits)
        self._last = planned.layout
        return (yuv if planned.layout is None else pack(yuv, planned.layout)), planned


class Unpacker:
    """Unpacks the pictures of one sender that may pack; what is doubtful is refused."""

    def __init__(self) -> None:
        self.refused = 0
        self._packed_px: Size | None = None

    def unpack(self, yuv: Pixels) -> Unpacked | None:
        """What the picture holds; None where its mark is damaged.

        A picture without a mark is the whole frame, unless it has the size of the last packed one:
        then the mark is gone, and with it all that could be known.
        """
        size_px = size_of(yuv)
        reading = read_mark(yuv[: size_px[1]])
        if reading.layout is not None:
            self._packed_px = size_px
            return unpack(yuv, reading.layout, reading.scale)
        if reading.why is MarkWhy.ABSENT and size_px != self._packed_px:
            return Unpacked(None, yuv, yuv)
        self.refused += 1
        return None


def _planes(yuv: Pixels) -> tuple[Pixels, Pixels, Pixels]:
    width, height = size_of(yuv)
    chroma = yuv[height:].reshape(2, height // 2, width // 2)
    return yuv[:height], chroma[0], chroma[1]


def _part(plane: Pixels, box: PxBox, step: int) -> Pixels:
    x0, y0, x1, y1 = (side // step for side in box)
    return plane[y0:y1, x0:x1]


def _averaged(plane: Pixels, shape: tuple[int, ...]) -> Pixels:
    import cv2

    size = (shape[1], shape[0])
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.uint8)


def _cut(yuv: Pixels, box: PxBox) -> Pixels:
    parts = (_part(plane, box, step) for step, plane in zip(_STEPS, _planes(yuv), strict=True))
    return np.concatenate([part.ravel() for part in parts]).reshape(-1, box.x1 - box.x0)


def _scaled(box: PxBox, scale: float) -> PxBox:
    x0, y0, x1, y1 = (round(side * scale / 2) * 2 for side in box)
    return PxBox(x0, y0, x1, y1)
