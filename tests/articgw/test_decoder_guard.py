"""Arbitrary bytes, real encoders, and what no decoder may see."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache
from itertools import pairwise

import av
import numpy as np
import pytest
from av.video.codeccontext import VideoCodecContext
from hypothesis import given
from hypothesis import strategies as st

from articgw.decoder_guard import (
    ASK_EVERY_S,
    MAX_PICTURES_PER_S,
    MAX_SIZE_CHANGES_PER_S,
    DecoderGuard,
    check,
    frame_size_px,
)

CODECS = ("VP8", "H264")
ENCODERS = {"VP8": "libvpx", "H264": "libx264"}
SIZES_PX = [(16, 16), (64, 48), (98, 34), (640, 360), (854, 480), (1080, 1920), (1920, 1080)]
MORE_VP8_SIZES_PX = [(1, 1), (17, 31), (321, 241)]
DELTA = {"VP8": b"\x31\0\0\0", "H264": b"\0\0\0\1\x41\x9a\0\0"}


@cache
def key_frame(codec: str, width_px: int, height_px: int, profile: str = "baseline") -> bytes:
    """One picture by the real encoder."""
    context = av.CodecContext.create(ENCODERS[codec], "w")
    assert isinstance(context, VideoCodecContext)
    context.width, context.height, context.pix_fmt = width_px, height_px, "yuv420p"
    context.time_base = Fraction(1, 30)
    context.options = {"profile": profile, "preset": "ultrafast"} if codec == "H264" else {}
    frame = av.VideoFrame.from_ndarray(np.zeros((height_px, width_px, 3), np.uint8), "rgb24")
    frame = frame.reformat(format="yuv420p")
    frame.pts = 0
    return b"".join(bytes(packet) for packet in [*context.encode(frame), *context.encode(None)])


def vp8(width_px: int, height_px: int) -> bytes:
    """The 67 bytes of the attack, at any size."""
    size = width_px.to_bytes(2, "little") + height_px.to_bytes(2, "little")
    return (b"\x10\x02\0\x9d\x01\x2a" + size).ljust(67, b"\0")


def sps(width_px: int, height_px: int) -> bytes:
    """An SPS of the constrained baseline profile, sizes in whole macroblocks."""
    fields = [0, 0, 2, 1, width_px // 16 - 1, height_px // 16 - 1]
    codes = [f"{value + 1:0{2 * (value + 1).bit_length() - 1}b}" for value in fields]
    bits = "".join([*codes[:4], "0", *codes[4:], "1", "1", "0", "0", "1"])
    bits = bits.ljust(-(-len(bits) // 8) * 8, "0")
    payload = bytes([66, 0xC0, 62]) + int(bits, 2).to_bytes(len(bits) // 8, "big")
    return b"\0\0\0\1\x67" + re.sub(rb"\0\0(?=[\0-\3])", b"\0\0\3", payload)


@pytest.mark.parametrize(
    ("codec", "size_px"),
    [(codec, size_px) for codec in CODECS for size_px in SIZES_PX]
    + [("VP8", size_px) for size_px in MORE_VP8_SIZES_PX],
)
def test_what_encoders_write_is_read_and_let_through(codec: str, size_px: tuple[int, int]) -> None:
    data = key_frame(codec, *size_px)
    width_px, height_px = size_px
    whole = (-(-width_px // 16) * 16, -(-height_px // 16) * 16)
    assert frame_size_px(codec, data) == (size_px if codec == "VP8" else whole)
    assert check(codec, data) is None


@pytest.mark.parametrize("profile", ["baseline", "main", "high"])
def test_the_profiles_of_browsers_are_read(profile: str) -> None:
    assert frame_size_px("H264", key_frame("H264", 1280, 720, profile)) == (1280, 720)


@given(st.integers(1, 16383), st.integers(1, 16383))
def test_every_vp8_size_is_read_whatever_the_scale_bits(width_px: int, height_px: int) -> None:
    assert frame_size_px("VP8", vp8(width_px | 0x4000, height_px | 0xC000)) == (width_px, height_px)


@given(st.integers(1, 1024), st.integers(1, 1024))
def test_every_h264_size_is_read(width_mb: int, height_mb: int) -> None:
    assert frame_size_px("H264", sps(16 * width_mb, 16 * height_mb)) == (
        16 * width_mb,
        16 * height_mb,
    )


@given(
    st.sampled_from([*CODECS, "opus", "h264", ""]),
    st.binary(max_size=300),
    st.sampled_from(
        [b"", b"\x10\2\0\x9d\1\x2a", b"\0\0\1\x67\x42\xc0\x1f", b"\0\0\1\x67\x64\0\x1f"]
    ),
)
def test_arbitrary_bytes_never_raise(codec: str, data: bytes, start: bytes) -> None:
    frame_size_px(codec, start + data)
    check(codec, start + data)
    DecoderGuard(codec).on_frame(start + data, now=0.0)


@pytest.mark.parametrize(
    ("codec", "data", "reason"),
    [
        ("VP8", vp8(16383, 16383), "16383x16383"),
        ("VP8", vp8(1921, 100), "1921x100"),
        ("VP8", vp8(1500, 1500), "1500x1500"),
        ("VP8", vp8(0, 480), "0x480"),
        ("VP8", vp8(640, 0), "640x0"),
        ("VP8", b"\x10\2\0" + bytes(64), "start code"),
        ("VP8", vp8(640, 480)[:9], "start code"),
        ("H264", sps(16384, 8192), "16384x8192"),
        ("H264", sps(640, 480) + sps(4096, 2304), "4096x2304"),
        ("H264", b"\0\0\1\x67\x42", "cut short"),
        ("H264", b"\0\0\1\x67\x42\xc0\x1f" + bytes([0, 0, 3] * 9), "32 bits"),
        ("H264", 5 * sps(640, 480), "5 SPS"),
        ("H264", b"\0\0\1\x67\xf4\x00\x1f\x91\x9b\x28", "8-bit"),
        ("VP8", b"", "empty"),
        ("H264", b"", "empty"),
        ("opus", b"", "empty"),
    ],
)
def test_a_frame_that_no_decoder_may_see(codec: str, data: bytes, reason: str) -> None:
    refused = check(codec, data)
    assert refused is not None
    assert reason in refused.reason


@pytest.mark.parametrize("codec", CODECS)
def test_the_limit_holds_lying_and_standing(codec: str) -> None:
    make = vp8 if codec == "VP8" else sps
    for allowed in [(1920, 1088), (1088, 1920), (16, 16)]:
        assert check(codec, make(*allowed)) is None
    for refused in [(1936, 1088), (1920, 1104), (1936, 16)]:
        assert check(codec, make(*refused)) is not None


@pytest.mark.parametrize("codec", CODECS)
def test_after_a_refused_picture_only_a_good_key_frame_is_let_through(codec: str) -> None:
    make, guard = (vp8 if codec == "VP8" else sps), DecoderGuard(codec)
    assert guard.on_frame(make(640, 368), now=0.0) is None
    assert guard.on_frame(DELTA[codec], now=0.1) is None
    assert guard.on_frame(make(16368, 16368), now=0.2) is not None
    assert guard.on_frame(DELTA[codec], now=0.3) is not None
    assert guard.on_frame(make(640, 368), now=0.4) is None
    assert guard.on_frame(DELTA[codec], now=0.5) is None


def test_an_empty_frame_is_left_out_and_nothing_is_asked_for() -> None:
    guard = DecoderGuard("VP8")
    assert guard.on_frame(vp8(640, 360), now=0.0) is None
    refused = guard.on_frame(b"", now=0.1)
    assert refused is not None and not refused.ask_key_frame
    assert guard.on_frame(DELTA["VP8"], now=0.2) is None


def test_a_size_for_every_frame_is_refused_and_a_change_a_second_is_not() -> None:
    flipping, calm = DecoderGuard("VP8"), DecoderGuard("VP8")
    sizes_px = [(640, 360 + n % 2) for n in range(30)]
    passed = [
        size_px
        for n, size_px in enumerate(sizes_px)
        if flipping.on_frame(vp8(*size_px), now=n / 30) is None
    ]
    assert sum(one != next_ for one, next_ in pairwise(passed)) < MAX_SIZE_CHANGES_PER_S
    assert all(
        calm.on_frame(vp8(*size_px), now=float(n)) is None for n, size_px in enumerate(sizes_px)
    )


def test_a_sender_is_asked_for_a_key_frame_at_most_twice_a_second() -> None:
    guard = DecoderGuard("VP8")
    refusals = [guard.on_frame(vp8(9999, 9999), now=n / 30) for n in range(90)]
    assert sum(bool(one and one.ask_key_frame) for one in refusals) == 3 / ASK_EVERY_S


@given(st.floats(200, 5000))
def test_a_flood_of_pictures_is_thinned(fps: float) -> None:
    guard = DecoderGuard("VP8")
    passed = sum(guard.on_frame(vp8(1920, 1088), now=n / fps) is None for n in range(int(fps)))
    assert passed <= 2 * MAX_PICTURES_PER_S + 1


@given(st.floats(1, 60), st.integers(0, 30))
def test_a_camera_is_never_thinned_not_even_after_a_pause(fps: float, held_back: int) -> None:
    guard = DecoderGuard("VP8")
    for n in range(int(3 * fps)):
        assert guard.on_frame(vp8(640, 360), now=max(n, held_back) / fps) is None


def test_audio_is_let_through() -> None:
    guard = DecoderGuard("opus")
    assert all(guard.on_frame(b"\x10\2\0", now=0.0) is None for _ in range(1000))
