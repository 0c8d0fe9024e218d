"""What a profile is measured on where nobody names a film: the page's clip, set in motion.

A film on which nothing moves says that boxes may stay where they are. In the clip a hand shakes and
things stand, so it is looked at through a window that pans to and fro.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import av
import numpy as np

from articgw.frame import Pixels

WINDOW = 0.75
"""Of the frame's width and height; the window has the rest to move in."""
PERIOD_FRAMES = (50.0, 31.0)
"""Across and down: up to a twentieth of a thing's size from frame to frame."""
FPS = 15


def sample() -> Path:
    """The clip of the page: a person, a cat and signs."""
    return Path(str(files("articgw") / "page" / "sample.mp4"))


def panned(film: Sequence[Pixels]) -> list[Pixels]:
    """(h, w, 3) frames through a window that moves."""
    return [_window(frame, k) for k, frame in enumerate(film)]


def write(film: Sequence[Pixels], path: Path) -> None:
    """As a file that shows every frame hardly changed."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"crf": "12"})
        stream.height, stream.width = film[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for frame in film:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())


def _window(frame: Pixels, number: int) -> Pixels:
    sides_px = [int(WINDOW * px) // 2 * 2 for px in (frame.shape[1], frame.shape[0])]
    spare_px = [frame.shape[1] - sides_px[0], frame.shape[0] - sides_px[1]]
    left, top = (
        int(spare * (0.5 + 0.5 * math.sin(2 * math.pi * number / period)))
        for spare, period in zip(spare_px, PERIOD_FRAMES, strict=True)
    )
    return np.ascontiguousarray(frame[top : top + sides_px[1], left : left + sides_px[0]])
