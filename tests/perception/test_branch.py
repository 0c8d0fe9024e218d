"""Twin of `artic_perception.branch`: names tell what a branch is."""

from __future__ import annotations

import pytest

from artic_perception.branch import HOLD, Branch, Detector


def test_a_name_tells_all_that_differs() -> None:
    detector = Detector("yolo11n", 320, threads=2, precision="int8")
    assert detector.name == "yolo11n 320 2t int8"
    assert Branch(detector, 1, HOLD).name == "yolo11n 320 2t int8"
    assert Branch(detector, 4, "flow 2").name == "yolo11n 320 2t int8 /4 flow 2"


@pytest.mark.parametrize("interval", [0, -1])
def test_an_interval_is_a_frame_at_least(interval: int) -> None:
    with pytest.raises(ValueError, match="a detection every"):
        Branch(Detector("m", 160), interval, HOLD)
