"""A frame that went through a real browser is known again, and so is what it cost."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from devibench.clipset import Box, Clip, ClipMeta, ClipObject
from tests.bench import _codecs_chromium_told as told
from tests.bench._codecs_chromium_arms import ARMS, DEFAULT, MAINTAIN_5, PACKED, ChromiumArm
from tests.bench._codecs_chromium_stage import stage
from tests.bench._codecs_chromium_take import Job, Order, jobs_of, sent_of, softened, take_of
from tests.bench._codecs_chromium_wire import (
    Packet,
    code_of,
    packet_of,
    sent_frames,
    slots_of,
)
from tests.bench._codecs_film import Asked, Film
from tests.bench._codecs_wire import LINK_DELAY_S

SIZE_PX = (640, 368)
Pixels = NDArray[np.uint8]


def film(frames: int, fps: float = 10.0) -> Film:
    rng = np.random.default_rng(2)
    width, height = SIZE_PX
    ground = np.kron(rng.integers(40, 200, (height // 8, width // 8)), np.ones((8, 8)))
    pictures = []
    for number in range(frames):
        yuv = np.full((height * 3 // 2, width), 128, np.uint8)
        yuv[:height] = np.roll(ground, 5 * number, axis=1)
        pictures.append(yuv)
    thing = ClipObject("s0", "text", "sign", text="EXIT", height_px=12.0)
    meta = ClipMeta(fps, SIZE_PX, frames, "score", (), (thing,))
    seen = {("s0", number): Box(200, 100, 280, 140, 1.0) for number in range(frames)}
    return Film(Clip("drawn", Path("drawn.mkv"), meta, seen), pictures)


def header(kind: int) -> bytes:
    return bytes([0x80, kind, 0, 1, 0, 0, 0, 90]) + bytes(30)


@pytest.mark.parametrize(
    ("data", "timestamp", "marker"),
    [(header(96), 90, False), (header(96 | 128), 90, True)],
)
def test_a_media_packet_is_read(data: bytes, timestamp: int, marker: bool) -> None:
    packet = packet_of(data, 1.0)
    assert packet is not None
    assert (packet.timestamp, packet.marker, packet.wire_bits) == (timestamp, marker, 8 * 66)


@pytest.mark.parametrize(
    "data", [header(200), header(206), b"\x00\x01" + bytes(30), b"\x16\xfe" + bytes(30), b""]
)
def test_all_else_is_no_media(data: bytes) -> None:
    assert packet_of(data, 1.0) is None


def with_code(code: int, luma: Pixels) -> Pixels:
    height, width = luma.shape
    bits = np.unpackbits(np.array([code], np.uint8)).astype(bool)
    cells = np.repeat(np.where([*bits, *~bits], 235, 16), width // 16)
    luma = luma.copy()
    luma[height * 7 // 8 :] = cells
    return luma


@pytest.mark.parametrize("code", [0, 1, 128, 255, 170])
@pytest.mark.parametrize("lines", [720, 360, 180])
def test_a_code_is_read_at_any_size(code: int, lines: int) -> None:
    large = with_code(code, np.full((720, 1280), 90, np.uint8))
    size = (lines * 16 // 9, lines)
    assert code_of(np.asarray(cv2.resize(large, size), np.uint8)) == code


def test_a_picture_has_no_code() -> None:
    assert code_of(film(1).frames[0][: SIZE_PX[1]]) is None


def packets(slots: list[int], fps: float, drift_s: float, encode_s: float = 0.01) -> list[Packet]:
    ticks = [round(9e4 * (7 + slot / fps + drift_s * i)) for i, slot in enumerate(slots)]
    times = [100 + slot / fps + encode_s for slot in slots]
    return [Packet(t, 800, at, True) for t, at in zip(times, ticks, strict=True)]


@pytest.mark.parametrize("fps", [5.0, 30.0])
@pytest.mark.parametrize("drift_s", [0.0, 0.002, -0.002])
def test_slots_are_followed_from_a_code_on(fps: float, drift_s: float) -> None:
    slots = [0, 1, 2, 5, 6, 7, 8, 11, 12, *range(13, 40)]
    sent = packets(slots, fps, drift_s)
    coded = [100 + slot / fps for slot in range(5)]
    written = [100 + slot / fps for slot in range(5, 40)]
    found = slots_of(sent, {0: 0}, coded, written)
    assert list(found.values()) == [slot - 5 for slot in slots if slot >= 5]


def test_without_a_code_the_frame_that_came_soonest_says_which_is_which() -> None:
    slots = [0, 2, 3, 4, 9]
    written = [100 + slot / 5 for slot in range(10)]
    assert list(slots_of(packets(slots, 5.0, 0.0), {}, [], written).values()) == slots


def test_frames_come_through_a_link_of_the_asked_rate() -> None:
    heard = [
        Packet(9.0, 10**6, 0, True),
        Packet(10.0, 1000, 100, False),
        Packet(10.0, 1000, 100, True),
        Packet(10.2, 1000, 200, True),
        Packet(10.2, 500, 200, False),
    ]
    frames = sent_frames(
        heard,
        {0: True, 100: True, 200: False},
        {100: 3, 200: 4},
        first_slot=3,
        numbers=(0, 6),
        film_fps=30.0,
        take_t=9.5,
        film_t=10.0,
        rate_bps=10_000,
    )
    assert [(f.number, f.wire_bits, f.keyframe) for f in frames] == [
        (0, 2000, True),
        (6, 1500, False),
    ]
    assert [f.captured_t for f in frames] == [0.0, 0.2]
    assert [f.arrived_t for f in frames] == pytest.approx([0.2 + LINK_DELAY_S, 0.3 + LINK_DELAY_S])


def test_every_arm_is_played_at_every_rate_and_for_every_question() -> None:
    shot = film(20)
    one = Asked(shot, shot.clip.meta.objects[0])
    about = (one, one)
    played = Counter(
        (order.arm.name, order.rate_bps)
        for job in jobs_of(about, ARMS)
        for order in job.orders
    )  # fmt: skip
    for arm in ARMS:
        for rate in arm.rates_bps:
            assert played[arm.name, rate] == (2 if arm.aimed else 1)
    for job in jobs_of(about, ARMS):
        kinds = {(order.arm.treatment, order.arm.fps) for order in job.orders}
        assert len(kinds) == 1
        assert (job.asked is not None) == job.orders[0].arm.aimed


def test_outside_the_box_only_what_is_coarse_is_left() -> None:
    yuv = film(1).frames[0]
    soft = softened(yuv, (0.4, 0.3, 0.5, 0.4))
    assert (soft[112:144, 256:320] == yuv[112:144, 256:320]).all()
    assert float(soft[200:360].std()) < 0.5 * float(yuv[200:360].std())
    assert float(soft.mean()) == pytest.approx(float(yuv.mean()), abs=1)


def row(arm: str, rate_bps: float, share: float, age_s: float) -> dict[str, object]:
    return {
        "arm": arm,
        "asked": "clip/s0",
        "rate_bps": rate_bps,
        "wire_bps": rate_bps,
        "got": [share],
        "original": [1.0],
        "sent_fps": 5.0,
        "ages_s": [age_s],
    }


def rows(arm: str, needs_bps: float, young_bps: float) -> list[dict[str, object]]:
    rates = (25e3, 50e3, 100e3, 200e3, 400e3)
    return [
        row(arm, bps, 0.95 if bps >= needs_bps else 0.1, 0.4 if bps >= young_bps else 1.6)
        for bps in rates
    ]


def test_who_shows_older_pictures_is_given_more() -> None:
    ours = told.points_of(rows("packed", 50e3, 50e3))
    theirs = told.points_of(rows("whole", 50e3, 400e3))
    mine, other = told.at_equal_age(ours, theirs)
    assert 25e3 < mine.bps <= 50e3
    assert 200e3 < other.bps <= 400e3


def test_goals_are_of_the_better_codec() -> None:
    made = [
        *rows(PACKED["vp8"], 50e3, 50e3),
        *rows(PACKED["h264"], 200e3, 50e3),
        *rows(DEFAULT, 400e3, 50e3),
        *rows(MAINTAIN_5["vp8"], 200e3, 50e3),
    ]
    goals = {goal.name: goal.value for goal in told.goals_of(made)}
    assert goals["browser_rate_vs_default"] == pytest.approx(0.125, rel=0.01)
    assert goals["browser_rate_vs_maintain"] == pytest.approx(0.25, rel=0.1)
    assert told.goals_of([]) == []


def test_an_arm_that_sends_nothing_at_a_rate_needs_more() -> None:
    silent = row("whole", 50e3, 0.0, float("inf")) | {"wire_bps": 0.0, "ages_s": [None]}
    points = told.points_of([silent, *rows("whole", 100e3, 100e3)[2:]])
    assert 50e3 < told.read_at(points).bps <= 100e3
    assert told.age_at(points, 70e3) == float("inf")
    assert told.age_at(points, 100e3) == pytest.approx(0.4)


@pytest.mark.integration
async def test_frames_of_every_sender_are_known_again_behind_a_real_browser() -> None:
    shot = film(12)
    asked = Asked(shot, shot.clip.meta.objects[0])
    async with stage() as on:
        for treatment in ("whole", "packed"):
            arms = [ChromiumArm(c, treatment, c, 10, "maintain-resolution", (6e5,)) for c in PACKED]
            job = Job(asked if treatment == "packed" else None, tuple(Order(a, 6e5) for a in arms))
            take, numbers = take_of(shot, job)
            for got in await on.play(take, [order.line for order in job.orders]):
                sent = sent_of(got, take, numbers, shot, 6e5)
                assert len(sent.frames) >= 6
                pictures = sent.pictures(frozenset(range(12)))
                right = [number == nearest(shot, yuv) for number, yuv in pictures.items()]
                assert sum(right) >= len(right) - 1
        assert not on.errors


def nearest(shot: Film, yuv: Pixels) -> int:
    """Which frame of the film the picture shows, by its scene's luma."""
    from artic_codecs.pack import Unpacker

    seen = Unpacker().unpack(yuv)
    assert seen is not None
    small = [_small(scene) for scene in (seen.scene, *shot.frames)]
    return int(np.argmin([np.abs(small[0] - other).mean() for other in small[1:]]))


def _small(yuv: Pixels) -> NDArray[np.float64]:
    luma = yuv[: len(yuv) * 2 // 3]
    return np.asarray(cv2.resize(luma, (160, 92), interpolation=cv2.INTER_AREA), np.float64)
