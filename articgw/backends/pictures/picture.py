"""The frame as a model server wants it: one JPEG file of the size `sizing` found, in base64.

Milliseconds of work, so it runs in a thread. Scaled once, on the planes as decoded: half the
samples of RGB.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from hashlib import blake2b

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
    detail: str = ""
    """Level at which the model is to see it; empty where there are none."""
    name: str = ""
    """Of that file and no other, for servers that keep pictures under a name."""


def picture_of(frame: Frame, size_px: tuple[int, int], detail: str = "") -> Picture:
    """``frame`` in that size."""
    if size_px != frame.size_px:
        width_px, height_px = size_px
        smaller = VideoReformatter().reformat(
            frame.picture, width_px, height_px, interpolation=Interpolation.AREA
        )
        frame = Frame(smaller, frame.captured_t)
    file = frame.jpeg(QUALITY)
    return Picture(b64encode(file), size_px, detail, blake2b(file, digest_size=16).hexdigest())
