"""Names that people give to cameras."""

from __future__ import annotations

from pathlib import Path

import pytest

from articgw.client.opening import open_source, shown
from articgw.client.sources import ClipSource, StillSource
from articgw.errors import ConfigError
from tests.helpers.films import film, picture


def test_a_film_and_a_picture_are_told_apart_by_what_they_hold(tmp_path: Path) -> None:
    clip = open_source(film(tmp_path / "12:30 at the door.mp4", 3))
    assert isinstance(clip, ClipSource)
    clip.close()
    assert isinstance(open_source(str(picture(tmp_path / "a.png"))), StillSource)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("no such film.mp4", "cannot open no such film.mp4: No such file"),
        ("camera:97", "cannot open camera:97: there is no such camera"),
        ("/dev/video97", "cannot open /dev/video97: there is no such camera"),
        ("camera:", "cannot open camera:"),
        ("ftp://h/a.mp4", "begins with one of: rtsp"),
        ("rtsp://u:hunter2@127.0.0.1:1/x?key=hunter2", "cannot open rtsp://127.0.0.1:1/x: "),
        ("http://u:hunter2@127.0.0.1:1/x?key=hunter2", "cannot open http://127.0.0.1:1/x: "),
    ],
)
def test_what_cannot_be_opened_is_said_without_passwords(name: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        open_source(name)
    assert says in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "is_shown"),
    [
        ("a b.mp4", "a b.mp4"),
        ("camera:1", "camera:1"),
        ("rtsp://me:secret@cam.example.org:554/1?k=secret#secret", "rtsp://cam.example.org:554/1"),
        ("rtsp://me:secret@cam:notaport/1", "rtsp://…"),
    ],
)
def test_an_address_is_shown_without_secrets(name: str, is_shown: str) -> None:
    assert shown(name) == is_shown
