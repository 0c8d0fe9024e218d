"""Few bits, and both pictures side by side."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from devibench.build.degraded import GAP_PX, LONGEST_PX, Pair, beside, degrade, still, transcode
from devibench.build.segments import Segment

GATE = Segment("gate.mp4", 1.0, 1.0)


def test_the_degraded_is_coded_at_the_rate(videos: Path) -> None:
    pair = transcode(videos, GATE, 100_000)
    assert pair.bps == pytest.approx(100_000, rel=0.35)
    assert pair.original.shape == pair.degraded.shape == (360, 640, 3)
    assert np.abs(pair.original.astype(int) - pair.degraded).mean() > 5


def test_more_bits_are_nearer_to_the_original(videos: Path) -> None:
    far, near = (transcode(videos, GATE, bps) for bps in (60_000, 600_000))
    gaps = [np.abs(p.original.astype(int) - p.degraded).mean() for p in (far, near)]
    assert gaps[1] < 0.8 * gaps[0]


def test_a_segment_leaves_three_pictures(videos: Path, tmp_path: Path) -> None:
    decision = degrade(videos, tmp_path, GATE, 100_000)
    assert decision.accepted
    stem = decision.data["stem"]
    names = {file.name for file in tmp_path.iterdir()}
    assert names == {f"{stem}.original.png", f"{stem}.degraded.png", f"{stem}.jpg"}
    both = cv2.imread(str(tmp_path / f"{stem}.jpg"))
    assert both is not None
    assert both.shape == (360, 2 * 640 + GAP_PX, 3)
    assert (still(tmp_path / f"{stem}.original.png").width) == 640


@pytest.mark.parametrize(
    ("segment", "bps", "reason"),
    [
        (Segment("torn.mp4", 0.0, 1.0), 100_000, "cannot be decoded"),
        (Segment("gate.mp4", 9.0, 1.0), 100_000, "fewer than two pictures"),
        (GATE, 2_000, "cannot be coded so small"),
    ],
)
def test_what_cannot_be_used_says_why(
    videos: Path, tmp_path: Path, segment: Segment, bps: int, reason: str
) -> None:
    assert degrade(videos, tmp_path, segment, bps).reason == reason
    assert list(tmp_path.iterdir()) == []


def test_a_wide_pair_is_made_smaller() -> None:
    wide = np.zeros((1080, 1920, 3), np.uint8)
    assert beside(Pair(wide, wide, 0.0)).shape[1] == LONGEST_PX


def test_a_still_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="is not a picture"):
        still(tmp_path / "gone.png")
