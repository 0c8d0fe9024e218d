"""What is known of how a picture was coded; it travels with the frame.

    decoder guard: note ─▶ picture ─▶ CodedMemory ─▶ Coded ─▶ Frame ─▶ look_quality.py

A block that was skipped carries a predicted QP, but looks as its reference does; so a region counts
as good as it was at its best in the last second. That holds while the picture stands still or is
followed; what has moved away under the box is not noticed.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

import av

from artic_codecs import Box
from articgw.quantisers import Qps, qps_of, region_qp

REMEMBERED_S = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class CodedPicture:
    """One, as it was decoded."""

    captured_t: float
    size_px: tuple[int, int]
    qps: Qps | None
    """None where the decoder does not tell, as of VP8."""
    bits: int | None
    """On the wire, without headers; None where nobody counted."""


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """One picture of a stream, and those of the second before it."""

    own: CodedPicture
    before: tuple[CodedPicture, ...] = ()
    window: Box | None = None
    """Of a packed picture: where its window is in the camera's frame ..."""
    window_at: Box | None = None
    """... and where in the picture as coded."""

    @property
    def bits_per_px(self) -> float | None:
        """Of the whole picture as it was coded."""
        width, height = self.own.size_px
        return None if self.own.bits is None else self.own.bits / (width * height)

    def region_qp(self, box: Box) -> float | None:
        """Mean QP of a part of the camera's frame, at its best; None where nothing is known.

        Nothing is known either of what a packed picture shows only small.
        """
        part = self._as_coded(box)
        known = [one for one in (*self.before, self.own) if one.size_px == self.own.size_px]
        if part is None:
            return None
        seen = [region_qp(o.qps, (part,), o.size_px)[0] for o in known if o.qps is not None]
        return min(seen, default=None)

    def packed(self, window: Box, window_at: Box) -> Coded:
        """The same, once it is known where things lie."""
        return replace(self, window=window, window_at=window_at)

    def _as_coded(self, box: Box) -> Box | None:
        if self.window is None or self.window_at is None:
            return box
        x0, x1 = _moved((box[0], box[2]), self.window[0::2], self.window_at[0::2])
        y0, y1 = _moved((box[1], box[3]), self.window[1::2], self.window_at[1::2])
        return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


@dataclass(frozen=True, slots=True, eq=False)
class _Noted:
    bits: int | None
    qps: Qps | None


_NOTHING = _Noted(None, None)


class CodedMemory:
    """The last second of one stream."""

    def __init__(self) -> None:
        self._pictures: deque[CodedPicture] = deque()

    def on_picture(self, picture: av.VideoFrame, captured_t: float) -> Coded:
        """Remember one, as it was decoded; ``captured_t`` in s, rising."""
        while self._pictures and self._pictures[0].captured_t <= captured_t - REMEMBERED_S:
            self._pictures.popleft()
        noted = picture.opaque if isinstance(picture.opaque, _Noted) else _NOTHING
        size_px = (picture.width, picture.height)
        own = CodedPicture(captured_t, size_px, noted.qps, noted.bits)
        coded = Coded(own, tuple(self._pictures))
        self._pictures.append(own)
        return coded


def note(picture: av.VideoFrame, data: bytes) -> None:
    """Keep with a picture what it was made from: 0.1 ms for 720p, in the decoder's thread."""
    picture.opaque = _Noted(8 * len(data), qps_of(picture))


def _moved(
    ends: tuple[float, float], source: tuple[float, ...], target: tuple[float, ...]
) -> tuple[float, float]:
    low, high = (min(max(end, source[0]), source[1]) for end in ends)
    scale = (target[1] - target[0]) / (source[1] - source[0])
    return target[0] + (low - source[0]) * scale, target[0] + (high - source[0]) * scale
