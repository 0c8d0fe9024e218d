from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from artic_perception import Detections
from articgw.backends.embedded import colours
from articgw.backends.embedded.spotter import GRAPH, LABELS, WEIGHTS, Spotter
from articgw.frame import Pixels


class OneDog:
    """A detector that always finds the same dog."""

    def see(self, rgb: Pixels) -> Detections:
        return Detections(
            np.array([[0.2, 0.2, 0.8, 0.8]], np.float32), ("dog",), np.array([0.9], np.float32)
        )


def test_things_have_a_colour() -> None:
    picture = np.full((100, 100, 3), 128, np.uint8)
    picture[20:80, 20:80] = (120, 70, 30)
    (dog,) = Spotter(OneDog()).spot(picture, 1.0)
    assert dog.label == "dog" and dog.score == pytest.approx(0.9)
    assert colours.name(dog.paint) == "brown"


def test_without_files_there_is_no_spotter(tmp_path: Path) -> None:
    assert Spotter.load(tmp_path) is None


def test_damaged_files_are_no_spotter(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for name in (WEIGHTS, GRAPH, LABELS):
        (tmp_path / name).write_text("damaged")
    assert Spotter.load(tmp_path) is None
    capfd.readouterr()
