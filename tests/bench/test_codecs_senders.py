"""Frames go through encoder, link and decoder and come out as what they were."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from artic_codecs.pack import Unpacker
from artic_codecs.packing import Limits
from artic_codecs.qp_map import Boost, PublishedMap
from devibench.clipset import Box, Clip, ClipMeta, ClipObject
from tests.bench._codecs_aimed import Packed, Published, Regions
from tests.bench._codecs_coders import Settings, payload_bps
from tests.bench._codecs_film import Film
from tests.bench._codecs_look import views_of
from tests.bench._codecs_plain import Send, Whole, resized, taken
from tests.bench._codecs_wire import mean_bps

SIZE_PX = (640, 368)
BOX = Box(200, 100, 280, 140, 1.0)
Pixels = NDArray[np.uint8]


def film(frames: int = 30) -> Film:
    rng = np.random.default_rng(2)
    width, height = SIZE_PX
    ground = np.kron(rng.integers(40, 200, (height // 8, width // 8)), np.ones((8, 8)))
    pictures = []
    for number in range(frames):
        yuv = np.full((height * 3 // 2, width), 128, np.uint8)
        noise = rng.normal(0, 4, ground.shape)
        yuv[:height] = np.roll(ground, 2 * number, axis=1) + noise
        pictures.append(yuv)
    thing = ClipObject("s0", "text", "sign", text="EXIT", height_px=12.0)
    meta = ClipMeta(10.0, SIZE_PX, frames, "score", (), (thing,))
    seen = {("s0", number): BOX for number in range(5, frames)}
    return Film(Clip("drawn", Path("drawn.mkv"), meta, seen), pictures)


def psnr(a: Pixels, b: Pixels) -> float:
    error = np.mean((a.astype(float) - b.astype(float)) ** 2)
    return float(10 * np.log10(255**2 / max(error, 1e-9)))


SENDERS = [
    Whole(Settings("x264", 5, 0.5)),
    Regions(Settings("x264", 5, 0.5), Boost(30.0, 1)),
    Published(Settings("x264", 5, 0.5), PublishedMap()),
    Packed(Settings("x264", 5, 0.5), Limits(most_window_step=0, thumbnail_step=0)),
    Packed(Settings("vp8", 5, 0.5), Limits(most_window_step=0, thumbnail_step=0)),
]


@pytest.mark.parametrize("send", SENDERS, ids=lambda send: type(send).__name__)
def test_what_is_sent_comes_out_as_that_part_of_that_frame(send: Send) -> None:
    shot = film()
    (asked,) = shot.asked()
    sent = send(shot, asked, 2e6)
    numbers = [frame.number for frame in sent.frames]
    assert numbers == list(range(0, 30, 2))
    (yuv,) = sent.pictures(frozenset({20})).values()
    views = views_of(yuv, Unpacker())
    assert views is not None
    x0, y0, x1, y1 = (round(s * n) for s, n in zip(views.detail.part, SIZE_PX * 2, strict=True))
    truth = shot.frames[20][: SIZE_PX[1]][y0:y1, x0:x1]
    grey = views.detail.rgb[..., 1]
    expanded = np.clip((truth.astype(float) - 16) * 255 / 219, 0, 255).astype(np.uint8)
    assert psnr(grey, expanded) > 28


def test_a_sender_at_half_the_rate_sends_half() -> None:
    shot = film(60)
    send = Whole(Settings("x264", 10, 0.4))
    rates = [mean_bps(send(shot, None, bps).frames, shot.seconds) for bps in (1e5, 2e5)]
    assert rates[0] == pytest.approx(1e5, rel=0.2)
    assert rates[1] == pytest.approx(2e5, rel=0.2)


@pytest.mark.parametrize(
    ("fps", "numbers"), [(10, list(range(30))), (5, list(range(0, 30, 2))), (3, [0, 3, 7, 10, 13])]
)
def test_frames_are_taken_evenly(fps: float, numbers: list[int]) -> None:
    got = [number for number, _ in taken(film(), Settings("x264", fps, 1.0))]
    assert got[: len(numbers)] == numbers


def test_headers_come_out_of_the_rate_and_something_is_always_left() -> None:
    assert payload_bps(100e3, 5) < 100e3 - 8 * 66 * 5
    assert payload_bps(12e3, 30) >= 4e3


def test_a_smaller_picture_shows_the_same() -> None:
    yuv = film().frames[0]
    small = resized(yuv, (320, 184))
    assert small.shape == (276, 320)
    assert resized(yuv, SIZE_PX) is yuv
    assert float(small[:184].mean()) == pytest.approx(float(yuv[:368].mean()), abs=1)


def test_a_thing_out_of_view_is_where_it_was() -> None:
    shot = film()
    (asked,) = shot.asked()
    assert asked.box(0) is None
    assert asked.last_box(0) == asked.box(5)
    assert asked.looks == (2.0, 2.95)
    assert asked.region(0).min_text_px == 12.0
