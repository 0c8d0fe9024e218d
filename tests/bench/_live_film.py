"""The film of the live bench: one moving clip, there and back, a number drawn into every frame.

    clip 0 1 … n-1  ──▶  film 0 1 … n-1 n-1 … 1 0   (the film's own numbers count on: 0 … 2n-1)

It is one uncompressed .y4m: a camera for Chromium, and an array for those who send or compare.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from devibench.clipset import Clip, ClipSet
from devibench.framenumber import BAND_ROWS, BITS, MASK, MIN_CLEARNESS, stamp
from tests.helpers.browser import write_y4m

Pixels = NDArray[np.uint8]

COST_QP, COST_FPS = "28", 15
"""A quantiser at which text of a few pixels is read, and the rate that our page sends at."""
MIN_COST_BPS = 1_000_000
FILM_LINES = 720
_SAMPLES = 8
_FRAME_HEAD = len(b"FRAME\n")


@dataclass(frozen=True)
class Film:
    """A written film."""

    path: Path
    size_px: tuple[int, int]
    fps: float
    head_bytes: int

    @staticmethod
    def open(path: Path) -> Film:
        """Raises `OSError` where there is none."""
        with path.open("rb") as file:
            head = file.readline()
        fields = {field[:1]: field[1:] for field in head.decode().split()[1:]}
        return Film(path, (int(fields["W"]), int(fields["H"])), _fps(fields["F"]), len(head))

    @cached_property
    def yuv(self) -> Pixels:
        """All frames: (frames, height * 3 / 2, width), I420, mapped from the file."""
        width, height = self.size_px
        frame_bytes = width * height * 3 // 2
        raw = np.memmap(self.path, np.uint8, "r", self.head_bytes)
        frames = raw.reshape(-1, _FRAME_HEAD + frame_bytes)[:, _FRAME_HEAD:]
        return frames.reshape(len(frames), height * 3 // 2, width)

    @property
    def frames(self) -> int:
        """How many."""
        return len(self.yuv)

    @property
    def seconds(self) -> float:
        """Until it begins again."""
        return self.frames / self.fps

    def luma(self, number: int, size_px: tuple[int, int]) -> Pixels:
        """A frame's luma at that size, by area where it is smaller."""
        plane = self.yuv[number, : self.size_px[1]]
        if size_px == self.size_px:
            return plane
        return cast(Pixels, cv2.resize(plane, size_px, interpolation=cv2.INTER_AREA))

    def clip_frame(self, number: int) -> int:
        """The clip's number of a film's frame."""
        return min(number, self.frames - 1 - number)


def _fps(field: str) -> float:
    return float(Fraction(field.replace(":", "/")))


def make_film(clip: Clip, file: Path) -> Film:
    """Stamp and write it."""
    there = [yuv for _, yuv in clip.frames()]

    def stamped() -> Iterator[Pixels]:
        for number, yuv in enumerate([*there, *reversed(there)]):
            frame = yuv.copy()
            stamp(frame, number)
            yield frame

    write_y4m(file, clip.meta.size_px, clip.meta.fps, stamped())
    return Film.open(file)


def costliest(clip_set: ClipSet) -> tuple[Clip, float]:
    """The 720p clip that needs most bits at `COST_QP`, and bits/s; ValueError if it has none."""
    fit = [clip for clip in clip_set.clips if clip.meta.size_px == (1280, 720)]
    if not fit:
        raise ValueError(f"{clip_set.path.name} has no clip of 1280x720")
    costs = {clip.name: cost_bps(clip) for clip in fit}
    dearest = max(fit, key=lambda clip: costs[clip.name])
    return dearest, costs[dearest.name]


def cost_bps(clip: Clip) -> float:
    """What x264 needs for the clip at `COST_QP` and `COST_FPS`."""
    codec: Any = av.CodecContext.create("libx264", "w")
    codec.width, codec.height = clip.meta.size_px
    codec.pix_fmt, codec.framerate = "yuv420p", COST_FPS
    codec.time_base = Fraction(1, COST_FPS)
    codec.options = {"preset": "veryfast", "tune": "zerolatency", "qp": COST_QP}
    step = max(1, round(clip.meta.fps / COST_FPS))
    taken, size_bytes = 0, 0
    for number, yuv in clip.frames():
        if number % step:
            continue
        picture = av.VideoFrame.from_ndarray(yuv, format="yuv420p")
        picture.pts, picture.time_base = taken, Fraction(1, COST_FPS)
        size_bytes += sum(packet.size for packet in codec.encode(picture))
        taken += 1
    return 8 * size_bytes * COST_FPS / taken


def luma_of(picture: av.VideoFrame) -> Pixels:
    """The luma plane, as a view."""
    plane = picture.planes[0]
    rows: Pixels = np.asarray(memoryview(plane)).view(np.uint8).reshape(-1, plane.line_size)
    return rows[: plane.height, : plane.width]


def number_of(luma: Pixels) -> int | None:
    """The number drawn into a picture of any size, or None.

    As `devibench.framenumber.read`, which looks for the band's height too: here it is known.
    """
    lines, width = luma.shape
    band = BAND_ROWS * lines / FILM_LINES
    rows = [int(band / 4), int(3 * band / 4)]
    middles = (np.arange(BITS) + 0.5) * width / BITS
    columns = middles[:, None] + np.linspace(-0.25, 0.25, _SAMPLES) * width / BITS
    cells = luma[rows][:, columns.astype(int)].mean(axis=2)
    clear = np.abs(cells - cells.mean()).min() >= MIN_CLEARNESS
    white = cells > cells.mean()
    if not clear or not (white[0] != white[1]).all():
        return None
    return int("".join("1" if bit else "0" for bit in white[0]), 2) ^ MASK
