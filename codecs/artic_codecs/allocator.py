"""Where, how many, how often, how large: one decision.

The simplest honest policy: how many is given (need, never above the estimate), how often follows
from it, since fewer frames with enough bits each read better than many without (measured: at 200
kb/s text of 13-34 px reads 59 % at 30 frames a second and 98 % at 5), how large is the camera's
business, and where is told to senders that can do something about it.
"""

from __future__ import annotations

from artic_codecs.regions import Region
from artic_codecs.steer import Steer, SteerWhy

ASKED_FPS = 15.0
"""A frame is 67 ms old at most, and a fresh one comes with the question."""
LEAST_FPS = 2.0
FRAME_BITS = 40_000
"""What makes a whole 720p frame of a moving scene readable (200 kb/s at 5 frames a second)."""
IDLE_FPS = 1.0
IDLE_BPS = 100_000
TTL_S = 10.0
SAME = 0.05
"""A cap that moves less than this is not worth a message."""


class Allocator:
    """One call."""

    def __init__(self) -> None:
        self._steer: Steer | None = None

    def decide(
        self, *, need_bps: int, asked: bool, regions: tuple[Region, ...], now: float
    ) -> Steer:
        """What to send now; the last steer again where nothing changed that matters."""
        cap_bps = need_bps if asked else min(need_bps, IDLE_BPS)
        fps = min(ASKED_FPS, max(LEAST_FPS, cap_bps / FRAME_BITS)) if asked else IDLE_FPS
        why = SteerWhy.ASKED if asked else SteerWhy.IDLE
        live = tuple(region for region in regions if region.expires_t > now)
        last = self._steer
        same = (
            last is not None
            and last.why is why
            and last.regions == live
            and abs(cap_bps - last.cap_bps) <= SAME * last.cap_bps
        )
        if not same:
            seq = 1 if last is None else last.seq + 1
            self._steer = Steer(seq, cap_bps, round(fps, 1), None, False, live, TTL_S, why)
        assert self._steer is not None
        return self._steer
