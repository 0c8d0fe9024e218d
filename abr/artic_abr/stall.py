"""Has the sender's link stopped, or nearly so? Nothing comes of what it was told to send, or all of
it comes late.

What is sent into such a link waits there, and all that follows waits behind it: most of the delay
on real uplinks is made so, and not by overshoot. A sender that paces itself by what its receiver
reports stops by itself (`pacing.py`); a browser does not, but obeys a steer. Simulated on the
anchor suite, frames' P95 beside a clairvoyant sender's: 1.93 without it and 7.1 on the worst link,
1.68 and 4.2 with it (`make bench-abr`, "the same, told when it stalls").
"""

from __future__ import annotations

LEAST_S = 0.3
"""Shorter gaps are Wi-Fi's, or the camera's."""
FRAMES = 3.0
"""So many frames are missing."""
LEAST_FPS = 1.0
FULL_MS, EMPTY_MS = 300.0, 100.0
"""A queue that counts as a stop, and one that does not any more."""


class Stall:
    """Of one sender."""

    def __init__(self) -> None:
        self._came_t: float | None = None
        """When the last packet came before silence; None: there is none."""
        self._is_full = False

    @property
    def is_on(self) -> bool:
        """Frames are to be few until something comes, and comes in time."""
        return self._is_full or self._came_t is not None

    def on_link(self, *, silent_s: float, queue_ms: float, fps: float, now: float) -> None:
        """``silent_s`` is how long ago the newest packet came, ``queue_ms`` how long that waited
        (0: unknown); ``fps`` what came in the second before."""
        came_t = now - silent_s
        if self._came_t is None:
            is_silent = silent_s > max(LEAST_S, FRAMES / max(LEAST_FPS, fps))
            self._came_t = came_t if is_silent else None
        elif came_t > self._came_t + 1e-3:
            self._came_t = None
        if queue_ms:
            self._is_full = queue_ms > (EMPTY_MS if self._is_full else FULL_MS)
        elif self._came_t is None:
            self._is_full = False
