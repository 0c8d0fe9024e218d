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
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from artic_codecs.cleaning import Said
from artic_codecs.grid import pixels_of
from artic_codecs.pack import Unpacker
from artic_codecs.regions import Box
from artic_codecs.steer import Treatment
from articgw.client.encoder import PACKET_OVERHEAD_BYTES, SteeredH264Encoder

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
    pictures: list[NDArray[np.uint8]] = field(default_factory=list)
    errors: list[NDArray[np.float64]] = field(default_factory=list)
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
            self.pictures.append(np.asarray(shown.to_ndarray(), np.uint8))
            if (shown.width, shown.height) == (WIDTH, HEIGHT):
                error = shown.to_ndarray()[:HEIGHT].astype(np.float64) - luma
                self.psnr_db.append(float(10 * np.log10(255**2 / np.mean(error**2))))
                self.errors.append(error)

    def inside_db(self, box: Box, at: int = -1) -> float:
        x0, y0, x1, y1 = pixels_of(box, (WIDTH, HEIGHT))
        return float(10 * np.log10(255**2 / np.mean(self.errors[at][y0:y1, x0:x1] ** 2)))

    def bps(self, fps: float, seconds: float) -> float:
        frames = round(fps * seconds)
        return 8 * sum(self.wire_bytes[-frames:]) * fps / frames


SIGN: Box = (0.4, 0.4, 0.6, 0.6)
OTHER: Box = (0.05, 0.1, 0.2, 0.3)


def aim(
    film: Film,
    cap_bps: float,
    fps: float,
    *boxes: Box,
    ttl_s: float = 5.0,
    how: Treatment = Treatment.QP,
) -> None:
    now = film.t_s
    said = [Said(box, frame_t=now, priority=1.0, expires_t=now + ttl_s) for box in boxes]
    film.encoder.steer(cap_bps=cap_bps, fps=fps, size_px=None, how=how, regions=said)


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
    ("cap_bps", "fps", "gain_db"),
    [(100_000, 15, 4), (200_000, 15, 5), (60_000, 5, 4), (30_000, 2, 4), (100_000, 2, 4)],
)
def test_a_region_is_better_at_the_same_rate(cap_bps: int, fps: int, gain_db: float) -> None:
    plain, aimed = Film(), Film()
    for film, boxes in ((plain, ()), (aimed, (SIGN,))):
        aim(film, cap_bps, fps, *boxes)
        run(film, fps, 4.0)
    assert aimed.inside_db(SIGN) > plain.inside_db(SIGN) + gain_db
    assert aimed.bps(fps, 2.0) < 1.1 * cap_bps


def test_another_region_comes_without_a_keyframe_and_without_a_large_frame() -> None:
    film = Film()
    aim(film, 150_000, 15, SIGN)
    run(film, 15, 2.0)
    before_db = film.inside_db(OTHER)
    aim(film, 150_000, 15, OTHER)
    run(film, 15, 1.0)
    assert sum(film.key) == 1
    assert max(film.wire_bytes[-15:]) * 8 <= 3 * 150_000 / 15
    assert film.inside_db(OTHER) > before_db + 4


def test_an_expired_region_steers_no_frame() -> None:
    film = Film()
    aim(film, 150_000, 15, SIGN, ttl_s=0.5)
    run(film, 15, 0.5)
    region = film.encoder.sent.region
    assert region is not None and region.frame_t == pytest.approx(film.t_s - 1 / 15)
    run(film, 15, 0.5)
    assert film.encoder.sent.region is region


def test_the_sender_knows_how_well_its_region_left() -> None:
    film = Film()
    aim(film, 150_000, 15, SIGN)
    run(film, 15, 1.0)
    region = film.encoder.sent.region
    assert region is not None and region.psnr_db is not None
    assert region.psnr_db == pytest.approx(film.inside_db(SIGN), abs=1.5)
    assert region.bits == 8 * film.wire_bytes[-1]


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.builds(
            Said,
            st.tuples(*[st.floats() | st.floats(-0.5, 1.5)] * 4) | st.just((0.3, 0.3, 0.3, 0.6)),
            frame_t=st.floats() | st.floats(990, 1010),
            priority=st.floats(),
            expires_t=st.floats() | st.floats(990, 1010),
        ),
        max_size=200,
    ),
    st.sampled_from([(320, 180), (180, 320), (640, 360)]),
    st.sampled_from([15.0, 2.0]),
    st.sampled_from(list(Treatment)),
)
def test_whatever_is_said_of_regions_a_picture_comes_within_its_bounds(
    said: list[Said], size_px: tuple[int, int], fps: float, how: Treatment
) -> None:
    film = Film()
    film.encoder.steer(cap_bps=100_000, fps=fps, size_px=None, how=how, regions=said)
    run(film, fps, 3 / fps)
    film.encoder.steer(cap_bps=100_000, fps=fps, size_px=size_px, how=how, regions=said)
    run(film, fps, 3 / fps)
    assert len(film.sizes_px) >= 4
    assert max(film.wire_bytes[1:]) * 8 <= 3 * 100_000 / fps


