"""The coded frames of a stream that a decoder needs for its newest picture, and has not seen.

A key frame needs nothing before it, so with each one the frames before it are let go: with short
groups of pictures nothing but the last few frames is ever decoded. Where no key frame comes, the
frames pile up, and with them the time that the next look would take. Then there are two ways out:
to ask the sender for a key frame, whose bits the link must have to spare, or to decode what is
there, which costs the gateway. A key frame is asked for where the link carries twice what is sent,
and not more often than each 5 s; a sender that gives none is decoded, as every other receiver does.
Nothing is dropped while it waits: a picture that rests on a missing one is torn.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from articgw.decoding.needless import rests_nothing_on

MOST_FRAMES = 150
"""5 s of 30 a second: 0.2 s of a core to catch up with at 720p (1.4 ms each)."""
MOST_BYTES = 4 << 20
"""6 Mb/s for 5 s."""
ASK_EVERY_S = 5.0
ANSWERS_S = 1.0
"""A sender that has sent no key frame by then sends none."""
ROOM = 2.0
"""A key frame is four to ten times as large as another one; it must not stop up the link."""
FEW_FPS = 3.0
"""Frames that come so seldom cost less to decode than a key frame to send."""


@dataclass(frozen=True, slots=True)
class Pending:
    """One whole frame, as it was coded."""

    data: bytes
    pts: int
    """RTP time, 90 kHz, from the first frame on."""
    captured_t: float
    """s on the gateway's clock."""
    arrived_t: float
    """s on the gateway's clock."""
    codec: Any
    """As the decoder's maker wants it; has a ``name``."""
    key: bool


class Due(StrEnum):
    """What must be done about what waits."""

    NOTHING = "nothing"
    KEY_FRAME = "key frame"
    DECODE = "decode"


class Group:
    """Of one stream."""

    def __init__(self) -> None:
        self._waiting: deque[Pending] = deque()
        self._bytes = 0
        self._asked_t = float("-inf")
        self.passed_over = 0
        """Frames that nobody had decoded when the next key frame came."""

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def newest_t(self) -> float | None:
        """Capture time of the newest frame that waits."""
        return self._waiting[-1].captured_t if self._waiting else None

    def on_frame(self, frame: Pending) -> None:
        """The next frame of the stream: nothing that it rests on is missing."""
        if frame.key:
            self.passed_over += len(self._waiting)
            self._waiting.clear()
            self._bytes = 0
        self._waiting.append(frame)
        self._bytes += len(frame.data)

    def take(self) -> tuple[Pending, ...]:
        """What leads to the newest picture, oldest first; it is the caller's now."""
        frames = tuple(self._waiting)
        self._waiting.clear()
        self._bytes = 0
        last = len(frames) - 1
        return tuple(
            frame
            for at, frame in enumerate(frames)
            if at == last or not rests_nothing_on(frame.codec.name, frame.data)
        )

    def is_long(self, *, now: float) -> bool:
        """Something must be done about what waits."""
        if not self._waiting:
            return False
        enough = len(self._waiting) >= MOST_FRAMES or self._bytes >= MOST_BYTES
        return enough or now - self._waiting[0].arrived_t >= ASK_EVERY_S

    def due(self, *, estimate_bps: int, received_bps: int, now: float) -> Due:
        """``estimate_bps``: what the link carries; ``now`` in s. What it returns counts as done."""
        if not self.is_long(now=now):
            return Due.NOTHING
        waited_s = now - self._asked_t
        if waited_s < ANSWERS_S and not self._is_full():
            return Due.NOTHING
        has_room = estimate_bps >= ROOM * received_bps
        if waited_s < ASK_EVERY_S or not has_room or self._is_sparse():
            return Due.DECODE
        self._asked_t = now
        return Due.KEY_FRAME

    def _is_full(self) -> bool:
        return len(self._waiting) >= 2 * MOST_FRAMES or self._bytes >= 2 * MOST_BYTES

    def _is_sparse(self) -> bool:
        lasts_s = self._waiting[-1].arrived_t - self._waiting[0].arrived_t
        return len(self._waiting) <= 1 + FEW_FPS * lasts_s
