"""The sharp one of a few frames."""

from __future__ import annotations

from collections.abc import Iterable

from artic_perception.blur import blur
from artic_perception.sampler import NEAR_S, sharpest
from articgw.frame import Frame, samples


def blur_of(frame: Frame) -> float:
    """0..1, see `artic_perception.blur`; half a millisecond for 720p."""
    return blur(samples(frame.picture.planes[0]))


def sharpest_of(frames: Iterable[Frame], newest: Frame, *, since_t: float | None = None) -> Frame:
    """``newest``, or one of ``frames`` that is clearly sharper and hardly older.

    Only frames of the same size and treatment compare; none from before ``since_t``. Milliseconds:
    not for the event loop.
    """
    least_t = newest.captured_t - NEAR_S
    if since_t is not None:
        least_t = max(least_t, min(since_t, newest.captured_t))
    near = [
        one
        for one in frames
        if least_t <= one.captured_t < newest.captured_t
        and one.size_px == newest.size_px
        and one.window == newest.window
    ]
    if not near:
        return newest
    near.append(newest)
    return near[sharpest([blur_of(one) for one in near])]
