"""The plainest film: a bar that moves over grey, for browsers that need a camera of any kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tests.helpers.browser import Pixels, write_y4m

SIZE_PX = (640, 360)


def write_bars(path: Path) -> Path:
    """A second of it, at 15 frames a second."""
    write_y4m(path, SIZE_PX, 15, _frames())
    return path


def _frames() -> Iterator[Pixels]:
    width, height = SIZE_PX
    for number in range(15):
        yuv = np.full((height * 3 // 2, width), 128, np.uint8)
        yuv[:height] = 90
        yuv[:height, 40 * number : 40 * number + 40] = 200
        yield yuv
