"""Which of the camera's frames are sent: evenly spaced, a fresh one on demand, none in a pause.

A leaky bucket of depth one (the generic cell rate algorithm of ITU-T I.371): a frame passes when
its turn has come, and the next turn is one interval after *this turn*, not after this frame, so
that 15 of a camera's 30 frames a second really are 15; one that was late starts a new row. At most
``fps * window + 2`` frames pass in any window, and those that `fresh` let through.
"""

from __future__ import annotations

_EARLY = 0.2
"""A frame may come so many intervals before its turn: cameras jitter."""
_LATE = 0.75
"""A frame that is later than that begins a new row; 15 of 24 frames a second are late by 0.6."""


class Valve:
    """Passes at most ``fps`` frames a second. Raises ``ValueError`` for rates not above 0."""

    def __init__(self, fps: float) -> None:
        self._fps = _checked(fps)
        self._turn_t = float("-inf")
        self._fresh = False
        self._paused = False

    @property
    def fps(self) -> float:
        """Frames a second that may pass."""
        return self._fps

    def set_fps(self, fps: float) -> None:
        """Another rate, from the next frame on: the turn moves with it."""
        if fps == self._fps:
            return
        self._turn_t += 1 / _checked(fps) - 1 / self._fps
        self._fps = fps

    def fresh(self) -> None:
        """The very next frame passes, whatever the rate and even in a pause."""
        self._fresh = True

    def pause(self, paused: bool) -> None:
        """Nothing passes while paused."""
        self._paused = paused

    def on_frame(self, now: float) -> bool:
        """Does the frame that was captured at ``now``, s, pass?"""
        interval_s = 1 / self._fps
        if self._fresh:
            self._fresh = False
            self._turn_t = now + interval_s
            return True
        if self._paused or now < self._turn_t - _EARLY * interval_s:
            return False
        on_time = now < self._turn_t + _LATE * interval_s
        self._turn_t = (self._turn_t if on_time else now) + interval_s
        return True


def _checked(fps: float) -> float:
    if not fps > 0:
        raise ValueError(f"{fps} frames a second cannot be sent; pause instead")
    return fps
