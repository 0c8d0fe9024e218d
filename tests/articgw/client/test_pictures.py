"""What is opened, what is not and why, and which way is up."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from PIL import Image

from articgw.client.pictures import is_still, open_pictures, upright
from tests.helpers.films import film, picture


@pytest.mark.parametrize(
    ("name", "holds", "says"),
    [
        ("none.mp4", None, "No such file"),
        ("garbage.mp4", b"\0" * 5000, "no film or picture"),
        ("empty.jpg", b"", "no film or picture"),
        ("list.m3u8", b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:1/a.ts\n#EXT-X-ENDLIST\n", ""),
    ],
)
def test_what_is_no_film_is_said(tmp_path: Path, name: str, holds: bytes | None, says: str) -> None:
    path = tmp_path / name
    if holds is not None:
        path.write_bytes(holds)
    with pytest.raises(OSError) as caught:
        open_pictures(str(path))
    assert says in str(caught.value.strerror)
    assert str(tmp_path) not in str(caught.value.strerror)


def test_a_folder_and_a_sound_are_no_films(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        open_pictures(str(tmp_path))
    sound = tmp_path / "a.wav"
    with av.open(str(sound), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), "s16", "mono")
        silence.sample_rate = 8000
        container.mux(stream.encode(silence))
    with pytest.raises(OSError, match="no pictures in it"):
        open_pictures(str(sound))


def test_plain_text_is_not_drawn(tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("shopping list\n" * 50)
    with pytest.raises(OSError):
        open_pictures(str(note))


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "bmp"])
def test_a_picture_is_told_from_a_film(tmp_path: Path, suffix: str) -> None:
    container, _ = open_pictures(str(picture(tmp_path / f"a.{suffix}")))
    with container:
        assert is_still(container)
    container, _ = open_pictures(str(film(tmp_path / "a.mp4", 3)))
    with container:
        assert not is_still(container)


def first(path: Path) -> av.VideoFrame:
    container, stream = open_pictures(str(path))
    with container:
        return upright(next(container.decode(stream)))


def test_a_photo_is_turned_as_the_phone_was_held(tmp_path: Path) -> None:
    photo, turned_clockwise = tmp_path / "photo.jpg", 6
    exif = Image.Exif()
    exif[0x0112] = turned_clockwise
    pixels = cv2.imread(str(picture(tmp_path / "a.png")))
    assert pixels is not None
    Image.fromarray(pixels).save(photo, exif=exif)
    seen = first(photo)
    assert (seen.width, seen.height) == (48, 64)
    rows = seen.to_ndarray(format="gray")
    assert rows[:20].mean() > 200 and rows[-20:].mean() < 50


def test_a_film_is_turned_as_the_phone_was_held(tmp_path: Path) -> None:
    seen = first(film(tmp_path / "a.mp4", 2, size_px=(64, 48), turned=True))
    assert (seen.width, seen.height) == (48, 64)
    lying = first(film(tmp_path / "b.mp4", 2, size_px=(64, 48)))
    assert (lying.width, lying.height) == (64, 48)
