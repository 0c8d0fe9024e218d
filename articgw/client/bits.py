"""How many bits may the next frame have, so that the stream stays under its rate?

A leaky bucket (as in ITU-T H.264 Annex C) says how many; quantiser.py, which quantiser gives them.
x264's own rate control is not used for that: it believes in one frame rate, and an open encoder
takes two seconds to follow a higher rate.

    debt     bits sent beyond rate * time; below zero it is credit, of at most one burst
    budget   rate * interval, less a share of the debt; or with all of the credit at once
    window   whatever second holds the next frame, or time of four looks where that is longer, has
             its bound, which bounds the frame (x264.py); one that cannot fit is left out
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

BURST_S, BURST_FRAMES = 0.16, 1.6
"""A keyframe is at most so much of the rate: 12 kB at 600 kb/s, 2.4 mean frames at 15 fps."""
ROOM_FRAMES, ROOM_S, LEAST_ROOM = 2.6, 0.26, 1.3
"""No frame is larger than so many mean ones but a keyframe that was asked for; and where frames are
few, none takes the link longer than that, or than the third of mean frames: it would make the next
one late, and the few after it pay for it by nearly nothing each."""
AIM = 0.96
"""Share of the rate that is aimed at: frames miss their budget, and a cap is a cap."""
WINDOW_S, WINDOW_LOOKS, OVER = 1.0, 4, 1.04
"""No such window, the longer of both, holds more than that share of its rate."""
MOST_WAIT = 0.9
"""A frame that is large even at its worst waits for at most so much of a second's bits."""
PAY_S = 0.4
"""Debt is paid back over so long."""
DROP_S, DROP_FRAMES = 0.35, 1.2
"""Deeper in debt than both, a frame is left out."""
KEYFRAME_SHARE = 0.7
"""Even in debt, a keyframe may have so much of a frame's bits."""
KEYFRAME_BITS_PER_BLOCK, KEYFRAME_FRAMES = 14.0, 7.0
"""And where it was asked for, it is worth waiting for so much, but for no more than that many mean
frames: with half of it the frames after it cost as much again."""
LEAST_SHARE = 0.2
"""With less of its mean left in the window, a frame is left out."""
LOOK_S, LOOK_BITS_PER_BLOCK = 0.5, 24.0
"""Frames that come so seldom are looks of their own, each a keyframe, where a keyframe has so much
for each 16x16 block. With less it is mush, because seven bits a block go to say nothing: 720p twice
a second at 50 kb/s is worth 12 dB, and 18 dB where a look builds on the one before."""
LOOK_FRAMES = 1.15
"""A look is at most so much of its mean."""
MAX_INTERVAL_S, INTERVAL_GAIN = 1.0, 0.2
MIN_BUDGET_BITS = 800.0


@dataclass(frozen=True, slots=True)
class FrameBudget:
    """What the next frame may cost."""

    interval_s: float
    """Until the frame after it, as far as is known."""
    mean_bits: float
    """Share of one frame."""
    bits: float
    """Aim of the frame."""
    most_bits: float
    """What it may not exceed."""
    keyframe_bits: float
    """What a keyframe that was asked for may not exceed."""
    drop: bool
    """The debt is too deep: send nothing now."""


def stands_alone(rate_bps: float, interval_s: float, blocks: int) -> bool:
    """Is each frame to be a keyframe, at this rate and for a picture of so many blocks?"""
    return interval_s >= LOOK_S and rate_bps * interval_s >= LOOK_BITS_PER_BLOCK * blocks


