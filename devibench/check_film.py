"""Check NAME.mkv against its JSON: form, size, rate, number and times of the frames.

Packets are counted, not decoded, but for the first: a set is checked in the time it takes to read.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from devibench.clipset import ClipMeta
from devibench.complaint import Complaint
from devibench.marks import Marked

TIME_SLACK_S = 0.002
"""Matroska's clock ticks in ms."""


def check_film(film: Path, json_file: Path, marked: Marked, meta: ClipMeta) -> Iterator[Complaint]:
    """Complaints name the film, or the line of the JSON that disagrees with it."""
    import av

    def disagrees(key: str, says: object, has: object) -> Complaint:
        text = f"{key} is {says}, but {film.name} has {has}; make them agree"
        return Complaint(json_file, marked.line([key]), text)

    try:
        with av.open(str(film)) as container:
            if not container.streams.video:
                yield Complaint(film, 1, "has no picture; write a video track")
                return
            stream = container.streams.video[0]
            pixels, size = stream.codec_context.pix_fmt, (stream.width, stream.height)
            rate = float(stream.average_rate or 0)
            first = next(container.decode(stream), None)
            container.seek(0)
            packets = (packet for packet in container.demux(stream) if packet.size)
            times = sorted(float((p.pts or 0) * (p.time_base or 0)) for p in packets)
    except (OSError, av.FFmpegError) as error:
        yield Complaint(film, 1, f"cannot be decoded ({error}); write it again")
        return
    if first is None:
        yield Complaint(film, 1, "its first frame cannot be decoded; write it again")
        return
    if pixels != "yuv420p":
        yield Complaint(film, 1, f"is {pixels}; write it as yuv420p")
    if size != tuple(meta.size_px):
        yield disagrees("size_px", list(meta.size_px), list(size))
    if abs(rate - meta.fps) > 0.01:
        yield disagrees("fps", meta.fps, f"{rate:g}")
    if len(times) != meta.frames:
        yield disagrees("frames", meta.frames, len(times))
    elif abs(rate - meta.fps) <= 0.01:
        late = [n for n, t in enumerate(times) if abs(t - n / meta.fps) > TIME_SLACK_S]
        if late:
            text = (
                f"frame {late[0]} is shown at {times[late[0]]:.3f} s, not {late[0] / meta.fps:.3f}"
            )
            yield Complaint(film, 1, f"{text}; write a constant rate that starts at 0")
