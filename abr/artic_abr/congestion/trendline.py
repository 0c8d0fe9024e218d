"""Trendline: is the delay rising?

Source: libwebrtc's trendline filter, which took the Kalman filter's place in
draft-ietf-rmcat-gcc-02, section 5.3: accumulated delay variations, smoothed (0.9), and the slope of
the least squares line through the last 20 of them against arrival time. Sums are kept, not lists
walked through.
"""

from __future__ import annotations

from collections import deque

WINDOW = 20
SMOOTHING = 0.9


class Trendline:
    """``slope``: s of delay gained per s; 1 means that nothing is served."""

    def __init__(self) -> None:
        self.slope = 0.0
        self.count = 0
        self._origin_t = 0.0
        self._total_s = self._smooth_s = 0.0
        self._points: deque[tuple[float, float]] = deque()
        self._x = self._y = self._xx = self._xy = 0.0

    def on_variation(self, arrived_t: float, delay_s: float) -> None:
        """One more group."""
        if self.count % 500 == 0:
            self._move_origin(arrived_t)
        self.count += 1
        self._total_s += delay_s
        self._smooth_s = SMOOTHING * self._smooth_s + (1 - SMOOTHING) * self._total_s
        self._add(arrived_t - self._origin_t, self._smooth_s, 1)
        if len(self._points) > WINDOW:
            self._add(*self._points.popleft(), -1)
        size = len(self._points)
        spread = size * self._xx - self._x * self._x
        if size == WINDOW and spread > 1e-9:
            self.slope = (size * self._xy - self._x * self._y) / spread

    def _add(self, x: float, y: float, sign: int) -> None:
        if sign > 0:
            self._points.append((x, y))
        self._x += sign * x
        self._y += sign * y
        self._xx += sign * x * x
        self._xy += sign * x * y

    def _move_origin(self, t: float) -> None:
        """Sums of squares of hours lose the milliseconds."""
        shift_s = t - self._origin_t
        self._origin_t = t
        points, self._points = self._points, deque()
        base_s, self._smooth_s = self._smooth_s, 0.0
        self._total_s -= base_s
        self._x = self._y = self._xx = self._xy = 0.0
        for x, y in points:
            self._add(x - shift_s, y - base_s, 1)
