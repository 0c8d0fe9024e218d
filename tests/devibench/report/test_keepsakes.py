"""Questions and pictures that a run keeps."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from devibench.report.keepsakes import (
    QUESTIONS_FILE,
    keep_picture,
    picture_file,
    read_questions,
    write_questions,
)
from devibench.samples import Sample

SAMPLE = Sample(
    "set/7", "What does it say?", ("Exit", "Exist"), ("A", "Exit"), "Counting", "single", "film",
    None, 0.0, 5.0,
)  # fmt: skip


def test_questions_come_back(tmp_path: Path) -> None:
    write_questions(tmp_path, [SAMPLE])
    (found,) = read_questions(tmp_path).values()
    assert (found.key, found.question, found.answers) == ("set/7", SAMPLE.question, ("A", "Exit"))
    assert (found.options, found.task_type, found.group) == (SAMPLE.options, "Counting", "film")


@pytest.mark.parametrize("content", [None, b"not JSON\n", b'{"key": 1}\n'])
def test_a_run_may_have_none(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / QUESTIONS_FILE).write_bytes(content)
    assert read_questions(tmp_path) == {}


def test_a_picture_is_kept_small(tmp_path: Path) -> None:
    yuv = np.full((1620, 1920), 128, np.uint8)
    file = keep_picture(tmp_path, "set/7", "x264:200k+found", yuv)
    assert file == picture_file(tmp_path, "set/7", "x264:200k+found")
    kept = cv2.imread(str(file))
    assert kept is not None
    assert kept.shape == (540, 960, 3)


def test_a_name_that_is_a_file_name_stays_itself(tmp_path: Path) -> None:
    assert picture_file(tmp_path, "7", "original").name == "7.original.jpg"


def test_names_that_look_alike_once_cleaned_are_told_apart(tmp_path: Path) -> None:
    names = {picture_file(tmp_path, key, "a").name for key in ("x/1", "x:1", "x_1", "x" * 300)}
    assert len(names) == 4
    assert all("/" not in name and ":" not in name and len(name) < 200 for name in names)
