"""A video file as a film: even sizes, times counted from its first frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from articgw.errors import DatasetError
from devibench.samples import Box, Pixels


@dataclass(frozen=True, slots=True)
class VideoFilm:
    """One file; opened anew by each `frames`."""

    file: Path
    size_px: tuple[int, int]
    """Width, height; even."""
    fps: float
    """The mean where it varies."""
    seconds: float

    @classmethod
    def open(cls, file: Path) -> VideoFilm:
        """Raises `DatasetError` where it cannot be read or holds no picture."""
        try:
            with av.open(str(file)) as container:
                if not container.streams.video:
                    raise DatasetError(f"{file}:1", "holds no video")
                stream = container.streams.video[0]
                codec, rate = stream.codec_context, stream.average_rate
                length = container.duration / av.time_base if container.duration else 0.0
                if stream.duration and stream.time_base:
                    length = float(stream.duration * stream.time_base)
                if not rate or length <= 0 or min(codec.width, codec.height) < 2:
                    raise DatasetError(f"{file}:1", "holds no pictures")
                size_px = codec.width // 2 * 2, codec.height // 2 * 2
                return cls(file, size_px, float(rate), length)
        except (OSError, av.FFmpegError) as error:
            raise DatasetError(f"{file}:1", f"cannot be read ({error})") from error

    def frames(self, from_s: float, to_s: float) -> Iterator[tuple[float, Pixels]]:
        """Time and picture of each frame, from_s to before to_s. Raises `DatasetError`."""
        try:
            with av.open(str(self.file)) as container:
                stream = container.streams.video[0]
                base, start = float(stream.time_base or 0), stream.start_time or 0
                if from_s > 0 and base:
                    container.seek(start + int(from_s / base), stream=stream)
                for frame in container.decode(stream):
                    t_s = ((frame.pts or 0) - start) * base
                    if t_s >= to_s - 1e-6:
                        return
                    if t_s >= from_s - 1e-6:
                        planar = frame.reformat(*self.size_px, format="yuv420p")
                        yield t_s, np.asarray(planar.to_ndarray(), np.uint8)
        except (OSError, av.FFmpegError) as error:
            raise DatasetError(f"{self.file}:1", f"cannot be decoded ({error})") from error

    def boxes(self, t_s: float) -> Mapping[str, Box]:
        """Nobody knows."""
        return {}
