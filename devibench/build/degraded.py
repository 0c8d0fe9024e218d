"""Transcode a segment to few bits by a real encoder, and put the middle pictures side by side.

x264 at an average rate with a buffer of half a second, as a sender in real time would; a segment is
coded whole, so that the picture in its middle has what the rate gave it by then. The left half of
the pair is the original.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from devibench.build.ledger import Decision
from devibench.build.segments import Segment

Pixels = NDArray[np.uint8]
DEGRADED_BPS = 200_000
"""DeViBench's."""
MOST_OVER = 1.5
"""Of the asked rate: a segment that needs more even at the coarsest is no example of it."""
GAP_PX = 8
LONGEST_PX = 2400
"""Of a pair."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The same instant twice, (height, width, 3) RGB."""

    original: Pixels
    degraded: Pixels
    bps: float
    """What the degraded one was really coded at."""


class NoPictures(ValueError):
    """The segment cannot be used; the text says why."""


def transcode(folder: Path, segment: Segment, bps: int) -> Pair:
    """Raises `NoPictures`, or what av raises where the video is broken."""
    pictures = _read(folder / segment.video, segment)
    if len(pictures) < 2:
        raise NoPictures("fewer than two pictures")
    packets = _encode(pictures, segment.seconds, bps)
    middle = len(pictures) // 2
    decoded = _decode(packets)
    if len(decoded) != len(pictures):
        raise NoPictures("the encoder lost pictures")
    sent_bps = 8 * sum(len(bytes(packet)) for packet in packets.packets) / segment.seconds
    return Pair(_rgb(pictures[middle]), _rgb(decoded[middle]), sent_bps)


def degrade(folder: Path, out: Path, segment: Segment, bps: int) -> Decision:
    """Write the stills and the pair of a segment into ``out``, or say why not."""
    try:
        pair = transcode(folder, segment, bps)
    except NoPictures as error:
        return Decision(segment.key, str(error))
    except (OSError, av.FFmpegError) as error:
        return Decision(segment.key, "cannot be decoded", {"error": str(error)})
    if pair.bps > MOST_OVER * bps:
        return Decision(segment.key, "cannot be coded so small", {"bps": round(pair.bps)})
    out.mkdir(parents=True, exist_ok=True)
    _write(out / f"{segment.stem}.original.png", pair.original)
    _write(out / f"{segment.stem}.degraded.png", pair.degraded)
    _write(out / f"{segment.stem}.jpg", beside(pair))
    data = {
        "video": segment.video, "start_s": segment.start_s, "stem": segment.stem,
        "bps": round(pair.bps),
    }  # fmt: skip
    return Decision(segment.key, data=data)


def beside(pair: Pair) -> Pixels:
    """Original left, degraded right, a white gap between; made smaller where it is very wide."""
    gap = np.full((len(pair.original), GAP_PX, 3), 255, np.uint8)
    both = np.hstack([pair.original, gap, pair.degraded])
    scale = min(1.0, LONGEST_PX / both.shape[1])
    if scale < 1:
        both = np.asarray(
            cv2.resize(both, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
        )
    return both


def still(file: Path) -> av.VideoFrame:
    """A stored picture as a decoder would give it. Raises ``OSError`` where it is not there."""
    found = cv2.imread(str(file), cv2.IMREAD_COLOR_RGB)
    if found is None:
        raise OSError(f"{file} is not a picture")
    height, width = found.shape[0] // 2 * 2, found.shape[1] // 2 * 2
    rgb = np.ascontiguousarray(found[:height, :width], np.uint8)
    return av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(format="yuv420p")


@dataclass(frozen=True, slots=True)
class _Coded:
    codec: av.VideoCodecContext
    packets: list[av.Packet[av.VideoStream]]


def _read(file: Path, segment: Segment) -> list[av.VideoFrame]:
    found = []
    with av.open(str(file)) as container:
        stream = container.streams.video[0]
        if segment.start_s > 0 and stream.time_base:
            container.seek(int(segment.start_s / stream.time_base), stream=stream)
        for frame in container.decode(stream):
            t = frame.time or 0.0
            if t >= segment.start_s + segment.seconds - 1e-6:
                break
            if t >= segment.start_s - 1e-6:
                width, height = frame.width // 2 * 2, frame.height // 2 * 2
                found.append(frame.reformat(width=width, height=height, format="yuv420p"))
    return found


def _encode(pictures: list[av.VideoFrame], seconds: float, bps: int) -> _Coded:
    codec = av.VideoCodecContext.create("libx264", "w")
    codec.width, codec.height = pictures[0].width, pictures[0].height
    codec.pix_fmt = "yuv420p"
    codec.bit_rate = bps
    rate = Fraction(len(pictures) / seconds).limit_denominator(1001)
    codec.framerate, codec.time_base = rate, 1 / rate
    codec.options = {
        "preset": "fast", "tune": "zerolatency", "maxrate": str(bps), "bufsize": str(bps // 2),
        "threads": "1",
    }  # fmt: skip
    packets = []
    for number, picture in enumerate(pictures):
        picture.pts, picture.time_base = number, 1 / rate
        picture.pict_type = av.video.frame.PictureType.NONE
        packets += codec.encode(picture)
    return _Coded(codec, packets + codec.encode(None))


def _decode(coded: _Coded) -> list[av.VideoFrame]:
    decoder = av.VideoCodecContext.create("h264", "r")
    found = []
    for packet in coded.packets:
        found += decoder.decode(packet)
    return found + decoder.decode(None)


def _rgb(frame: av.VideoFrame) -> Pixels:
    return np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)


def _write(file: Path, rgb: Pixels) -> None:
    if not cv2.imwrite(str(file), cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)):
        raise OSError(f"{file} cannot be written")
