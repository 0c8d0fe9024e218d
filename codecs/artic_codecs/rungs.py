"""Rungs: the sizes and frame rates that a camera can be asked for.

Sizes are shares of the camera's, in its proportions to the pixel and with even sides (4:2:0 has one
colour sample for two by two pixels), never larger than the camera's own picture. Rungs are ordered
by pixels a second, what encoding and decoding cost whatever the picture shows; how many *bits* a
rung needs depends on the picture and is the allocator's to know.

The papers' ladder is here as a comparator: size falls with the rate, the frame rate stays
(arXiv 2507.10510, README of its code).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SCALES = (1.0, 3 / 4, 1 / 2, 3 / 8, 1 / 4)
"""1280x720, 960x540, 640x360, 480x270 and 320x180 of a 720p camera."""
RATES_FPS = (1.0, 2.0, 3.0, 5.0, 7.5, 10.0, 15.0, 30.0)
LEAST_SIDE_PX = 120
"""Smaller pictures than this say nothing about a scene; a camera's own size is always a rung."""

PAPERS_LADDER = (
    (800_000, (1920, 1080)),
    (600_000, (1600, 900)),
    (400_000, (1280, 720)),
    (200_000, (1024, 576)),
)
"""Bits/s, and the size that the papers' code encodes there, px."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One size at one frame rate."""

    size_px: tuple[int, int]
    fps: float

    @property
    def pixels_per_s(self) -> float:
        """What encoding and decoding cost."""
        return self.size_px[0] * self.size_px[1] * self.fps


def scaled(camera_px: tuple[int, int], scale: float) -> tuple[int, int]:
    """The camera's picture at ``scale`` of 0..1: even sides, each within a pixel of its share.

    Raises ``ValueError`` for a camera of less than 2x2 px, or for a scale that would enlarge.
    """
    if min(camera_px) < 2 or not 0 < scale <= 1:
        raise ValueError(f"{camera_px} px cannot be sent at {scale} of its size")
    width, height = (max(2, min(side // 2, round(side * scale / 2)) * 2) for side in camera_px)
    return width, height


def rungs(
    camera_px: tuple[int, int],
    *,
    camera_fps: float = 30.0,
    scales: Iterable[float] = SCALES,
    rates_fps: Iterable[float] = RATES_FPS,
) -> tuple[Rung, ...]:
    """Every size at every rate that the camera has, cheapest first; one at least.

    Raises ``ValueError`` as `scaled` does, and for a camera without frames.
    """
    if not camera_fps > 0:
        raise ValueError(f"a camera of {camera_fps} frames a second")
    own = scaled(camera_px, 1.0)
    sizes = {own} | {scaled(camera_px, scale) for scale in scales}
    large = [size for size in sizes if size == own or min(size) >= LEAST_SIDE_PX]
    rates = [fps for fps in rates_fps if fps <= camera_fps] or [camera_fps]
    made = [Rung(size, fps) for size in large for fps in rates]
    return tuple(sorted(made, key=lambda rung: (rung.pixels_per_s, rung.fps)))


def papers_rung(rate_bps: float, camera_px: tuple[int, int], *, camera_fps: float = 30.0) -> Rung:
    """What the published system sends at this rate: the ladder's height, all frames.

    Under the ladder's least rate it stays on its least size. Raises as `scaled` does.
    """
    fitting = [size for bps, size in PAPERS_LADDER if bps <= rate_bps]
    size_px = fitting[0] if fitting else PAPERS_LADDER[-1][1]
    scale = min(1.0, min(size_px) / min(camera_px)) if min(camera_px) > 0 else 1.0
    return Rung(scaled(camera_px, scale), camera_fps)
