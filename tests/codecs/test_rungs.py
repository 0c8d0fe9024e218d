"""Sizes and rates for any camera: even, in proportion, never larger, cheapest first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_codecs.rungs import LEAST_SIDE_PX, PAPERS_LADDER, Rung, papers_rung, rungs, scaled


@pytest.mark.parametrize(
    ("camera_px", "sizes"),
    [
        ((1280, 720), [(320, 180), (480, 270), (640, 360), (960, 540), (1280, 720)]),
        ((1920, 1080), [(480, 270), (720, 404), (960, 540), (1440, 810), (1920, 1080)]),
        ((720, 1280), [(180, 320), (270, 480), (360, 640), (540, 960), (720, 1280)]),
        ((640, 480), [(160, 120), (240, 180), (320, 240), (480, 360), (640, 480)]),
        ((641, 481), [(160, 120), (240, 180), (320, 240), (480, 360), (640, 480)]),
        ((100, 80), [(100, 80)]),
        ((2, 2), [(2, 2)]),
    ],
    ids=["720p", "1080p", "standing", "4:3", "odd", "tiny", "the least"],
)
def test_sizes_of_a_camera(camera_px: tuple[int, int], sizes: list[tuple[int, int]]) -> None:
    assert [rung.size_px for rung in rungs(camera_px, rates_fps=(1.0,))] == sizes


def test_cheap_rungs_come_first() -> None:
    found = rungs((640, 480), scales=(1.0, 0.5), rates_fps=(1.0, 4.0, 5.0))
    assert [(rung.size_px[0], rung.fps) for rung in found] == [
        (320, 1.0), (640, 1.0), (320, 4.0), (320, 5.0), (640, 4.0), (640, 5.0),
    ]  # fmt: skip


def test_a_slow_camera_has_its_own_rate_at_least() -> None:
    assert {rung.fps for rung in rungs((640, 480), camera_fps=0.5)} == {0.5}
    assert max(rung.fps for rung in rungs((640, 480), camera_fps=60.0)) == 30.0


@pytest.mark.parametrize(
    ("camera_px", "scale"), [((1, 720), 1.0), ((0, 0), 1.0), ((64, 64), 0.0), ((64, 64), 1.1)]
)
def test_what_cannot_be_sent(camera_px: tuple[int, int], scale: float) -> None:
    with pytest.raises(ValueError, match="cannot be sent"):
        scaled(camera_px, scale)


@pytest.mark.parametrize("camera_fps", [0.0, -1.0, float("nan")])
def test_a_camera_without_frames_has_no_rungs(camera_fps: float) -> None:
    with pytest.raises(ValueError, match="frames a second"):
        rungs((640, 480), camera_fps=camera_fps)


cameras = st.tuples(st.integers(2, 4096), st.integers(2, 4096))


@given(camera_px=cameras, camera_fps=st.floats(0.1, 120))
def test_rungs_are_even_in_proportion_and_within_the_camera(
    camera_px: tuple[int, int], camera_fps: float
) -> None:
    found = rungs(camera_px, camera_fps=camera_fps)
    costs = [rung.pixels_per_s for rung in found]
    assert found and costs == sorted(costs) and len(set(found)) == len(found)
    own = scaled(camera_px, 1.0)
    for rung in found:
        assert 0 < rung.fps <= min(30.0, camera_fps)
        assert rung.size_px == own or min(rung.size_px) >= LEAST_SIDE_PX
        assert all(side % 2 == 0 for side in rung.size_px)
        assert all(side <= most for side, most in zip(rung.size_px, camera_px, strict=True))


@given(camera_px=cameras, scale=st.floats(0.01, 1.0))
def test_each_side_is_within_a_pixel_of_its_share(camera_px: tuple[int, int], scale: float) -> None:
    for side, most in zip(scaled(camera_px, scale), camera_px, strict=True):
        assert side == 2 or abs(side - most * scale) <= 1 + 1e-9


@pytest.mark.parametrize(
    ("rate_bps", "camera_px", "rung"),
    [
        *((bps, (1920, 1080), Rung(size_px, 30.0)) for bps, size_px in PAPERS_LADDER),
        (5_000_000, (1920, 1080), Rung((1920, 1080), 30.0)),
        (799_999, (1920, 1080), Rung((1600, 900), 30.0)),
        (25_000, (1920, 1080), Rung((1024, 576), 30.0)),
        (800_000, (1280, 720), Rung((1280, 720), 30.0)),
        (200_000, (1280, 720), Rung((1024, 576), 30.0)),
        (200_000, (720, 1280), Rung((576, 1024), 30.0)),
        (200_000, (320, 240), Rung((320, 240), 30.0)),
    ],
)
def test_the_papers_ladder(rate_bps: int, camera_px: tuple[int, int], rung: Rung) -> None:
    assert papers_rung(rate_bps, camera_px) == rung
