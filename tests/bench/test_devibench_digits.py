"""Films of digits are a clip set, and the answer is the digit that is shown at the look."""

from __future__ import annotations

from pathlib import Path

import cv2
import pytest

from devibench.check import check_set
from devibench.datasets.clips import ClipDataset
from tests.bench import _devibench_digits as digits


def test_the_answer_is_what_is_shown_at_the_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digits, "SIDE_PX", 120)
    monkeypatch.setattr(digits, "FPS", 10)
    digits.draw_digits(tmp_path / "set", 201, 2)
    assert check_set(tmp_path / "set").complaints == ()
    dataset = ClipDataset.open(tmp_path / "set")
    assert dataset.samples()
    for clip in dataset.clips.clips:
        frames = dict(clip.frames())
        for question in clip.meta.questions:
            (about,) = question.objects
            assert question.answers == (clip.object(about).text,)
            assert clip.box(about, question.to_frame) is not None
            starts = [n for n in frames if clip.box(about, n) is not None]
            assert digits.AFTER_S[0] <= (question.to_frame - starts[0]) / 10 <= digits.AFTER_S[1]
            before, now = frames[starts[0] - 1], frames[starts[0]]
            assert cv2.PSNR(before[:120], now[:120]) < 20
