"""Films that were encoded beforehand: a sender of them costs its machine no encoding.

One film has a key frame each ``group`` frames, as a camera that obeys no request for one; with a
group of 1 every frame stands alone, as an obedient sender's do while nobody asks.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, Literal

import av
from aiortc.codecs.h264 import H264Encoder
from aiortc.codecs.vpx import Vp8Encoder
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType

from tests.bench._common import OUT
from tests.bench._doors_film import LOOP_S, views

Codec = Literal["H264", "VP8"]

SIZE_PX = (1280, 720)
BPS = 1_000_000
ALONE_BYTES = 12_500
"""100 kb/s at a frame a second: what the gateway allows an idle sender."""
_FILMS = OUT / "capacity"
_X264 = {"preset": "veryfast", "tune": "zerolatency", "profile": "baseline"}
_VPX = {
    "deadline": "realtime",
    "cpu-used": "-6",
    "lag-in-frames": "0",
    "noise-sensitivity": "4",
    "static-thresh": "1",
}


@dataclass(frozen=True, slots=True)
class Film:
    """What is filmed how."""

    codec: Codec
    fps: int
    group: int
    """Frames from one key frame to the next."""

    @property
    def frames(self) -> int:
        """Of one round: whole groups, and at least `LOOP_S`."""
        return -(-LOOP_S * self.fps // self.group) * self.group


@cache
def payloads(film: Film) -> tuple[tuple[bytes, ...], ...]:
    """RTP payloads of each frame, for ever the same; kept on disk, as encoding takes seconds."""
    return tuple(_packetized(film.codec, number, data) for number, data in enumerate(_coded(film)))


def _coded(film: Film) -> list[bytes]:
    kept = _FILMS / f"{film.codec}-{film.fps}-{film.group}.pickle"
    if kept.is_file():
        frames: list[bytes] = pickle.loads(kept.read_bytes())
        return frames
    frames = _encoded(film)
    kept.parent.mkdir(parents=True, exist_ok=True)
    partial = kept.with_suffix(".part")
    partial.write_bytes(pickle.dumps(frames))
    partial.replace(kept)
    return frames


def _encoded(film: Film) -> list[bytes]:
    """The second of two rounds: by then the encoder knows what the film takes."""
    context = av.CodecContext.create("libx264" if film.codec == "H264" else "libvpx", "w")
    assert isinstance(context, VideoCodecContext)
    context.width, context.height = SIZE_PX
    context.pix_fmt, context.time_base = "yuv420p", Fraction(1, film.fps)
    bps = BPS if film.group > 1 else 8 * ALONE_BYTES * film.fps
    context.gop_size, context.bit_rate = film.group, bps
    buffer_bits = bps if film.group > 1 else 8 * ALONE_BYTES
    rate = {"maxrate": str(bps), "bufsize": str(buffer_bits)}
    if film.codec == "H264":
        group = f"keyint={film.group}:min-keyint={film.group}:scenecut=0:repeat-headers=1"
        context.options = {**_X264, **rate, "x264-params": group}
    else:
        context.options = {**_VPX, **rate, "minrate": str(bps)}
    packets = list[bytes]()
    for number, yuv in enumerate([*views(SIZE_PX, film.frames)] * 2):
        frame = av.VideoFrame.from_ndarray(yuv, format="yuv420p")
        frame.pts = number
        frame.pict_type = PictureType.I if number % film.group == 0 else PictureType.NONE
        packets += map(bytes, context.encode(frame))
    packets += map(bytes, context.encode(None))
    return packets[-film.frames :]


def _packetized(codec: Codec, number: int, data: bytes) -> tuple[bytes, ...]:
    """By aiortc's own packetisers."""
    h264: Any = H264Encoder
    vp8: Any = Vp8Encoder
    if codec == "H264":
        return tuple(h264._packetize(h264._split_bitstream(data)))
    return tuple(vp8._packetize(data, number % (1 << 15)))
