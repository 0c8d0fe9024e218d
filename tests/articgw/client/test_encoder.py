"""The encoder on a panning picture: rate, frame rate, size, keyframes, quality."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

import av
import cv2
import numpy as np
import pytest
from aiortc.codecs.h264 import h264_depayload
from numpy.typing import NDArray

from articgw.client.encoder import (
    PACKET_OVERHEAD_BYTES,
    SteeredH264Encoder,
    decodable,
    fitted,
)

WIDTH, HEIGHT = 640, 360


def world() -> NDArray[np.uint8]:
    rng = np.random.default_rng(7)
    coarse = rng.integers(40, 215, (HEIGHT // 4, WIDTH // 2), np.uint8)
    picture = cv2.resize(coarse, (WIDTH * 2, HEIGHT), interpolation=cv2.INTER_CUBIC)
    for number in range(60):
        at = (int(rng.integers(WIDTH * 2)), int(rng.integers(HEIGHT)))
        cv2.putText(picture, f"EXIT {number}", at, cv2.FONT_HERSHEY_SIMPLEX, 0.6, 255, 2)
    return np.asarray(picture, np.uint8)


WORLD = world()


def pan(t_s: float) -> NDArray[np.uint8]:
    x = 200 + 190 * np.sin(0.7 * t_s)
    tilt = 0.04 * np.sin(1.3 * t_s)
    turn = np.array([[1 + tilt, tilt, -x], [-tilt, 1 - tilt, 5 * tilt]])
    moved = cv2.warpAffine(WORLD, turn, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT)
    return np.asarray(moved, np.uint8)


@dataclass
class Film:
    """Drives one encoder, and decodes what it makes."""

    encoder: SteeredH264Encoder = field(default_factory=SteeredH264Encoder)
    t_s: float = 1000.0
    wire_bytes: list[int] = field(default_factory=list)
    psnr_db: list[float] = field(default_factory=list)
    sizes_px: list[tuple[int, int]] = field(default_factory=list)
    key: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._decoder = av.CodecContext.create("h264", "r")
        assert isinstance(self._decoder, av.VideoCodecContext)

    def shoot(self, fps: float, seconds: float, *, force: bool = False) -> Iterator[None]:
        for _ in range(round(fps * seconds)):
            self.one(force=force)
            self.t_s += 1 / fps
            yield

    def one(self, *, force: bool = False) -> None:
        luma = pan(self.t_s)
        yuv = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
        yuv[:HEIGHT] = luma
        frame = av.VideoFrame.from_ndarray(yuv, format="yuv420p")
        frame.pts, frame.time_base = round(self.t_s * 90_000), Fraction(1, 90_000)
        before = self.encoder.sent.keyframes
        payloads, timestamp = self.encoder.encode(frame, force)
        assert timestamp == frame.pts
        self.wire_bytes.append(sum(len(p) + PACKET_OVERHEAD_BYTES for p in payloads))
        self.key.append(self.encoder.sent.keyframes > before)
        if not payloads:
            return
        data = b"".join(map(h264_depayload, payloads))
        for shown in self._decoder.decode(av.Packet(data)):
            self.sizes_px.append((shown.width, shown.height))
            if (shown.width, shown.height) == (WIDTH, HEIGHT):
                error = shown.to_ndarray()[:HEIGHT].astype(np.float64) - luma
                self.psnr_db.append(float(10 * np.log10(255**2 / np.mean(error**2))))

    def bps(self, fps: float, seconds: float) -> float:
        frames = round(fps * seconds)
        return 8 * sum(self.wire_bytes[-frames:]) * fps / frames


def run(film: Film, fps: float, seconds: float) -> None:
    for _ in film.shoot(fps, seconds):
        pass


@pytest.mark.parametrize(
    ("cap_bps", "fps", "least_db"),
    [
        (60_000, 5, 18),
        (100_000, 15, 20),
        (200_000, 15, 22),
        (400_000, 15, 24),
        (200_000, 5, 22),
        (600_000, 30, 24),
    ],
)
def test_it_keeps_to_the_cap_at_any_frame_rate(cap_bps: int, fps: int, least_db: float) -> None:
    film = Film()
    film.encoder.steer(cap_bps=cap_bps, fps=fps, size_px=None)
    run(film, fps, 3.0)
    assert film.bps(fps, 2.0) == pytest.approx(cap_bps, rel=0.2)
    assert film.psnr_db[-1] > least_db


@pytest.mark.parametrize(("before_bps", "after_bps"), [(500_000, 100_000), (300_000, 100_000)])
def test_a_lower_cap_holds_within_three_tenths_of_a_second(before_bps: int, after_bps: int) -> None:
    film = Film()
    film.encoder.steer(cap_bps=before_bps, fps=15, size_px=None)
    run(film, 15, 2.0)
    film.encoder.steer(cap_bps=after_bps, fps=15, size_px=None)
    run(film, 15, 0.3)
    run(film, 15, 0.6)
    assert film.bps(15, 0.6) < 1.25 * after_bps


def test_a_higher_cap_is_used_within_a_second() -> None:
    film = Film()
    film.encoder.steer(cap_bps=100_000, fps=15, size_px=None)
    run(film, 15, 2.0)
    film.encoder.steer(cap_bps=450_000, fps=15, size_px=None)
    run(film, 15, 0.6)
    run(film, 15, 0.6)
    assert film.bps(15, 0.6) > 0.8 * 450_000


def test_the_first_keyframe_fits_a_thin_link() -> None:
    film = Film()
    film.one()
    assert film.key == [True] and film.wire_bytes[0] <= 12_500


@pytest.mark.parametrize("fps", [1.0, 2.0])
def test_looks_stand_alone_and_share_the_cap(fps: float) -> None:
    film = Film()
    film.encoder.steer(cap_bps=100_000, fps=fps, size_px=None)
    run(film, fps, 6.0)
    assert all(film.key)
    assert max(film.wire_bytes) * 8 <= 1.1 * 100_000 / fps
    assert film.bps(fps, 4.0) == pytest.approx(100_000, rel=0.2)


def test_a_keyframe_comes_when_it_is_asked_for_and_not_otherwise() -> None:
    film = Film()
    run(film, 15, 1.0)
    film.one(force=True)
    assert film.key == [True] + [False] * 14 + [True]


def test_the_networks_feedback_holds_below_the_cap_and_below_aiortcs_floor() -> None:
    film = Film()
    film.encoder.steer(cap_bps=400_000, fps=15, size_px=None)
    film.encoder.target_bitrate = 120_000
    assert film.encoder.target_bitrate == 120_000
    run(film, 15, 3.0)
    assert film.bps(15, 2.0) == pytest.approx(120_000, rel=0.2)
    film.encoder.target_bitrate = 1_000
    assert film.encoder.target_bitrate == 30_000


def test_without_cap_and_feedback_it_starts_at_600_kbps() -> None:
    assert SteeredH264Encoder().target_bitrate == 600_000


def test_another_size_comes_with_a_keyframe() -> None:
    film = Film()
    run(film, 15, 0.4)
    film.encoder.steer(cap_bps=200_000, fps=15, size_px=(320, 320))
    film.one()
    assert film.key[-1] and film.sizes_px[-1] == (320, 180)
    assert film.encoder.sent.size_px == (320, 180)


def test_a_camera_slower_than_the_steer_still_fills_its_cap() -> None:
    film = Film()
    film.encoder.steer(cap_bps=200_000, fps=15, size_px=None)
    run(film, 5, 6.0)
    assert film.bps(5, 2.0) == pytest.approx(200_000, rel=0.2)


@pytest.mark.parametrize(
    ("size_px", "most_px", "expected"),
    [
        ((1280, 720), None, (1280, 720)),
        ((1280, 720), (640, 640), (640, 360)),
        ((640, 360), (1280, 720), (640, 360)),
        ((720, 1280), (640, 640), (360, 640)),
        ((1279, 719), None, (1278, 718)),
        ((1920, 1080), (1280, 720), (1280, 720)),
    ],
)
def test_sizes_shrink_in_proportion_and_never_grow(
    size_px: tuple[int, int], most_px: tuple[int, int] | None, expected: tuple[int, int]
) -> None:
    assert fitted(size_px, most_px) == expected


@pytest.mark.parametrize(
    ("size_px", "sent_px"),
    [((3840, 2160), (1920, 1080)), ((3024, 4032), (1080, 1440)), ((2000, 2000), (1080, 1080))],
)
def test_no_picture_is_larger_than_what_gateways_decode(
    size_px: tuple[int, int], sent_px: tuple[int, int]
) -> None:
    assert fitted(size_px, decodable(size_px)) == sent_px
    encoder = SteeredH264Encoder()
    frame = av.VideoFrame(*size_px, "yuv420p")
    frame.pts, frame.time_base = 0, Fraction(1, 90_000)
    encoder.encode(frame)
    assert encoder.sent.size_px == sent_px
