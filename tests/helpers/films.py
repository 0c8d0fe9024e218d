"""Films and pictures for tests, made in a moment."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np

LYING_PX = (64, 48)


def film(
    path: Path,
    frames: int,
    fps: int = 200,
    size_px: tuple[int, int] = (64, 64),
    *,
    turned: bool = False,
) -> Path:
    """Each frame 20 levels brighter than the last; ``turned``: held upright, as phones are."""
    width, height = size_px
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=fps)
        stream.width, stream.height = width, height
        for number in range(frames):
            grey = np.full((height, width, 3), 20 * number % 256, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(grey, format="rgb24")))
        container.mux(stream.encode())
    if turned:
        path.write_bytes(_with_second_matrix(path.read_bytes(), _A_QUARTER))
    return path


def street(path: Path, seconds: float = 2.0, fps: int = 15) -> Path:
    """A wall with words on it, seen by an unsteady hand: 640x360."""
    wall = np.full((460, 760, 3), 90, np.uint8)
    for row in range(6):
        cv2.putText(
            wall, "EXIT 42", (40 + 90 * row, 60 + 70 * row), cv2.FONT_HERSHEY_SIMPLEX, 1.4,
            (230, 230, 240), 3,
        )  # fmt: skip
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=fps)
        stream.width, stream.height, stream.bit_rate = 640, 360, 4_000_000
        for number in range(int(seconds * fps)):
            x, y = int(40 + 30 * np.sin(number / 4)), int(40 + 20 * np.cos(number / 5))
            view = np.ascontiguousarray(wall[y : y + 360, x : x + 640])
            container.mux(stream.encode(av.VideoFrame.from_ndarray(view, format="bgr24")))
        container.mux(stream.encode())
    return path


def picture(path: Path, size_px: tuple[int, int] = LYING_PX) -> Path:
    """Black, with a white left half."""
    width, height = size_px
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[:, : width // 2] = 255
    assert cv2.imwrite(str(path), pixels)
    return path


def _matrix(a: int, b: int, c: int, d: int) -> bytes:
    """As in ISO/IEC 14496-12, 8.3.2: 16.16 fixed point, and 2.30 in the last column."""
    numbers = (a, b, 0, c, d, 0, 0, 0, 0x4000)
    return b"".join((number * 0x10000 % 2**32).to_bytes(4, "big") for number in numbers)


_STRAIGHT, _A_QUARTER = _matrix(1, 0, 0, 1), _matrix(0, 1, -1, 0)


def _with_second_matrix(mp4: bytes, matrix: bytes) -> bytes:
    """The first one is of the film as a whole, the second one of its track."""
    at = mp4.index(_STRAIGHT, mp4.index(_STRAIGHT) + 1)
    return mp4[:at] + matrix + mp4[at + len(matrix) :]
