from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from devibench.check_film import check_film
from devibench.clipset import ClipMeta
from devibench.marks import read_marked

META = ClipMeta(fps=10, size_px=(64, 48), frames=5, split="fit")
MARKED = read_marked('{\n "fps": 10,\n "size_px": [64, 48],\n "frames": 5\n}')


def write(file: Path, times: list[int], pixels: str = "yuv420p") -> Path:
    """A small film whose frames are shown at these tenths of a second."""
    with av.open(str(file), "w") as container:
        stream = container.add_stream("libx264", rate=10, options={"bf": "0"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, pixels
        for time in times:
            picture = np.full((48, 64, 3), 20 * (time % 10), np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = time, Fraction(1, 10)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return file


def says(film: Path) -> list[str]:
    return [str(c) for c in check_film(film, film.with_suffix(".json"), MARKED, META)]


def test_a_film_that_agrees(tmp_path: Path) -> None:
    assert says(write(tmp_path / "a.mkv", [0, 1, 2, 3, 4])) == []


@pytest.mark.parametrize(
    ("times", "pixels", "complaint"),
    [
        ([0, 1, 2, 3], "yuv420p", "a.json:4: frames is 5, but a.mkv has 4"),
        ([0, 1, 2, 3, 4], "yuv444p", "a.mkv:1: is yuv444p"),
        ([0, 1, 2, 4, 5], "yuv420p", "a.mkv:1: frame 3 is shown at 0.400 s, not 0.300"),
    ],
)
def test_a_film_that_differs(tmp_path: Path, times: list[int], pixels: str, complaint: str) -> None:
    found = says(write(tmp_path / "a.mkv", times, pixels))
    assert any(complaint in text for text in found), found


def test_an_empty_film(tmp_path: Path) -> None:
    (tmp_path / "a.mkv").write_bytes(b"")
    assert "cannot be decoded" in says(tmp_path / "a.mkv")[0]
