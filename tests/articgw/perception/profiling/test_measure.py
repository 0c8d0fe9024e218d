"""Twin of `articgw.perception.profiling.measure`: medians, a file to go on from, and its end."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from artic_perception import Detections
from artic_perception.branch import HOLD
from articgw.perception.profiling.measure import measure

FRAMES = 24


class Square:
    """Finds the bright square, at 320 better than at 160."""

    sides_px: tuple[int, ...] = (160, 320)
    about = "squares"

    def __init__(self) -> None:
        self.calls = 0

    def see(self, rgb: NDArray[np.uint8], side_px: int) -> Detections:
        """By its brightness."""
        self.calls += 1
        rows, columns = np.nonzero(rgb[..., 0] > 200)
        if not len(rows) or (side_px == 160 and self.calls % 2):
            return Detections.none()
        height, width = rgb.shape[:2]
        box = [
            columns.min() / width,
            rows.min() / height,
            columns.max() / width,
            rows.max() / height,
        ]
        return Detections(np.array([box], np.float32), ("square",), np.array([0.9], np.float32))


def film() -> list[NDArray[np.uint8]]:
    """A square over noise."""
    noise = np.random.default_rng(1).integers(0, 120, (45, 80, 3), np.uint8)
    wall = np.asarray(cv2.resize(noise, (320, 180)), np.uint8)
    out = []
    for k in range(FRAMES):
        frame = wall.copy()
        frame[60:110, 40 + 3 * k : 90 + 3 * k] = 230
        out.append(frame)
    return out


def test_a_profile_tells_what_was_measured_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    keep, told = tmp_path / "p.part", list[float]()
    profile = measure(
        Square(), "square", film(), machine="here", keep=keep,
        progress=lambda what, share: told.append(share), clock=_ticks(),
    )  # fmt: skip
    small, large = (one.name for one in profile.detectors)
    assert profile.recalls[large].at(90) > profile.recalls[small].at(45)
    assert profile.survivals[HOLD].at(16, 0.06) < profile.survivals["points 2"].at(16, 0.06)
    assert set(profile.detect_s) == {small, large} and profile.branches
    assert not keep.exists() and told == sorted(told) and told[-1] == 1.0


def test_a_run_that_was_cut_off_goes_on_where_it_was(tmp_path: Path) -> None:
    keep, first, second = tmp_path / "p.part", Square(), Square()

    def cut_off(what: str, share: float) -> None:
        if "holds" in what:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure(first, "square", film(), machine="here", keep=keep, progress=cut_off)
    measure(second, "square", film(), machine="here", keep=keep)
    assert second.calls == 0


def test_a_film_that_is_short_or_empty_is_refused(tmp_path: Path) -> None:
    for frames, why in ((film()[:5], "too short"), ([film()[0] * 0] * FRAMES, "nothing was found")):
        with pytest.raises(ValueError, match=why):
            measure(Square(), "square", frames, machine="here", keep=tmp_path / "p.part")


def _ticks() -> Callable[[], float]:
    numbers = count()
    return lambda: next(numbers) / 1000
