"""The frame as a model server wants it: one JPEG file, not larger than it need be, in base64.

Milliseconds of work, so it runs in a thread. Scaled once, on the planes as decoded: half the
samples of RGB.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass

from av.video.reformatter import Interpolation, VideoReformatter

from articgw.frame import Frame

QUALITY = 85
"""The frame has been through a video codec; more would be upload that no model can read."""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Picture:
    """What is sent of a frame."""

    base64: bytes
    """A JPEG file."""
    size_px: tuple[int, int]
    """Width, height of that file: models that point do so in its pixels."""


def picture_of(frame: Frame, longest_px: int) -> Picture:
    """``frame`` with no side above ``longest_px``; smaller frames keep their size."""
    size_px = fitted(frame.size_px, longest_px)
    if size_px != frame.size_px:
        width_px, height_px = size_px
        smaller = VideoReformatter().reformat(
            frame.picture, width_px, height_px, interpolation=Interpolation.AREA
        )
        frame = Frame(smaller, frame.captured_t)
    return Picture(b64encode(frame.jpeg(QUALITY)), size_px)


def fitted(size_px: tuple[int, int], longest_px: int) -> tuple[int, int]:
    """The largest even size of the same shape with no side above ``longest_px``."""
    scale = longest_px / max(size_px)
    if scale >= 1.0:
        return size_px
    width_px, height_px = (max(2, round(side_px * scale / 2) * 2) for side_px in size_px)
    return width_px, height_px
