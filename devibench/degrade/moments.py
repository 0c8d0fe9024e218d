"""At which moments a model is shown the film.

A question that one picture can answer gets the newest. One that needs several gets `MOST`, evenly
from when it was asked about to the look: the first and the last are what the question is about.
"""

from __future__ import annotations

from collections.abc import Sequence

from devibench.samples import Sample

MOST = 4


def moments_s(sample: Sample, look_s: float) -> tuple[float, ...]:
    """On the film's clock, the look last."""
    if sample.frames_needed == "single" or look_s <= sample.from_s:
        return (look_s,)
    step_s = (look_s - sample.from_s) / (MOST - 1)
    return tuple(look_s - step_s * back for back in reversed(range(MOST)))


def nearest(captured_s: Sequence[float], moments: Sequence[float]) -> list[int]:
    """Which pictures are nearest to the moments: their places, each once, the newest always."""
    if not captured_s:
        return []
    places = range(len(captured_s))
    found = {min(places, key=lambda k: abs(captured_s[k] - at)) for at in moments[:-1]}
    return sorted(found | {len(captured_s) - 1})
