"""No degradation: the film's own pictures, at once and for nothing; and no picture at all."""

from __future__ import annotations

import math
from dataclasses import dataclass

from articgw.errors import DatasetError
from devibench.degrade.moments import moments_s
from devibench.samples import Film, Picture, Sample, Seen


@dataclass(frozen=True, slots=True)
class Original:
    """What the model could say at best."""

    name: str = "original"

    def apply(self, film: Film, sample: Sample, seed: int) -> Seen:
        """The pictures at the moment of the look. Raises `DatasetError` where there is none."""
        look_s = min(sample.to_s, film.seconds - 1 / film.fps)
        pictures = []
        for t_s in sorted({max(0.0, at_s) for at_s in moments_s(sample, look_s)}):
            for shown_s, yuv in film.frames(t_s, t_s + 2 / film.fps):
                pictures.append(Picture(yuv, shown_s, shown_s, 0))
                break
        if not pictures:
            raise DatasetError(f"{sample.video}:1", f"no frame at {look_s:.1f} s")
        age_ms = 1000 * max(0.0, look_s - pictures[-1].captured_s)
        return Seen(tuple(pictures), 0, 0.0, age_ms, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class TextOnly:
    """The question alone: what can be guessed without looking."""

    name: str = "text-only"

    def apply(self, film: Film, sample: Sample, seed: int) -> Seen:
        """No picture."""
        return Seen((), 0, 0.0, math.inf, 0.0, 0.0, 0.0)
