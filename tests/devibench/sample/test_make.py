from __future__ import annotations

from pathlib import Path

import pytest

from articgw.errors import ConfigError
from devibench.clipset import ClipSet
from devibench.sample.make import Order, make_set, plans

TINY = Order(seed=9, clips=2, seconds=0.3, size_px=(320, 180), fps=10)


def test_the_same_seed_makes_the_same_bytes(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    make_set(TINY, one)
    make_set(TINY, two)
    files = sorted(file.name for file in one.iterdir())
    assert len(files) == 7
    for file in files:
        assert (one / file).read_bytes() == (two / file).read_bytes(), file


def test_another_seed_makes_another_set(tmp_path: Path, made_set: Path) -> None:
    make_set(TINY, tmp_path / "set")
    texts = [
        [about.text for clip in ClipSet.load(path).clips for about in clip.meta.objects]
        for path in (tmp_path / "set", made_set)
    ]
    assert texts[0] != texts[1]


def test_a_clip_does_not_depend_on_how_many_there_are() -> None:
    assert plans(Order(seed=1, clips=9))[:3] == plans(Order(seed=1, clips=3))


def test_both_splits_have_every_camera_and_every_light() -> None:
    for split in ("fit", "score"):
        half = [plan for plan in plans(Order(seed=1, clips=8)) if plan.split == split]
        assert {plan.camera for plan in half} == {"still", "hand-held", "pan", "walking"}
        assert [plan.light for plan in half].count("day") == 2
    five = plans(Order(seed=1, clips=5))
    assert len({plan.camera for plan in five}) == 4 and len({plan.light for plan in five}) == 2


def test_a_made_set_asks_enough(made_set: Path) -> None:
    for clip in ClipSet.load(made_set).clips:
        readings = [q for q in clip.meta.questions if q.task_type == "Text-Rich Understanding"]
        assert len(readings) >= 4
        assert sum(about.kind == "text" for about in clip.meta.objects) >= 3


def test_progress_is_told_frame_by_frame(tmp_path: Path) -> None:
    told: list[None] = []
    make_set(Order(seed=9, clips=1, seconds=0.3, size_px=(320, 180), fps=10), tmp_path / "set",
             lambda: told.append(None))  # fmt: skip
    assert len(told) == 3


def test_a_folder_in_use_is_refused(made_set: Path) -> None:
    with pytest.raises(ConfigError, match="not an empty folder"):
        make_set(TINY, made_set)
