"""Real encoders, frame by frame, at a rate that may change with every frame.

h264         the product's own sender (`articgw.client.encoder`): rate, size and regions at any time
hevc, vp8    FFmpeg's, at one rate: what it is opened with; no regions
kvazaar      likewise, in a file of its own (`kvazaar.py`)

What a frame costs is counted from IP up: payloads as RTP carries them, and `OVERHEAD_BYTES` each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

import av
import cv2
import numpy as np

from artic_codecs.covering import tiles
from artic_codecs.grid import CTU_PX, Grid
from artic_codecs.qp_map import PublishedMap
from artic_codecs.rectangles import Rectangle
from artic_codecs.regions import Region
from artic_codecs.steer import Treatment
from articgw.client.encoder import CLOCK_HZ, PACKET_OVERHEAD_BYTES, SteeredH264Encoder
from articgw.client.region_qp import RegionAim
from articgw.client.sizes import fitted
from devibench.samples import Pixels

PAYLOAD_BYTES = 1200
OVERHEAD_BYTES = PACKET_OVERHEAD_BYTES
"""RTP with its extensions 24, SRTP tag 10, UDP 8, IPv4 20."""
LEAST_BPS = 4_000.0
MAP_S = 0.1
"""How often the published map is made anew: it has some 200 rectangles, and boxes move little."""
ENCODERS = {"hevc": "libx265", "vp8": "libvpx"}
DECODERS = {"h264": "h264", "hevc": "hevc", "vp8": "vp8"}
_OPTIONS = {
    "hevc": {
        "preset": "veryfast",
        "tune": "zerolatency",
        "x265-params": "log-level=error:pools=1:frame-threads=1:keyint=-1:scenecut=0",
    },
    "vp8": {
        "deadline": "realtime",
        "cpu-used": "4",
        "undershoot-pct": "100",
        "overshoot-pct": "15",
        "lag-in-frames": "0",
        "auto-alt-ref": "0",
    },
}


@dataclass(frozen=True, slots=True)
class Order:
    """How one frame is to be coded."""

    bps: float
    """Of the stream, on the wire."""
    fps: float
    size_px: tuple[int, int] | None = None
    """Ceiling; None: as the camera gives it."""
    how: Treatment = Treatment.WHOLE
    regions: tuple[Region, ...] = ()
    small: bool = False
    """It only sees whether the link lives."""
    keyframe: bool = False
    """The receiver lost what frames build on."""


@dataclass(frozen=True, slots=True)
class Coded:
    """One frame as it is sent."""

    data: bytes
    """What a decoder gets."""
    packets: tuple[int, ...]
    """Bytes of each on the wire."""
    keyframe: bool

    @property
    def bits(self) -> int:
        """On the wire."""
        return 8 * sum(self.packets)


class Coder(Protocol):
    """One sender's encoder."""

    @property
    def decoder(self) -> str:
        """FFmpeg's name of what reads it."""

    def encode(self, yuv: Pixels, t_s: float, order: Order) -> Coded | None:
        """A frame captured at ``t_s``; None where its rate control leaves it out."""

    def close(self) -> None:
        """Let go of what it holds. May be called twice."""


class _Recording(SteeredH264Encoder):
    data = b""

    def _coded(self, *given: Any, **named: Any) -> bytes:
        self.data = super()._coded(*given, **named)
        return self.data

    def _judge(self, *given: Any, **named: Any) -> None:
        """Nobody here asks for the sender's own measure of quality, which decodes every frame."""


class _MapAim(RegionAim):
    """The published map in place of a boost: it degrades what is far from the region."""

    def __init__(self) -> None:
        super().__init__()
        self._policy = PublishedMap()
        self._made: tuple[float, tuple[int, int], Sequence[Rectangle]] | None = None

    def rectangles(self, regions: Any, grid: Grid, *, now: float) -> Sequence[Rectangle]:
        """Every block of 64 px; as made before, for `MAP_S`."""
        if self._made is None or self._made[1] != grid.size_px or now - self._made[0] >= MAP_S:
            blocks = Grid(grid.size_px, CTU_PX)
            made = tiles(self._policy(regions, blocks, now=now), blocks)
            self._made = (now, grid.size_px, made)
        return self._made[2]


