"""Names for colours, as people give them, in pictures that are dim or hard compressed.

A colour is compared with several samples of each name, in CIELAB, with lightness weighing less than
hue: shade changes lightness first. Dim pictures are brightened to a common white before, and the
chroma that strong compression removes is given back by comparing hue more than saturation once a
colour is clearly not grey.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from articgw.backends.embedded.scene import Paint
from articgw.frame import Pixels

NAMES = (
    "red", "orange", "yellow", "green", "blue", "purple",
    "pink", "brown", "white", "grey", "black",
)  # fmt: skip

_SAMPLES: dict[str, tuple[tuple[int, int, int], ...]] = {
    "red": ((220, 30, 40), (255, 0, 0), (180, 20, 25), (200, 50, 50), (130, 15, 20), (235, 70, 65)),
    "orange": ((255, 140, 0), (240, 120, 30), (255, 165, 60), (215, 105, 25), (230, 110, 60)),
    "yellow": ((255, 225, 40), (240, 200, 20), (255, 240, 110), (210, 180, 30), (250, 215, 90)),
    "green": (
        (30, 150, 60), (0, 128, 0), (60, 190, 80), (20, 90, 45), (130, 200, 60), (0, 130, 100),
        (90, 140, 80), (120, 180, 120), (10, 60, 30), (0, 210, 60),
    ),
    "blue": (
        (30, 80, 200), (0, 0, 255), (60, 130, 220), (20, 40, 120), (100, 170, 230), (0, 160, 210),
        (70, 100, 160), (15, 25, 75), (40, 60, 170), (0, 200, 230),
    ),
    "purple": ((120, 40, 160), (150, 70, 200), (90, 30, 110), (170, 110, 210), (110, 60, 140)),
    "pink": ((255, 130, 180), (240, 100, 160), (255, 180, 200), (230, 60, 150), (220, 130, 160)),
    "brown": ((120, 70, 30), (140, 90, 50), (90, 50, 25), (160, 110, 70), (110, 75, 55)),
    "white": ((250, 250, 250), (232, 232, 228), (240, 235, 220), (215, 215, 215)),
    "grey": ((128, 128, 128), (100, 102, 105), (160, 160, 160), (80, 82, 84), (185, 185, 185)),
    "black": ((15, 15, 15), (35, 35, 38), (0, 0, 0), (52, 52, 54)),
}  # fmt: skip

_LIGHTNESS_WEIGHT = 0.55
_REACH = 22.0
"""Distance in weighted CIELAB at which a name fits e times worse."""


def _lab(rgb: NDArray[np.floating] | Pixels) -> NDArray[np.float32]:
    """(..., 3) 0..255 to weighted CIELAB."""
    flat = np.asarray(rgb, np.float32).reshape(-1, 1, 3) / 255.0
    lab = np.asarray(cv2.cvtColor(flat, cv2.COLOR_RGB2LAB), np.float32).reshape(-1, 3)
    lab[:, 0] *= _LIGHTNESS_WEIGHT
    return lab


_OWNER = np.array([NAMES.index(n) for n, many in _SAMPLES.items() for _ in many])
_POINTS = _lab(np.array([rgb for many in _SAMPLES.values() for rgb in many], np.float32))


def _fits(rgb: NDArray[np.floating] | Pixels) -> NDArray[np.float32]:
    """(n, 3) colours to (n, names) how well each name fits, not normalised."""
    lab = _lab(rgb)
    gaps = np.linalg.norm(lab[:, None, :] - _POINTS[None, :, :], axis=2)
    nearest = np.stack([gaps[:, _OWNER == k].min(axis=1) for k in range(len(NAMES))], axis=1)
    return cast(NDArray[np.float32], np.exp(-nearest / _REACH, dtype=np.float32))


def paint(rgb: Sequence[float] | NDArray[np.floating]) -> Paint:
    """Names for one colour (0..255), best first, the best scaled to 1; weaker than .05 left out."""
    fit = _fits(np.asarray(rgb, np.float32).reshape(1, 3))[0]
    fit = (fit / fit.max()) ** 2
    order = np.argsort(-fit)
    return tuple((NAMES[k], round(float(fit[k]), 3)) for k in order if fit[k] >= 0.05)


def name(tone: Paint) -> str:
    """The best name, or "" where nothing is known."""
    return tone[0][0] if tone else ""


def fit(tone: Paint, wanted: str) -> float:
    """How well a wanted colour name fits, 0..1."""
    return dict(tone).get(wanted, 0.0)


def gain(rgb: Pixels) -> float:
    """Factor that brings the brightest part of a dim picture to white, 1..3."""
    bright = float(np.percentile(rgb[::8, ::8].max(axis=2), 98))
    return float(np.clip(225.0 / max(bright, 1.0), 1.0, 3.0))


_CELL = 8
_ALSO = 0.8


def table() -> NDArray[np.uint16]:
    """(32, 32, 32) sets of names of each cell of the RGB cube, bit k for ``NAMES[k]``.

    A cell may have several names: those that fit at least `_ALSO` as well as the best.
    """
    axis = np.arange(32) * _CELL + _CELL / 2
    cube = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(-1, 3)
    fits = _fits(cube)
    fitting = fits >= _ALSO * fits.max(axis=1, keepdims=True)
    bits = np.asarray(fitting @ (1 << np.arange(len(NAMES))), np.uint16)
    return bits.reshape(32, 32, 32)


def commonest(pixels: NDArray[np.float32]) -> Paint:
    """Names of the colour that most of (n, 3) pixels have."""
    fits = _fits(np.clip(pixels, 0, 255))
    votes = np.bincount(fits.argmax(axis=1), minlength=len(NAMES))
    # Colour is what people name first: a coloured third beats a grey majority.
    votes[8:] //= 2
    best = int(votes.argmax())
    return paint(np.median(pixels[fits.argmax(axis=1) == best], axis=0))
