"""Encoders and decoders of the arms: frames in, packets out, pictures back.

Everything through PyAV, one thread each. Regions reach x264 as FFmpeg's `addroi`; a new set of
rectangles is a new filter graph in front of the same encoder. The rate that an encoder is opened
with is what the wire leaves after the headers of its packets. x264 is held by its VBV buffer alone,
at a constant quality that no rate here reaches: its average-rate control left a third unused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, cast

import av
import numpy as np
from av.filter import Graph
from numpy.typing import NDArray

from artic_codecs.rectangles import Rectangle
from tests.bench._codecs_wire import (
    OVERHEAD_BYTES,
    PAYLOAD_BYTES,
    Coded,
    h264_payload_bytes,
    wire_bits,
)

Pixels = NDArray[np.uint8]
Codec = Literal["x264", "vp8"]
Picture = tuple[int, Pixels]
"""Frame number and I420 array."""
Aim = Callable[[int], Sequence[Rectangle]]
"""The rectangles of the frame of that number."""
LEAST_BPS = 4_000.0
CLOCK_HZ = 90_000

OPTIONS: dict[Codec, dict[str, str]] = {
    "x264": {
        "preset": "veryfast",
        "tune": "zerolatency",
        "crf": "18",
        "x264-params": "keyint=infinite:scenecut=0",
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
DECODERS: dict[Codec, str] = {"x264": "h264", "vp8": "vp8"}


@dataclass(frozen=True, slots=True)
class Settings:
    """How an encoder is opened."""

    codec: Codec
    fps: float
    vbv_s: float
    """Of the rate, that the rate control may spend at once."""


def payload_bps(wire_bps: float, fps: float) -> float:
    """What an encoder may make so that its packets are ``wire_bps``; never under `LEAST_BPS`."""
    packets_per_s = max(fps, wire_bps / 8 / (PAYLOAD_BYTES + OVERHEAD_BYTES) + fps / 2)
    return max(wire_bps - 8 * OVERHEAD_BYTES * packets_per_s, LEAST_BPS, wire_bps / 8)


def encode(
    pictures: Iterable[Picture],
    rate_bps: float,
    settings: Settings,
    *,
    film_fps: float,
    aim: Aim | None = None,
) -> Iterator[Coded]:
    """The pictures as packets; their numbers count frames of a film of ``film_fps``.

    Another size of the picture opens the encoder anew, with a keyframe.
    """
    codec: Any = None
    aimer = Aimer()
    for number, yuv in pictures:
        size_px = (yuv.shape[1], len(yuv) * 2 // 3)
        if codec is not None and (codec.width, codec.height) != size_px:
            yield from _coded(codec.encode(None), settings.codec, film_fps)
            codec = None
        if codec is None:
            codec = _open(size_px, rate_bps, settings)
        frame = av.VideoFrame.from_ndarray(yuv, format="yuv420p")
        frame.pts, frame.time_base = round(number / film_fps * CLOCK_HZ), Fraction(1, CLOCK_HZ)
        if aim is not None:
            frame = aimer.aimed(frame, aim(number))
        yield from _coded(codec.encode(frame), settings.codec, film_fps)
    if codec is not None:
        yield from _coded(codec.encode(None), settings.codec, film_fps)


def decode(frames: Iterable[Coded], codec: Codec, wanted: frozenset[int]) -> dict[int, Pixels]:
    """The pictures of the wanted numbers, as a receiver that got all of them has them."""
    pictures: dict[int, Pixels] = {}
    last = max(wanted, default=-1)
    decoder: Any = av.CodecContext.create(DECODERS[codec], "r")
    decoder.thread_count = 1
    for frame in frames:
        if frame.number > last:
            break
        for picture in decoder.decode(av.Packet(frame.data)):
            if frame.number in wanted:
                pictures[frame.number] = cast(Pixels, picture.to_ndarray(format="yuv420p"))
    return pictures


class Aimer:
    """Hands rectangles to an encoder with each frame; its graph lasts as long as they stay."""

    def __init__(self) -> None:
        self._rectangles: Sequence[Rectangle] | None = None
        self._graph: Graph | None = None

    def aimed(self, frame: av.VideoFrame, rectangles: Sequence[Rectangle]) -> av.VideoFrame:
        """The same picture, with regions of interest."""
        if self._graph is None or rectangles != self._rectangles:
            self._graph, self._rectangles = _graph_for(frame, rectangles), rectangles
        self._graph.push(frame)
        aimed = self._graph.pull()
        assert isinstance(aimed, av.VideoFrame)
        return aimed


def _graph_for(frame: av.VideoFrame, rectangles: Sequence[Rectangle]) -> Graph:
    graph = Graph()
    last: Any = graph.add_buffer(
        width=frame.width,
        height=frame.height,
        format=frame.format,
        time_base=frame.time_base,
    )
    for one in rectangles:
        x0, y0, x1, y1 = one.px
        where = f"x={x0}:y={y0}:w={x1 - x0}:h={y1 - y0}:qoffset={one.qoffset:.5f}"
        region = graph.add("addroi", where)
        last.link_to(region)
        last = region
    last.link_to(graph.add("buffersink"))
    graph.configure()
    return graph


def _coded(packets: Iterable[Any], codec: Codec, film_fps: float) -> Iterator[Coded]:
    for packet in packets:
        data = bytes(packet)
        payload = h264_payload_bytes(data) if codec == "x264" else len(data)
        captured_t = float(packet.pts * packet.time_base)
        number = round(captured_t * film_fps)
        yield Coded(number, captured_t, data, wire_bits(payload), packet.is_keyframe)


def _open(size_px: tuple[int, int], rate_bps: float, settings: Settings) -> Any:
    bps = int(payload_bps(rate_bps, settings.fps))
    codec: Any = av.CodecContext.create({"x264": "libx264", "vp8": "libvpx"}[settings.codec], "w")
    codec.width, codec.height = size_px
    codec.pix_fmt = "yuv420p"
    codec.framerate = Fraction(settings.fps).limit_denominator(1000)
    codec.time_base = Fraction(1, CLOCK_HZ)
    codec.thread_count = 1
    bounds = {"maxrate": str(bps), "bufsize": str(max(1000, int(bps * settings.vbv_s)))}
    codec.options = bounds | OPTIONS[settings.codec]
    if settings.codec == "vp8":
        codec.bit_rate = bps
        codec.qmin, codec.qmax, codec.gop_size = 2, 63, 3000
    codec.open()
    return codec