class SteeredCoder:
    """H.264 as our client sends it; with ``published`` the published map makes its regions."""

    decoder = "h264"

    def __init__(self, *, published: bool = False) -> None:
        self._encoder = _Recording()
        if published:
            self._encoder._shots._aim = _MapAim()

    def encode(self, yuv: Pixels, t_s: float, order: Order) -> Coded | None:
        """A frame captured at ``t_s``, s from 0 on; None where its rate control leaves it out."""
        encoder = self._encoder
        encoder.small = order.small
        encoder.steer(
            cap_bps=order.bps, fps=order.fps, size_px=order.size_px, how=order.how,
            regions=order.regions,
        )  # fmt: skip
        before = encoder.sent.keyframes
        payloads, _ = encoder.encode(frame_of(yuv, t_s), order.keyframe)
        if not payloads:
            return None
        packets = tuple(len(one) + OVERHEAD_BYTES for one in payloads)
        return Coded(encoder.data, packets, encoder.sent.keyframes > before)

    def close(self) -> None:
        """It goes with its last name."""


class PlainCoder:
    """Any of `ENCODERS`, held by a buffer of a frame and a half."""

    def __init__(self, codec: str) -> None:
        self.decoder = DECODERS[codec]
        self._name = codec
        self._codec: Any = None
        self._opened: object = None

    def encode(self, yuv: Pixels, t_s: float, order: Order) -> Coded | None:
        """A frame captured at ``t_s``; another size or rate is another encoder."""
        size_px = fitted((yuv.shape[1], len(yuv) * 2 // 3), order.size_px)
        if self._opened != (size_px, order.bps) or order.keyframe:
            self._open(size_px, order)
        packets = self._codec.encode(frame_of(resized(yuv, size_px), t_s))
        if not packets:
            return None
        data = b"".join(map(bytes, packets))
        return Coded(data, wire_packets(len(data)), any(one.is_keyframe for one in packets))

    def close(self) -> None:
        """It goes with its last name."""

    def _open(self, size_px: tuple[int, int], order: Order) -> None:
        self._opened = (size_px, order.bps)
        bps = int(payload_bps(order.bps, order.fps))
        codec: Any = av.CodecContext.create(ENCODERS[self._name], "w")
        codec.width, codec.height = size_px
        codec.pix_fmt = "yuv420p"
        codec.framerate = Fraction(order.fps).limit_denominator(1000)
        codec.time_base = Fraction(1, CLOCK_HZ)
        codec.thread_count = 1
        codec.bit_rate, codec.gop_size = bps, 3000
        bounds = {"maxrate": str(bps), "bufsize": str(max(1000, int(1.5 * bps / order.fps)))}
        codec.options = bounds | _OPTIONS[self._name]
        if self._name == "vp8":
            codec.qmin, codec.qmax = 2, 63
        codec.open()
        self._codec = codec


def payload_bps(wire_bps: float, fps: float) -> float:
    """What an encoder may make so that its packets are ``wire_bps``; never under `LEAST_BPS`."""
    packets_per_s = max(fps, wire_bps / 8 / (PAYLOAD_BYTES + OVERHEAD_BYTES) + fps / 2)
    return max(wire_bps - 8 * OVERHEAD_BYTES * packets_per_s, LEAST_BPS, wire_bps / 8)


def wire_packets(payload_bytes: int) -> tuple[int, ...]:
    """Bytes of each packet of a frame on the wire."""
    whole, rest = divmod(payload_bytes, PAYLOAD_BYTES)
    sizes = [PAYLOAD_BYTES] * whole + ([rest] if rest else [])
    return tuple(size + OVERHEAD_BYTES for size in sizes)


def frame_of(yuv: Pixels, t_s: float = 0.0) -> av.VideoFrame:
    """An I420 array as encoders take it."""
    frame = av.VideoFrame.from_ndarray(yuv, format="yuv420p")
    frame.pts, frame.time_base = round(t_s * CLOCK_HZ), Fraction(1, CLOCK_HZ)
    return frame


def resized(yuv: Pixels, size_px: tuple[int, int]) -> Pixels:
    """An I420 array at another size; averaged where it shrinks, cubic where it grows."""
    width, height = yuv.shape[1], len(yuv) * 2 // 3
    if (width, height) == size_px:
        return yuv
    how = cv2.INTER_AREA if size_px[0] < width else cv2.INTER_CUBIC
    chroma = yuv[height:].reshape(2, height // 2, width // 2)
    half = (size_px[0] // 2, size_px[1] // 2)
    planes = [cv2.resize(yuv[:height], size_px, interpolation=how)]
    planes += [cv2.resize(plane, half, interpolation=how) for plane in chroma]
    flat = np.concatenate([plane.ravel() for plane in planes])
    return np.asarray(flat.reshape(size_px[1] * 3 // 2, size_px[0]), np.uint8)
