"""Which seconds of which videos."""

from __future__ import annotations

from pathlib import Path

import pytest

from devibench.build.segments import Segment, collect, segments, video_files


def test_videos_are_found_at_any_depth(videos: Path) -> None:
    assert video_files(videos) == ("gate.mp4", "more/exit.mkv", "short.mp4", "torn.mp4")


@pytest.mark.parametrize(
    ("video", "most", "starts"),
    [("gate.mp4", 9, [0.0, 1.0]), ("gate.mp4", 1, [0.0]), ("more/exit.mkv", 9, [0.0])],
)
def test_a_video_is_cut(videos: Path, video: str, most: int, starts: list[float]) -> None:
    decision = collect(videos, video, 1.0, most)
    assert [one.start_s for one in segments(decision, 1.0)] == starts


@pytest.mark.parametrize(
    ("video", "reason"),
    [("short.mp4", "shorter than a segment"), ("torn.mp4", "cannot be decoded")],
)
def test_what_cannot_be_cut_says_why(videos: Path, video: str, reason: str) -> None:
    assert collect(videos, video, 1.0, 9).reason == reason


def test_few_segments_are_spread_over_a_video(videos: Path) -> None:
    found = collect(videos, "gate.mp4", 0.2, 5)
    assert found.data["starts_s"] == pytest.approx([0.0, 0.4, 0.8, 1.2, 1.6])


def test_a_stem_is_a_file_name() -> None:
    assert Segment("more/exit sign.mkv", 5.0, 5.0).stem == "more_exit_sign.mkv_00005.000"
