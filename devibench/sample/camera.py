"""How the camera moves: from time to the homography that maps the world to the frame.

The world is a plane, in px; at camera scale 1 a world px is a frame px, and at rest the frame shows
the world's [0, width] x [0, height]. A camera turns about its centre (yaw, pitch, roll, with a
focal length of 1.1 frame widths), shifts, and comes nearer:

    H = C K R(yaw, pitch, roll) K^-1 S(scale) T(-shift) C^-1          C: to the frame's centre

Sway is a sum of three sines of incommensurable frequencies with random phases: smooth, endless, and
a function of time alone, so that an exposure can be sampled between frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
CameraKind = Literal["still", "hand-held", "pan", "walking"]

FOCAL_WIDTHS = 1.1
SWAY_HZ = (0.31, 0.83, 1.97)
SWAY_WEIGHTS = (1.0, 0.45, 0.12)
STEP_HZ = 1.8


@dataclass(frozen=True, slots=True)
class Camera:
    """One path; amplitudes are px of the frame or radians."""

    size_px: tuple[int, int]
    seconds: float
    travel_px: tuple[float, float] = (0.0, 0.0)
    """How far the view shifts from the first to the last frame."""
    end_scale: float = 1.0
    """How much larger the world is at the last frame."""
    sway_px: float = 0.0
    sway_rad: float = 0.0
    step_px: float = 0.0
    """Height of the bob of a walker's step."""
    phases: tuple[tuple[float, ...], ...] = ()
    """A row per degree of freedom (x, y, yaw, pitch, roll), a phase per sine."""

    def at(self, t_s: float) -> Floats:
        """(3, 3) homography from the world to the frame at that time."""
        width, height = self.size_px
        progress = min(max(t_s / self.seconds, 0.0), 1.0)
        ease = progress * progress * (3 - 2 * progress)
        sway = [self._sway(row, t_s) for row in range(5)]
        step = self.step_px * np.sin(2 * np.pi * STEP_HZ * t_s)
        shift_x = self.travel_px[0] * ease + self.sway_px * sway[0]
        shift_y = self.travel_px[1] * ease + self.sway_px * sway[1] + step
        scale = self.end_scale**progress
        turn = _rotation(*(self.sway_rad * s for s in sway[2:]))
        lens = np.diag([FOCAL_WIDTHS * width, FOCAL_WIDTHS * width, 1.0])
        zoom = np.array([[scale, 0, -scale * shift_x], [0, scale, -scale * shift_y], [0, 0, 1.0]])
        centre = np.array([[1, 0, width / 2], [0, 1, height / 2], [0, 0, 1.0]])
        path = centre @ lens @ turn @ np.linalg.inv(lens) @ zoom @ np.linalg.inv(centre)
        return np.asarray(path / path[2, 2], np.float64)

    def _sway(self, row: int, t_s: float) -> float:
        if not self.phases:
            return 0.0
        sines = zip(SWAY_WEIGHTS, SWAY_HZ, self.phases[row], strict=True)
        return float(sum(w * np.sin(2 * np.pi * hz * t_s + p) for w, hz, p in sines))


def draw_camera(
    kind: CameraKind,
    size_px: tuple[int, int],
    seconds: float,
    rng: np.random.Generator,
    *,
    far: bool = False,
) -> Camera:
    """A random path of that kind. ``far``: a pan goes on until much has left the picture."""
    width, height = size_px
    phases = tuple(tuple(row) for row in rng.uniform(0, 2 * np.pi, (5, len(SWAY_HZ))))
    direction = float(rng.choice([-1, 1]))
    amount = float(rng.uniform(0, 1))
    if kind == "still":
        return Camera(size_px, seconds)
    if kind == "hand-held":
        return Camera(size_px, seconds, sway_px=0.006 * width, sway_rad=0.006, phases=phases)
    if kind == "pan":
        # At most a tenth of the width per second on average: a person shows something, and the
        # blur of the shutter leaves 20 px text readable in the middle of the turn.
        share = min(0.25 + 0.25 * amount, 0.12 * seconds)
        if far:
            share = min(0.45 + 0.2 * amount, 0.15 * seconds)
        travel = direction * width * share
        return Camera(
            size_px, seconds, (travel, 0.0), sway_px=0.003 * width, sway_rad=0.003, phases=phases
        )
    return Camera(
        size_px,
        seconds,
        (direction * 0.05 * width, 0.03 * height),
        end_scale=1.2 + 0.25 * amount,
        sway_px=0.005 * width,
        sway_rad=0.006,
        step_px=0.006 * height,
        phases=phases,
    )


def project(homography: Floats, points: Floats) -> Floats:
    """(n, 2) points through a (3, 3) homography."""
    mapped = np.c_[points, np.ones(len(points))] @ homography.T
    return np.asarray(mapped[:, :2] / mapped[:, 2:], np.float64)


def unproject(homography: Floats, point: Floats) -> Floats:
    """One (2,) point of the frame back to the world."""
    inverse = np.asarray(np.linalg.inv(homography), np.float64)
    return np.asarray(project(inverse, point[None])[0], np.float64)


def _rotation(yaw: float, pitch: float, roll: float) -> Floats:
    (cy, sy), (cp, sp), (cr, sr) = ((np.cos(a), np.sin(a)) for a in (yaw, pitch, roll))
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_x = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    about_z = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return np.asarray(about_z @ about_x @ about_y, np.float64)
