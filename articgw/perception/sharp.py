"""The last frames of a call, and the sharp one of them.

How blurred a frame is takes half a millisecond to see, so it is measured where somebody asks: the
sampler does, while the picture moves. A question takes what is known by then and waits for nothing:
a picture that stands has no sharper frame near.
"""

from __future__ import annotations

from collections import deque
from weakref import WeakKeyDictionary

from artic_perception.blur import blur
from artic_perception.sampler import KEPT, NEAR_S, sharpest
from articgw.frame import Frame, samples


class Sharp:
    """Of one call."""

    def __init__(self) -> None:
        self._frames: deque[Frame] = deque(maxlen=KEPT)
        self._blurs: WeakKeyDictionary[Frame, float] = WeakKeyDictionary()

    def add(self, frame: Frame) -> None:
        """The newest one."""
        self._frames.append(frame)

    def blur(self, frame: Frame) -> float:
        """0..1, see `artic_perception.blur`; measured once."""
        if frame not in self._blurs:
            self._blurs[frame] = blur(samples(frame.picture.planes[0]))
        return self._blurs[frame]

    def best(self, newest: Frame, *, since_t: float | None = None) -> Frame:
        """``newest``, or one that is known to be clearly sharper and is hardly older.

        Only frames of the same size and treatment compare; none from before ``since_t``.
        """
        if newest not in self._blurs:
            return newest
        least_t = newest.captured_t - NEAR_S
        if since_t is not None:
            least_t = max(least_t, min(since_t, newest.captured_t))
        near = [
            one
            for one in self._frames
            if least_t <= one.captured_t < newest.captured_t
            and one in self._blurs
            and one.size_px == newest.size_px
            and one.window == newest.window
        ]
        near.append(newest)
        return near[sharpest([self._blurs[one] for one in near])]
