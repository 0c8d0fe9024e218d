"""Where things go in the world, so that each is wholly in view for a while and none hides another.

A thing is placed in a *view*: the frame at some moment of the camera's path. That it is in view
then is sure by construction; how long it stays is for the camera to say.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from devibench.sample.camera import Camera, project, unproject

Floats = NDArray[np.float64]

GAP_PX = 10.0
TRIES = 300
TOP_BAND_PX = 24.0
"""Kept free: a frame number may be drawn there."""


@dataclass(slots=True)
class Layout:
    """The places taken so far: rectangles x0, y0, x1, y1 in world px."""

    camera: Camera
    taken: list[Floats] = field(default_factory=list)

    def place(self, size: Floats, rng: np.random.Generator) -> Floats | None:
        """A free centre for a footprint (width, height), taken at once; None if none was found."""
        for _ in range(TRIES):
            moment = float(rng.choice([0.08, 0.5, 0.92])) * self.camera.seconds
            spot = rng.uniform(0, 1, 2)
            centre = self._centre(spot, size, moment)
            if centre is not None and self._take(centre, size):
                return centre
        return None

    def place_beside(
        self, other: Floats, other_size: Floats, size: Floats, rng: np.random.Generator
    ) -> Floats | None:
        """A free centre right next to something placed, in the same view; None if there is none."""
        reach = (other_size + size) / 2 + GAP_PX * 1.2
        for side in rng.permutation([[1, 0], [-1, 0], [0, 1], [0, -1]]):
            centre = other + side * reach
            if self._in_view(centre, size) and self._take(centre, size):
                return np.asarray(centre, np.float64)
        return None

    def _centre(self, spot: Floats, size: Floats, moment: float) -> Floats | None:
        view = self.camera.at(moment)
        low, high = self._safe(view, size)
        if (high <= low).any():
            return None
        return unproject(view, low + spot * (high - low))

    def _in_view(self, centre: Floats, size: Floats) -> bool:
        for part in (0.08, 0.5, 0.92):
            view = self.camera.at(part * self.camera.seconds)
            low, high = self._safe(view, size)
            at = project(view, centre[None])[0]
            if (at >= low).all() and (at <= high).all():
                return True
        return False

    def _safe(self, view: Floats, size: Floats) -> tuple[Floats, Floats]:
        frame = np.array(self.camera.size_px, np.float64)
        scale = float(np.sqrt(np.linalg.det(view[:2, :2])))
        margin = 0.025 * frame + scale * size / 2
        low = margin + np.array([0, TOP_BAND_PX])
        return low, frame - margin

    def _take(self, centre: Floats, size: Floats) -> bool:
        mine = np.r_[centre - size / 2, centre + size / 2]
        grown = mine + np.array([-GAP_PX, -GAP_PX, GAP_PX, GAP_PX])
        for other in self.taken:
            if (grown[:2] < other[2:]).all() and (other[:2] < grown[2:]).all():
                return False
        self.taken.append(mine)
        return True
