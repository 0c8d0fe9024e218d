"""One libx264 as this client uses it: each frame bounded to the byte, aimed from outside.

It is opened at a constant rate with a buffer of one frame, the shortest that x264 knows: then its
rate control holds every single frame, row by row, to rate / frame rate, and the rate of an open
encoder may be set before every frame (measured: no frame over its bound, P or I, and no keyframe
where the bound changes). Since frames aim at less than their bound, x264 finds that it could spend
more and stays at the least quantiser that it may use, `MIN_QP`; the quantiser of a frame is moved
from there by regions of interest.

Adaptive quantisation stays on, because without it x264 ignores every region of interest and says
nothing (ultrafast turns it off). A filter graph cannot be aimed anew once it is made, but it costs
half a millisecond with sixteen rectangles, and the encoder behind it notices nothing.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import av
from av.filter import Graph
from av.video.frame import PictureType

from artic_codecs.rectangles import Rectangle
from articgw.client.quantiser import MIN_QP

NOMINAL_FPS = 15
"""What x264 is told: its rate is a frame's bound, so many times."""
MOST_FRAME_BITS, LEAST_FRAME_BITS = 8_000_000, 500
_CLOCK_HZ = 90_000
_LAMBDA_PER_QP = 118
"""FFmpeg's FF_QP2LAMBDA, the unit of a packet's quality."""


class X264:
    """An encoder of pictures of one size; its first frame is a keyframe."""

    def __init__(self, size_px: tuple[int, int]) -> None:
        self.size_px = size_px
        codec: Any = av.CodecContext.create("libx264", "w")
        codec.width, codec.height = size_px
        codec.pix_fmt = "yuv420p"
        codec.framerate, codec.time_base = Fraction(NOMINAL_FPS), Fraction(1, NOMINAL_FPS)
        codec.bit_rate = MOST_FRAME_BITS * NOMINAL_FPS
        codec.options = {
            "preset": "veryfast",
            "tune": "zerolatency",
            "aq-mode": "1",
            "maxrate": str(codec.bit_rate),
            "bufsize": "1000",
            "threads": "1",
            "x264-params": "keyint=infinite:scenecut=0:qcomp=1:ipratio=1.1:qpstep=50"
            f":qpmin={MIN_QP:.0f}",
        }
        codec.profile = "Baseline"
        codec.open()
        self._codec = codec
        self.frames = 0
        """Coded so far."""

    def encode(
        self,
        picture: av.VideoFrame,
        rectangles: Iterable[Rectangle],
        *,
        most_bits: float,
        keyframe: bool = False,
    ) -> tuple[bytes, float | None]:
        """One picture in at most ``most_bits``; and by how much x264 went above `MIN_QP` for that,
        None where it does not tell. Offsets of ``rectangles`` count from `MIN_QP`.
        """
        bits = min(max(most_bits, LEAST_FRAME_BITS), MOST_FRAME_BITS)
        self._codec.bit_rate = int(bits * NOMINAL_FPS)
        shown = aimed(picture, rectangles)
        shown.pict_type = PictureType.I if keyframe else PictureType.NONE
        shown.pts, shown.time_base = self.frames, self._codec.time_base
        self.frames += 1
        packets = self._codec.encode(shown)
        began_qp = _began_qp(packets[0]) if packets else None
        return b"".join(map(bytes, packets)), None if began_qp is None else began_qp - MIN_QP


def aimed(picture: av.VideoFrame, rectangles: Iterable[Rectangle]) -> av.VideoFrame:
    """The picture with an offset of QP for each rectangle; the first listed is on top."""
    graph = Graph()
    source = graph.add_buffer(
        width=picture.width,
        height=picture.height,
        format=picture.format,
        time_base=Fraction(1, _CLOCK_HZ),
    )
    nodes = [source]
    for one in rectangles:
        x0, y0, x1, y1 = one.px
        place = f"x={x0}:y={y0}:w={x1 - x0}:h={y1 - y0}"
        nodes.append(graph.add("addroi", f"{place}:qoffset={one.qoffset:.5f}"))
    graph.link_nodes(*nodes, graph.add("buffersink"))
    graph.configure()
    graph.push(picture)
    shown = graph.pull()
    assert isinstance(shown, av.VideoFrame)
    return shown


def _began_qp(packet: Any) -> float | None:
    for data in packet.iter_sidedata():
        if data.data_type == "quality_stats":
            (quality,) = struct.unpack_from("<I", bytes(data))
            return float(quality / _LAMBDA_PER_QP)
    return None
