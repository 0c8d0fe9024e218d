"""Which quantiser gives the bits that a frame may have? An integrator finds it.

    qp       qp of the last frame + log2(its bits / budget) / OCTAVES_PER_QP

Near a working point a frame loses 0.45 octaves of bits per step of QP (measured on panning texture
and hand-held clips; the textbooks' 1/6 holds between streams, not from one frame to the next).
Downwards it takes three quarters of the step: in a still picture a finer quantiser is paid for at
once, all over the picture, and whole steps overshoot a cap by a third. Far from its budget it goes
faster: x264's bound (x264.py) takes what is too much.
"""

from __future__ import annotations

import math

OCTAVES_PER_QP, OCTAVES_PER_LOOK_QP = 0.45, 0.15
"""Of a frame that builds on the last one; of a keyframe, which owes nothing to the last one."""
MIN_QP, MAX_QP = 20.0, 51.0
MAX_DOWN_PER_S, MAX_DOWN, MAX_UP = 30.0, 2.0, 12.0
"""Steps of QP from one frame to the next: quality rises gently and falls at once."""
DOWN_GAIN, FAR_OCTAVES, FAR_GAIN = 0.75, 1.0, 1.2
START_QP, START_BITS_PER_BLOCK = 34.0, 11.0
"""A first guess, and six steps more for each halving of the bits."""
_LEAST_BITS = 200.0


def start_qp(bits_per_block: float) -> float:
    """A QP to begin with, before anything is known of the content."""
    qp = START_QP + 6 * math.log2(START_BITS_PER_BLOCK / max(bits_per_block, 0.01))
    return min(max(qp, MIN_QP), MAX_QP)


class QpIntegrator:
    """Follows the quantiser that gives the asked bits."""

    def __init__(self) -> None:
        self.qp = START_QP

    def next(
        self,
        budget_bits: float,
        last_bits: float,
        interval_s: float,
        most_qp: float = MAX_QP,
        octaves_per_qp: float = OCTAVES_PER_QP,
    ) -> float:
        """QP of the next frame, after one of ``last_bits`` at the present one.

        ``most_qp``: beyond the codec's worst where some blocks are coded better than the frame.
        """
        step = math.log2(max(last_bits, _LEAST_BITS) / budget_bits) / octaves_per_qp
        if step < 0:
            step *= FAR_GAIN if step < -FAR_OCTAVES / octaves_per_qp else DOWN_GAIN
        most_down = max(MAX_DOWN, MAX_DOWN_PER_S * interval_s)
        self.qp = min(max(self.qp + min(max(step, -most_down), MAX_UP), MIN_QP), most_qp)
        return self.qp

    def least_bits(self, last_bits: float, most_qp: float = MAX_QP) -> float:
        """What the next frame takes at the worst quality that it may have."""
        steps = min(MAX_UP, max(0.0, most_qp - self.qp))
        return last_bits * math.exp2(-OCTAVES_PER_QP * steps)

    def was(self, qp: float, most_qp: float = MAX_QP) -> None:
        """The encoder used ``qp`` instead."""
        self.qp = min(max(qp, MIN_QP), most_qp)
