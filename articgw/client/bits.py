"""How coarse must the next frame be, so that the stream stays under its rate?

A leaky bucket (as in ITU-T H.264 Annex C) says how many bits the next frame may have; an integrator
says which quantiser gives them. x264's own rate control is not used for that: it believes in one
frame rate, and an open encoder takes two seconds to follow a higher rate.

    debt     bits sent beyond rate * time; below zero it is credit, of at most one burst
    budget   rate * interval, less a share of the debt; or with all of the credit at once
    qp       qp of the last frame + log2(its bits / budget) / OCTAVES_PER_QP

Near a working point a frame loses 0.45 octaves of bits per step of QP (measured on panning texture
and hand-held clips; the textbooks' 1/6 holds between streams, not from one frame to the next).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

BURST_S, BURST_FRAMES = 0.16, 1.6
"""A keyframe is at most so much of the rate: 12 kB at 600 kb/s, 2.4 mean frames at 15 fps."""
ROOM_FRAMES = 2.4
"""No other frame is larger than that or than a burst."""
PAY_S = 0.4
"""Debt is paid back over so long."""
DROP_S, DROP_FRAMES = 0.35, 1.2
"""Deeper in debt than both, a frame is left out."""
KEYFRAME_SHARE = 0.7
"""Even in debt, a keyframe may have so much of a frame's bits."""
LOOK_S = 0.5
"""Frames that come so seldom are looks of their own: each is a keyframe, and none may burst."""
MAX_INTERVAL_S, INTERVAL_GAIN = 1.0, 0.2
OCTAVES_PER_QP = 0.45
MIN_QP, MAX_QP = 20.0, 51.0
MAX_DOWN_PER_S, MAX_DOWN, MAX_UP = 60.0, 4.0, 12.0
"""Steps of QP from one frame to the next: quality rises gently and falls at once."""
START_QP = 34.0
MIN_BUDGET_BITS = 800.0


@dataclass(frozen=True, slots=True)
class FrameBudget:
    """What the next frame may cost."""

    mean_bits: float
    """Share of one frame."""
    bits: float
    """Aim of a frame that builds on the last one."""
    keyframe_bits: float
    """Bound of a keyframe."""
    room_bits: float
    """What no frame may exceed from now on, at this rate."""
    drop: bool
    """The debt is too deep: send nothing now."""


class BitBucket:
    """What may be sent, by a rate and an interval that may change with every frame."""

    def __init__(self) -> None:
        self._debt_bits = 0.0
        self._rate_bps: float | None = None
        self._last_t = 0.0

    def budget(self, *, rate_bps: float, interval_s: float, now: float) -> FrameBudget:
        """Budget of the frame that is taken ``now``; frames come ``interval_s`` apart."""
        frame_bits = rate_bps * interval_s
        frames = 1.0 if interval_s >= LOOK_S else BURST_FRAMES
        burst_bits = max(rate_bps * BURST_S, frames * frame_bits)
        since_s = interval_s if self._rate_bps is None else max(0.0, now - self._last_t)
        if self._rate_bps is not None and self._debt_bits > 0:
            self._debt_bits *= min(1.0, rate_bps / self._rate_bps)
        self._debt_bits = max(self._debt_bits - rate_bps * since_s, -burst_bits)
        self._rate_bps, self._last_t = rate_bps, now
        late_bits = self._debt_bits + frame_bits
        paid_bits = late_bits * (min(1.0, interval_s / PAY_S) if late_bits > 0 else 1.0)
        return FrameBudget(
            mean_bits=frame_bits,
            bits=max(frame_bits - paid_bits, 0.2 * frame_bits, MIN_BUDGET_BITS),
            keyframe_bits=max(
                burst_bits - max(0.0, late_bits), KEYFRAME_SHARE * frame_bits, MIN_BUDGET_BITS
            ),
            room_bits=max(burst_bits, ROOM_FRAMES * frame_bits, MIN_BUDGET_BITS),
            drop=late_bits > rate_bps * max(DROP_S, DROP_FRAMES * interval_s),
        )

    def spend(self, bits: float) -> None:
        """That was sent."""
        self._debt_bits += bits


class QpIntegrator:
    """Follows the quantiser that gives the asked bits."""

    def __init__(self) -> None:
        self.qp = START_QP

    def next(self, budget_bits: float, last_bits: float, interval_s: float) -> float:
        """QP of the next frame, after one of ``last_bits`` at the present one."""
        step = math.log2(max(last_bits, MIN_BUDGET_BITS / 4) / budget_bits) / OCTAVES_PER_QP
        most_down = max(MAX_DOWN, MAX_DOWN_PER_S * interval_s)
        self.qp = min(max(self.qp + min(max(step, -most_down), MAX_UP), MIN_QP), MAX_QP)
        return self.qp

    def was(self, qp: float) -> None:
        """The encoder used ``qp`` instead."""
        self.qp = min(max(qp, MIN_QP), MAX_QP)


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
