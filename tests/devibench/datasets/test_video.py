from __future__ import annotations

from pathlib import Path

import pytest

from articgw.errors import DatasetError
from devibench.clipset import ClipSet
from devibench.datasets.video import VideoFilm
from devibench.framenumber import read


def test_a_video_is_a_film(made_set: Path) -> None:
    film = VideoFilm.open(ClipSet.load(made_set).clips[0].video)
    assert (film.size_px, film.fps) == ((640, 360), 10)
    assert film.seconds == pytest.approx(0.6, abs=0.05)
    frames = list(film.frames(0.2, 0.4))
    assert [round(t, 3) for t, _ in frames] == [0.2, 0.3]
    assert [read(yuv) for _, yuv in frames] == [2, 3]
    assert film.boxes(0.2) == {}
    assert list(film.frames(5.0, 6.0)) == []


@pytest.mark.parametrize("content", [b"", b"no video at all" * 99])
def test_what_is_no_video_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "video.mp4"
    file.write_bytes(content)
    with pytest.raises(DatasetError, match="video.mp4:1"):
        VideoFilm.open(file)


def test_sound_alone_is_no_film(tmp_path: Path) -> None:
    import av

    file = tmp_path / "sound.mkv"
    with av.open(str(file), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000)
        frame = av.AudioFrame(format="s16", layout="mono", samples=800)
        frame.sample_rate, frame.pts = 8000, 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with pytest.raises(DatasetError, match="holds no video"):
        VideoFilm.open(file)
