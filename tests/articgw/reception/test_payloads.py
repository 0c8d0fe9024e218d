"""Key frames are told by their first payload; checked against what real encoders make."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest
from aiortc.codecs.h264 import H264Encoder
from aiortc.codecs.vpx import Vp8Encoder

from articgw.reception.payloads import starts_keyframe


@pytest.mark.parametrize(("name", "encoder"), [("VP8", Vp8Encoder), ("H264", H264Encoder)])
def test_the_first_payload_of_real_key_frames_and_no_other(
    name: str, encoder: type[Vp8Encoder] | type[H264Encoder]
) -> None:
    made = encoder()
    rng = np.random.default_rng(1)
    for number in range(6):
        rgb = rng.integers(0, 255, (240, 320, 3), np.uint8)
        frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
        frame.pts, frame.time_base = number * 3000, Fraction(1, 90000)
        payloads, _ = made.encode(frame, number == 3)
        starts = [starts_keyframe(name, payload) for payload in payloads]
        assert any(starts) == (number in (0, 3))
        assert starts[0] == any(starts), "the first one, or none"


CUT = [b"", b"\x90", b"\x90\x80", b"\x90\xff\x80", b"\x1c", b"\x18"]


@pytest.mark.parametrize("name", ["VP8", "H264", "opus"])
@pytest.mark.parametrize("payload", CUT)
def test_a_cut_payload_is_none(name: str, payload: bytes) -> None:
    assert not starts_keyframe(name, payload)
