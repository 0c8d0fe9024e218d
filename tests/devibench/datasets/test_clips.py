from __future__ import annotations

import json
from pathlib import Path

import pytest

from devibench.datasets.clips import OPEN_S, ClipDataset
from devibench.framenumber import read


def test_every_question_of_a_clip_set_is_a_sample(made_set: Path) -> None:
    dataset = ClipDataset.open(made_set)
    samples = dataset.samples()
    questions = [one for clip in dataset.clips.clips for one in clip.meta.questions]
    assert [one.question for one in samples] == [one.text for one in questions]
    assert [one.key for one in samples[:2]] == ["small/1", "small/2"]
    for sample, question in zip(samples, questions, strict=True):
        assert sample.answers == question.answers
        assert 0 <= sample.from_s <= sample.to_s == question.to_frame / 10
        assert sample.to_s - sample.from_s <= OPEN_S


def test_what_needs_several_pictures_says_so_and_is_about_all_of_its_frames(own_set: Path) -> None:
    file = own_set / "001-walking-day.json"
    meta = json.loads(file.read_text())
    for question in meta["questions"]:
        question |= {"frames_needed": "multi", "from_frame": 0, "to_frame": 5}
    meta["fps"] = 1
    file.write_text(json.dumps(meta))
    samples = [one for one in ClipDataset.open(own_set).samples() if one.group == file.stem]
    assert {one.frames_needed for one in samples} == {"multi"}
    assert {(one.from_s, one.to_s) for one in samples} == {(0.0, 5.0)}


def test_a_film_gives_frames_and_boxes_by_time(made_set: Path) -> None:
    dataset = ClipDataset.open(made_set)
    sample = dataset.samples()[0]
    film = dataset.film(sample)
    assert (film.size_px, film.fps, film.seconds) == ((640, 360), 10, 0.6)
    frames = list(film.frames(0.15, 0.4))
    assert [t for t, _ in frames] == [0.2, 0.3]
    assert [read(yuv) for _, yuv in frames] == [2, 3]
    boxes = film.boxes(sample.to_s)
    assert set(sample.evidence) <= set(boxes)
    assert all(0 <= x0 < x1 <= 1 for x0, _, x1, _ in boxes.values())
    assert film.boxes(99.0) == {}


def test_the_hash_is_of_the_files(made_set: Path, own_set: Path) -> None:
    before = ClipDataset.open(own_set).sha256
    assert before == ClipDataset.open(made_set).sha256
    (own_set / "set.json").write_text((own_set / "set.json").read_text() + "\n")
    assert ClipDataset.open(own_set).sha256 != before


def test_another_sets_sample_has_no_film(made_set: Path) -> None:
    dataset = ClipDataset.open(made_set)
    sample = dataset.samples()[0]
    with pytest.raises(KeyError):
        dataset.film(
            type(sample)(**{f: getattr(sample, f) for f in sample.__slots__} | {"group": "x"})
        )
