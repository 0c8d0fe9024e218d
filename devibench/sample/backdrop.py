"""What stands behind the signs: a wall, a floor, and large photographs, with uneven light on all.

Walls and floors are photographed textures, tiled by mirroring so that no seam shows, and tinted;
the photographs hang on the wall in thin frames, some under the signs. Encoders see what they see in
a room: fine texture everywhere, smooth gradients, few flat areas.
"""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from devibench.sample.photos import FLOORS, MURALS, WALLS, photo
from devibench.sample.world import FINE, World, rectangle

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]

WALL_TINTS = ((214, 196, 178), (170, 182, 188), (196, 176, 150), (176, 186, 166), (208, 206, 200))
FLOOR_TINTS = ((150, 160, 120), (150, 140, 128), (128, 132, 138))


def draw_backdrop(area: tuple[float, float, float, float], rng: np.random.Generator) -> World:
    """A world over the rectangle x0, y0, x1, y1 (world px) with nothing on it yet to read."""
    x0, y0, x1, y1 = area
    width, height = round((x1 - x0) * FINE), round((y1 - y0) * FINE)
    horizon = round(height * rng.uniform(0.68, 0.82))
    texel = rng.uniform(0.7, 1.2) * FINE * (y1 - y0) / 720
    canvas = np.empty((height, width, 3), np.uint8)
    wall, floor = str(rng.choice(WALLS)), str(rng.choice(FLOORS))
    canvas[:horizon] = _tiled(wall, (width, horizon), texel, _pick(WALL_TINTS, rng), 0.7)
    canvas[horizon:] = _tiled(floor, (width, height - horizon), texel, _pick(FLOOR_TINTS, rng), 1.0)
    world = World(canvas, (x0, y0))
    _hang_murals(world, area, y0 + horizon / FINE, rng)
    _shade(canvas, rng)
    return world


def _hang_murals(
    world: World, area: tuple[float, float, float, float], horizon: float, rng: np.random.Generator
) -> None:
    x0, y0, x1, _ = area
    tall = horizon - y0
    names = [str(name) for name in rng.permutation(MURALS)]
    x = x0 + tall * rng.uniform(-0.3, 0.2)
    while x < x1 and names:
        picture = photo(names.pop())
        height = tall * rng.uniform(0.55, 0.85)
        width = height * picture.shape[1] / picture.shape[0]
        y = y0 + (tall - height) * rng.uniform(0.1, 0.9)
        frame = cv2.copyMakeBorder(picture, 8, 8, 8, 8, cv2.BORDER_CONSTANT, value=(60, 48, 40))
        opaque = np.dstack([frame, np.full(frame.shape[:2], 255, np.uint8)])
        world.paste(opaque, rectangle(x, y, x + width, y + height), shadow=0.5)
        x += width + tall * rng.uniform(0.08, 0.6)


def _tiled(
    name: str, size: tuple[int, int], texel: float, tint: tuple[int, int, int], contrast: float
) -> Pixels:
    width, height = size
    grey = cv2.cvtColor(photo(name), cv2.COLOR_RGB2GRAY)
    if name == "brick.png":
        grey = grey.T  # its courses run upwards
    grey = cv2.resize(grey, None, fx=texel, fy=texel, interpolation=cv2.INTER_LINEAR)
    double = np.block([[grey, grey[:, ::-1]], [grey[::-1], grey[::-1, ::-1]]])
    times = (-(-height // double.shape[0]), -(-width // double.shape[1]))
    plane = np.tile(double, times)[:height, :width].astype(np.float32)
    plane = 1 + contrast * (plane / float(grey.mean()) - 1)
    coloured = plane[..., None] * np.array(tint, np.float32)
    return cast(Pixels, np.clip(coloured, 0, 255).astype(np.uint8))


def _shade(canvas: Pixels, rng: np.random.Generator) -> None:
    coarse = rng.uniform(0.72, 1.05, (3, 5)).astype(np.float32)
    height, width = canvas.shape[:2]
    light = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    canvas[:] = np.clip(canvas * light[..., None], 0, 255).astype(np.uint8)


def _pick(
    tints: tuple[tuple[int, int, int], ...], rng: np.random.Generator
) -> tuple[int, int, int]:
    return tints[int(rng.integers(len(tints)))]
