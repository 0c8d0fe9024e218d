"""An H.264 encoder that obeys: rate, frame rate and size change between two frames.

    frame ─▶ scaled to the steered size ─▶ bits.py: budget, qp ─▶ addroi over it all ─▶ x264

x264 is opened at a constant quality (CRF) with a one-frame VBV buffer, which bounds a keyframe to
the byte. Between keyframes the quantiser of each frame is moved from outside, by a region of
interest that covers the whole picture: the only lever of an open libx264 that works at once and is
public. Every keyframe is a reopening (2 ms), so that its bound is the one of now.

At two frames a second or less each frame is a look of its own: a keyframe, bounded by rate / fps.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
from aiortc.codecs.h264 import PACKET_MAX, H264Encoder
from av.filter import Graph
from av.video.frame import PictureType
from av.video.reformatter import VideoReformatter

from articgw.client.bits import (
    LOOK_S,
    MAX_QP,
    MIN_QP,
    BitBucket,
    FrameBudget,
    Interval,
    QpIntegrator,
)

MIN_BPS, START_BPS, MAX_BPS = 30_000, 600_000, 8_000_000
LARGEST_PX = (1920, 1080)
"""Gateways decode no larger pictures (articgw/decoder_guard.py)."""
PACKET_OVERHEAD_BYTES = 62
"""RTP with its extensions 24, SRTP tag 10, UDP 8, IPv4 20."""
_CLOCK_HZ = 90_000
_SEI, _SEI_BYTES = 6, 600
"""x264 tells its settings in each keyframe; nobody reads them, and they are not sent."""
_NOMINAL_FPS = 15
_LAMBDA_PER_QP = 118
"""FFmpeg's FF_QP2LAMBDA, the unit of a packet's quality."""
_AFTER_KEYFRAME = 0.35
"""Share of a keyframe's bits that the next frame takes at the same QP, with a hand-held camera."""
_TIGHT = 0.8
"""A frame's mean share of the room above which x264's bound would spoil every frame."""


@dataclass(slots=True)
class Sent:
    """Running totals of what was encoded."""

    frames: int = 0
    keyframes: int = 0
    dropped: int = 0
    wire_bytes: int = 0
    size_px: tuple[int, int] | None = None


class SteeredH264Encoder(H264Encoder):
    """Takes the place of aiortc's own encoder in one sender."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = Sent()
        self._cap_bps: float | None = None
        self._network_bps: float | None = None
        self._fps = 15.0
        self._interval = Interval()
        self._size_px: tuple[int, int] | None = None
        self._bucket = BitBucket()
        self._qp = QpIntegrator()
        self._scaler = VideoReformatter()
        self._codec: Any = None
        self._room_bits = 0.0
        self._base_qp = 0.0
        self._last_bits = 0.0
        self._last_was_key = True
        self._owes_keyframe = False

    def steer(self, *, cap_bps: float | None, fps: float, size_px: tuple[int, int] | None) -> None:
        """Ceilings from the next frame on; ``fps`` is what the camera's valve lets through.

        With no cap the network's feedback alone holds, and 600 kb/s until there is some.
        """
        self._cap_bps, self._fps, self._size_px = cap_bps, fps, size_px

    @property
    def target_bitrate(self) -> int:
        """Bits/s on the wire: the cap or the network's feedback, whichever is less."""
        known = [bps for bps in (self._cap_bps, self._network_bps) if bps is not None]
        return int(min(max(min(known, default=START_BPS), MIN_BPS), MAX_BPS))

    @target_bitrate.setter
    def target_bitrate(self, bitrate: int) -> None:
        """REMB, as aiortc hands it on."""
        self._network_bps = float(bitrate)

    def encode(self, frame: Any, force_keyframe: bool = False) -> tuple[list[bytes], int]:
        """RTP payloads of one frame and its 90 kHz timestamp; no payloads where it is left out."""
        timestamp = int(frame.pts * frame.time_base * _CLOCK_HZ)
        picture = self._scaled(frame)
        now = timestamp / _CLOCK_HZ
        rate_bps, interval_s = float(self.target_bitrate), self._interval.on_frame(self._fps, now)
        budget = self._bucket.budget(rate_bps=rate_bps, interval_s=interval_s, now=now)
        self._owes_keyframe = self._owes_keyframe or force_keyframe
        if budget.drop:
            self.sent.dropped += 1
            return [], timestamp
        look = interval_s >= LOOK_S
        keyframe = look or self._owes_keyframe or self._must_open(picture, budget)
        if keyframe:
            data, qp = self._keyframe(picture, budget, look=look)
        else:
            data, qp = self._between(picture, budget, interval_s)
        self._qp.was(qp)
        self._owes_keyframe, self._last_was_key = False, keyframe
        payloads = self._packetize(n for n in self._split_bitstream(data) if n[0] & 31 != _SEI)
        wire_bytes = sum(map(len, payloads)) + PACKET_OVERHEAD_BYTES * len(payloads)
        self._last_bits = 8.0 * wire_bytes
        self._bucket.spend(self._last_bits)
        self._count(picture, keyframe, wire_bytes)
        return payloads, timestamp

    def _must_open(self, picture: av.VideoFrame, budget: FrameBudget) -> bool:
        codec = self._codec
        return (
            codec is None
            or (codec.width, codec.height) != (picture.width, picture.height)
            or budget.mean_bits > _TIGHT * self._room_bits
        )

    def _keyframe(
        self, picture: av.VideoFrame, budget: FrameBudget, *, look: bool
    ) -> tuple[bytes, float]:
        qp = MIN_QP if look else self._qp.qp
        self._base_qp = qp
        self._room_bits = budget.keyframe_bits if look else budget.room_bits
        first_bits = _without_overhead(budget.keyframe_bits) + 8 * _SEI_BYTES
        self._codec = _open(picture, first_bits, _without_overhead(self._room_bits), qp)
        return self._encode(picture, 0.0)

    def _between(
        self, picture: av.VideoFrame, budget: FrameBudget, interval_s: float
    ) -> tuple[bytes, float]:
        bits = min(budget.bits, self._room_bits)
        last_bits = self._last_bits * (_AFTER_KEYFRAME if self._last_was_key else 1.0)
        qp = self._qp.next(bits, last_bits, interval_s)
        return self._encode(picture, qp - self._base_qp)

    def _encode(self, picture: av.VideoFrame, offset_qp: float) -> tuple[bytes, float]:
        shifted = _shift_qp(picture, offset_qp)
        shifted.pict_type = PictureType.NONE
        shifted.pts, shifted.time_base = self.sent.frames, self._codec.time_base
        packets = self._codec.encode(shifted)
        base_qp = _quality(packets[0]) if packets else None
        qp = (self._base_qp if base_qp is None else base_qp) + offset_qp
        return b"".join(map(bytes, packets)), qp

    def _scaled(self, frame: av.VideoFrame) -> av.VideoFrame:
        size_px = (frame.width, frame.height)
        width, height = fitted(size_px, self._size_px or decodable(size_px))
        return self._scaler.reformat(frame, width, height, "yuv420p")

    def _count(self, picture: av.VideoFrame, keyframe: bool, wire_bytes: int) -> None:
        self.sent.frames += 1
        self.sent.keyframes += keyframe
        self.sent.wire_bytes += wire_bytes
        self.sent.size_px = (picture.width, picture.height)