class BitBucket:
    """What may be sent, by a rate and an interval that may change with every frame."""

    def __init__(self) -> None:
        self._debt_bits = 0.0
        self._rate_bps: float | None = None
        self._last_t = 0.0
        self._window: deque[list[float]] = deque()

    def budget(
        self,
        *,
        rate_bps: float,
        interval_s: float,
        now: float,
        blocks: int = 0,
        alone: bool = False,
        least_bits: float = 0.0,
    ) -> FrameBudget:
        """Budget of the frame that is taken ``now``; frames come ``interval_s`` apart.

        ``blocks``: of 16x16 px, how many the picture has. ``alone``: each frame is a keyframe, so
        that none can be larger than another. ``least_bits``: what it takes, even at its worst.
        """
        aim_bps = AIM * rate_bps
        frame_bits = aim_bps * interval_s
        frames = 1.0 if alone else BURST_FRAMES
        burst_bits = max(aim_bps * BURST_S, frames * frame_bits)
        since_s = interval_s if self._rate_bps is None else max(0.0, now - self._last_t)
        if self._rate_bps is not None and rate_bps < self._rate_bps:
            self._debt_bits *= rate_bps / self._rate_bps if self._debt_bits > 0 else 1.0
        self._debt_bits = max(self._debt_bits - aim_bps * since_s, -burst_bits)
        self._rate_bps, self._last_t = rate_bps, now
        left_bits = self._left(OVER * rate_bps, interval_s, now)
        late_bits = self._debt_bits + frame_bits
        paid_bits = late_bits * (min(1.0, interval_s / PAY_S) if late_bits > 0 else 1.0)
        room_frames = min(ROOM_FRAMES, max(LEAST_ROOM, ROOM_S / interval_s))
        room_bits = (LOOK_FRAMES if alone else room_frames) * frame_bits
        key_bits = max(burst_bits - max(0.0, late_bits), KEYFRAME_SHARE * frame_bits)
        key_bits = max(
            key_bits, min(KEYFRAME_BITS_PER_BLOCK * blocks, KEYFRAME_FRAMES * frame_bits)
        )
        bits = max(frame_bits - paid_bits, LEAST_SHARE * frame_bits)
        return FrameBudget(
            interval_s=interval_s,
            mean_bits=frame_bits,
            bits=max(min(bits, left_bits), MIN_BUDGET_BITS),
            most_bits=max(min(room_bits, left_bits), MIN_BUDGET_BITS),
            keyframe_bits=max(min(room_bits if alone else key_bits, left_bits), MIN_BUDGET_BITS),
            drop=left_bits < max(LEAST_SHARE * frame_bits, min(least_bits, MOST_WAIT * rate_bps))
            or late_bits > aim_bps * max(DROP_S, DROP_FRAMES * interval_s),
        )

    def spend(self, bits: float) -> None:
        """That was sent."""
        self._debt_bits += bits
        self._window[-1][1] += bits

    def _left(self, most_bps: float, interval_s: float, now: float) -> float:
        window_s = max(WINDOW_S, WINDOW_LOOKS * interval_s)
        while self._window and self._window[0][0] <= now - window_s + 0.1 * interval_s:
            self._window.popleft()
        self._window.append([now, 0.0, most_bps])
        left_bits, since_bits, next_t = math.inf, 0.0, now
        for t, bits, bps in reversed(self._window):
            since_bits += bps * (next_t - t) - bits
            left_bits = min(left_bits, since_bits + most_bps * (t + window_s - now))
            next_t = t
        return left_bits


class Interval:
    """How far apart frames really come: a camera may be slower than what is asked of it."""

    def __init__(self) -> None:
        self._asked_fps = 0.0
        self._mean_s = 0.0
        self._last_t: float | None = None

    def on_frame(self, asked_fps: float, now: float) -> float:
        """Expected time to the next frame, s; never less than 1 / ``asked_fps``."""
        asked_s = 1 / asked_fps
        if self._last_t is None or asked_fps != self._asked_fps:
            self._asked_fps, self._mean_s = asked_fps, asked_s
        else:
            since_s = min(max(now - self._last_t, 0.0), MAX_INTERVAL_S)
            self._mean_s += (since_s - self._mean_s) * INTERVAL_GAIN
        self._last_t = now
        return max(asked_s, self._mean_s)
