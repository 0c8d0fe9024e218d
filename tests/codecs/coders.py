"""Real encoders and decoders, set as calls set them, for pictures that must survive them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

LOOKS_S = 2
"""A rate buffer over a few looks, as packed pictures want it (media.md, 'Packing')."""


def options(codec: str, rate_bps: int) -> dict[str, str]:
    """For ``libx264`` or ``libvpx``, at a constant rate."""
    rate = {"maxrate": str(rate_bps), "bufsize": str(LOOKS_S * rate_bps)}
    if codec == "libx264":
        return {**rate, "preset": "veryfast", "tune": "zerolatency", "threads": "1"}
    realtime = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "threads": "1"}
    return {**rate, **realtime, "minrate": str(rate_bps)}


def coarsest(codec: str) -> dict[str, str]:
    """The worst that the codec can do to a picture."""
    if codec == "libx264":
        return {"preset": "veryfast", "tune": "zerolatency", "qp": "51", "threads": "1"}
    realtime = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "threads": "1"}
    return {**realtime, "qmin": "63", "qmax": "63"}


def through(
    codec: str, frames: Iterable[Pixels], *, fps: float, rate_bps: int, **more: str
) -> Iterator[tuple[Pixels | None, int]]:
    """Each I420 picture as it comes out at the far end, None where it does not, and its bytes.

    ``more`` replaces all options. A picture of another size opens a new encoder, as in a call.
    """
    encoder: Any = None
    decoder: Any = av.CodecContext.create("h264" if codec == "libx264" else "vp8", "r")
    decoder.thread_count = 1
    decoder.flags = av.codec.context.Flags.low_delay
    for number, yuv in enumerate(frames):
        picture = av.VideoFrame.from_ndarray(yuv, format="yuv420p")
        if encoder is None or (encoder.width, encoder.height) != (picture.width, picture.height):
            encoder = _open(codec, picture, fps, rate_bps, more or options(codec, rate_bps))
        picture.pts, picture.time_base = number, encoder.time_base
        packets = encoder.encode(picture)
        shown = [frame for packet in packets for frame in decoder.decode(packet)]
        size = sum(packet.size for packet in packets)
        yield (shown[-1].to_ndarray(format="yuv420p") if shown else None), size


def _open(
    codec: str, picture: av.VideoFrame, fps: float, rate_bps: int, wanted: dict[str, str]
) -> Any:
    encoder: Any = av.CodecContext.create(codec, "w")
    encoder.width, encoder.height, encoder.pix_fmt = picture.width, picture.height, "yuv420p"
    encoder.framerate = Fraction(fps).limit_denominator(100)
    encoder.time_base = 1 / encoder.framerate
    encoder.bit_rate = rate_bps
    encoder.gop_size = 10_000
    encoder.options = wanted
    if codec == "libx264":
        encoder.profile = "Baseline"
    encoder.open()
    return encoder
