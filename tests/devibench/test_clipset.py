from __future__ import annotations

from pathlib import Path

import pytest

from articgw.errors import DatasetError
from devibench.clipset import Box, ClipSet
from devibench.framenumber import read


def test_a_set_is_read_with_its_clips_in_order(made_set: Path) -> None:
    clips = ClipSet.load(made_set)
    assert clips.meta.seed == 5
    assert [clip.name[:3] for clip in clips.clips] == ["000", "001", "002"]
    assert [clip.name[:3] for clip in clips.split("score")] == ["001"]
    assert clips.clip(clips.clips[1].name) is clips.clips[1]
    with pytest.raises(KeyError):
        clips.clip("no such clip")


def test_frames_come_with_their_numbers(made_set: Path) -> None:
    clip = ClipSet.load(made_set).clips[0]
    frames = list(clip.frames())
    assert [number for number, _ in frames] == list(range(6))
    assert all(read(yuv) == number for number, yuv in frames)
    assert frames[0][1].shape == (540, 640)


def test_frames_can_start_and_stop_anywhere(made_set: Path) -> None:
    clip = ClipSet.load(made_set).clips[1]
    assert [(n, read(yuv)) for n, yuv in clip.frames(3, 5)] == [(3, 3), (4, 4)]
    assert list(clip.frames(6)) == []


def test_a_box_is_found_by_object_and_frame(made_set: Path) -> None:
    clip = ClipSet.load(made_set).clips[0]
    question = clip.meta.questions[0]
    box = clip.box(question.objects[0], question.from_frame)
    assert box is not None and box.visible == 1
    assert clip.box(question.objects[0], 99) is None
    assert clip.object(question.objects[0]).kind == "text"


def test_a_box_in_fractions() -> None:
    assert Box(64, 36, 128, 360, 1).fractions((640, 360)) == (0.1, 0.1, 0.2, 1.0)


@pytest.mark.parametrize(
    ("file", "text", "where"),
    [
        ("set.json", "{", "set.json:1"),
        ("000-still-day.json", '{"fps": "30"}', "000-still-day.json:1"),
        ("000-still-day.csv", "frame,box\n", "000-still-day.csv:1"),
        ("000-still-day.csv", "frame,object,x0,y0,x1,y1,visible\n0,s0,1\n", "000-still-day.csv:2"),
    ],
)
def test_what_cannot_be_read_is_named(own_set: Path, file: str, text: str, where: str) -> None:
    (own_set / file).write_text(text)
    with pytest.raises(DatasetError) as raised:
        ClipSet.load(own_set)
    assert raised.value.where == str(own_set / where)


def test_a_missing_film_is_named(own_set: Path) -> None:
    (own_set / "000-still-day.mkv").unlink()
    with pytest.raises(DatasetError, match="no film beside it"):
        ClipSet.load(own_set)


def test_a_spoilt_film_is_named(own_set: Path) -> None:
    (own_set / "000-still-day.mkv").write_bytes(b"not a film")
    clip = ClipSet.load(own_set).clips[0]
    with pytest.raises(DatasetError, match="cannot be decoded"):
        list(clip.frames())
