"""Twin of `articgw.perception.profiling.run`: from a film's file to a profile's."""

from __future__ import annotations

import io
from pathlib import Path

import av
import pytest
from rich.console import Console

from articgw.errors import ConfigError
from articgw.perception.profiling.file import load, this_machine
from articgw.perception.profiling.run import read_film, run
from tests.articgw.perception.profiling.test_measure import FRAMES, Square, film


def write_film(path: Path) -> Path:
    """The square's, ten frames a second."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.bit_rate = 4_000_000
        for rgb in film():
            container.mux(stream.encode(av.VideoFrame.from_ndarray(rgb, format="rgb24")))
        container.mux(stream.encode())
    return path


def test_a_film_becomes_a_profile_and_a_plot(tmp_path: Path) -> None:
    out, said = tmp_path / "profile.json", io.StringIO()
    run(Square(), "square", write_film(tmp_path / "film.mp4"), out, Console(file=said))
    assert load(out).machine == this_machine()
    assert out.with_suffix(".png").is_file()
    assert "branches worth having" in said.getvalue()


def test_all_frames_of_a_slow_film_are_read(tmp_path: Path) -> None:
    frames = read_film(write_film(tmp_path / "film.mp4"))
    assert len(frames) == FRAMES and frames[0].shape == (180, 320, 3)


def test_what_is_no_film_is_refused(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"\x00" * 100)
    for path in (tmp_path / "film.mp4", tmp_path / "none.mp4"):
        with pytest.raises(ConfigError, match="no film"):
            read_film(path)