def decodable(size_px: tuple[int, int]) -> tuple[int, int]:
    """The most that gateways decode of a picture of this shape, lying or standing."""
    width, height = LARGEST_PX
    return (width, height) if size_px[0] >= size_px[1] else (height, width)


def fitted(size_px: tuple[int, int], most_px: tuple[int, int] | None) -> tuple[int, int]:
    """``size_px`` shrunk into ``most_px``, in its own proportions, to even numbers; never grown."""
    width, height = size_px
    scale = 1.0 if most_px is None else min(1.0, most_px[0] / width, most_px[1] / height)
    return max(2, round(width * scale) // 2 * 2), max(2, round(height * scale) // 2 * 2)


def _without_overhead(wire_bits: float) -> float:
    packets = math.ceil(wire_bits / 8 / PACKET_MAX)
    return max(wire_bits - 8 * PACKET_OVERHEAD_BYTES * packets, wire_bits / 2)


def _open(picture: av.VideoFrame, first_bits: float, room_bits: float, qp: float) -> Any:
    codec: Any = av.CodecContext.create("libx264", "w")
    codec.width, codec.height, codec.pix_fmt = picture.width, picture.height, "yuv420p"
    codec.framerate, codec.time_base = Fraction(_NOMINAL_FPS), Fraction(1, _NOMINAL_FPS)
    first = max(1000, int(first_bits))
    room = max(first, int(room_bits))
    codec.options = {
        "preset": "veryfast",
        "tune": "zerolatency",
        "crf": f"{qp:.1f}",
        "maxrate": str(first * _NOMINAL_FPS),
        "bufsize": str(room),
        "threads": "1",
        "x264-params": "keyint=infinite:scenecut=0:qcomp=1:ipratio=1.1"
        f":vbv-init={first / room:.4f}",
    }
    codec.profile = "Baseline"
    codec.open()
    return codec


def _shift_qp(picture: av.VideoFrame, offset_qp: float) -> av.VideoFrame:
    graph = Graph()
    source = graph.add_buffer(
        width=picture.width,
        height=picture.height,
        format=picture.format,
        time_base=Fraction(1, _CLOCK_HZ),
    )
    region = graph.add("addroi", f"x=0:y=0:w=iw:h=ih:qoffset={offset_qp / MAX_QP:.5f}")
    sink = graph.add("buffersink")
    graph.link_nodes(source, region, sink)
    graph.configure()
    graph.push(picture)
    shifted = graph.pull()
    assert isinstance(shifted, av.VideoFrame)
    return shifted


def _quality(packet: Any) -> float | None:
    for data in packet.iter_sidedata():
        if data.data_type == "quality_stats":
            (quality,) = struct.unpack_from("<I", bytes(data))
            return float(quality / _LAMBDA_PER_QP)
    return None
