"""Collect: which five seconds of which videos.

Every video below the folder is cut into segments of equal length from its beginning; what is left
at the end is not used. The picture that is asked about is the middle one.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import av

from devibench.build.ledger import Decision

SUFFIXES = (".mp4", ".mkv", ".webm", ".mov", ".avi", ".m4v")
SEGMENT_S = 5.0
"""DeViBench's."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a video."""

    video: str
    """Below the folder, with forward slashes."""
    start_s: float
    seconds: float

    @property
    def key(self) -> str:
        """Of all that comes of it."""
        return f"{self.video}@{self.start_s:09.3f}"

    @property
    def stem(self) -> str:
        """The key as the name of a file."""
        return "".join(sign if sign.isalnum() or sign in "-." else "_" for sign in self.key)


def video_files(folder: Path) -> tuple[str, ...]:
    """Below the folder, in order of their names."""
    found = (path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    return tuple(sorted(path.relative_to(folder).as_posix() for path in found if path.is_file()))


def collect(folder: Path, video: str, seconds: float, most: int) -> Decision:
    """A video's segments, at most ``most``, spread over it; rejected where there is none."""
    try:
        length_s = _length_s(folder / video)
    except (OSError, av.FFmpegError, ValueError) as error:
        return Decision(video, "cannot be decoded", {"error": str(error)})
    count = int(length_s / seconds + 1e-6)
    if count == 0:
        return Decision(video, "shorter than a segment", {"seconds": round(length_s, 3)})
    taken = min(count, most)
    starts = [seconds * (place * count // taken) for place in range(taken)]
    return Decision(video, data={"starts_s": starts})


def segments(decision: Decision, seconds: float) -> tuple[Segment, ...]:
    """Those of a video that was accepted."""
    starts = decision.data["starts_s"]
    return tuple(Segment(decision.key, float(start), seconds) for start in starts)


def _length_s(file: Path) -> float:
    with av.open(str(file)) as container:
        if not container.streams.video:
            raise ValueError("it has no picture")
        stream = container.streams.video[0]
        if next(container.decode(stream), None) is None:
            raise ValueError("its first picture cannot be decoded")
        if container.duration is not None:
            return float(container.duration / av.time_base)
        rate = stream.average_rate
        return float(stream.frames / rate) if rate else 0.0