def test_a_camera_that_turns_mid_stream_still_sends() -> None:
    film = Film()
    aim(film, 150_000, 15, SIGN)
    run(film, 15, 0.3)
    region = film.encoder.sent.region
    frame = av.VideoFrame(HEIGHT, WIDTH, "yuv420p")
    frame.pts, frame.time_base = round(film.t_s * 90_000), Fraction(1, 90_000)
    payloads, _ = film.encoder.encode(frame)
    assert payloads and film.encoder.sent.size_px == (HEIGHT, WIDTH)
    assert film.encoder.sent.region is region


def test_a_fall_of_the_cap_leaves_no_room_for_a_large_frame() -> None:
    film = Film()
    film.encoder.steer(cap_bps=1_000_000, fps=5, size_px=None)
    run(film, 5, 2.0)
    film.encoder.steer(cap_bps=60_000, fps=5, size_px=None)
    run(film, 5, 0.4)
    run(film, 5, 6.0)
    between = [n for n, key in zip(film.wire_bytes[-30:], film.key[-30:], strict=True) if not key]
    assert max(between) * 8 <= 3.2 * 60_000 / 5


SMALL: Box = (0.45, 0.45, 0.55, 0.55)


@pytest.mark.parametrize(("cap_bps", "fps"), [(40_000, 5), (25_000, 2), (60_000, 15)])
def test_a_packed_picture_is_read_at_the_far_end_even_on_a_thin_link(
    cap_bps: int, fps: int
) -> None:
    film, unpacker = Film(), Unpacker()
    aim(film, cap_bps, fps, SMALL, how=Treatment.PACKED)
    run(film, fps, 3.0)
    assert set(film.sizes_px) == {(320, 16 + 176 + 180)}
    back = [unpacker.unpack(picture) for picture in film.pictures]
    assert unpacker.refused == 0
    assert all(one is not None and one.layout is not None for one in back)


def test_packing_begins_and_ends_with_one_keyframe_each_within_its_bounds() -> None:
    film = Film()
    aim(film, 200_000, 15)
    run(film, 15, 1.0)
    aim(film, 200_000, 15, SMALL, how=Treatment.PACKED, ttl_s=1.0)
    run(film, 15, 2.0)
    assert [n for n, key in enumerate(film.key) if key] in ([0, 15, 30], [0, 15, 31])
    assert film.sizes_px[0] == film.sizes_px[-1] == (WIDTH, HEIGHT) != film.sizes_px[20]
    assert max(film.wire_bytes[1:]) * 8 <= 3 * 200_000 / 15


def test_a_packed_window_shows_more_than_the_frame_did() -> None:
    shown_db = []
    for how in (Treatment.WHOLE, Treatment.PACKED):
        film = Film()
        aim(film, 40_000, 5, SMALL, how=how)
        run(film, 5, 4.0)
        region = film.encoder.sent.region
        assert region is not None and region.psnr_db is not None
        shown_db.append(region.psnr_db)
    assert shown_db[1] > shown_db[0] + 1


@pytest.mark.parametrize("fps", [15, 5])
def test_no_second_is_over_its_caps_and_no_step_makes_a_keyframe(fps: int) -> None:
    film, caps = Film(), list[float]()
    for cap_bps in (100_000, 1_000_000, 100_000):
        aim(film, cap_bps, fps)
        run(film, fps, 2.0)
        caps += [cap_bps] * round(2.0 * fps)
    for n in range(len(caps) - fps + 1):
        assert 8 * sum(film.wire_bytes[n : n + fps]) * fps <= 1.1 * sum(caps[n : n + fps])
    assert sum(film.key) == 1
