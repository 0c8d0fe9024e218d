"""Day and low light, as a sensor would see them, on I420 pictures.

Low light: luma falls through a gamma towards black, chroma fades, and the amplifier's noise grows.
Noise is cut from one block drawn in advance at a random offset per frame: fresh normals for every
frame would cost more than the encoder.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
LightKind = Literal["day", "low-light"]

BLACK, WHITE = 16, 235
NOISE_SPARE_PX = 64


@dataclass(frozen=True, slots=True)
class Light:
    """One light; draws its noise from a generator of its own."""

    luma: Pixels
    """(256,) table."""
    chroma: Pixels
    """(256,) table."""
    noise: NDArray[np.int16]
    """A block somewhat larger than the frame."""
    exposure_s: float
    rng: np.random.Generator

    def shine(self, yuv: Pixels) -> None:
        """Light an I420 array of shape (height * 3 / 2, width), in place."""
        height = len(yuv) * 2 // 3
        width = yuv.shape[1]
        dy, dx = self.rng.integers(0, NOISE_SPARE_PX, 2)
        noise = self.noise[dy : dy + height, dx : dx + width]
        luma = cv2.LUT(yuv[:height], self.luma)
        yuv[:height] = cv2.add(luma, noise, dtype=cv2.CV_8U)
        yuv[height:] = cv2.LUT(yuv[height:], self.chroma)


def draw_light(kind: LightKind, size_px: tuple[int, int], rng: np.random.Generator) -> Light:
    """A random light of that kind for frames of that size."""
    width, height = size_px
    if kind == "day":
        gain, gamma, fade, sigma = rng.uniform(0.9, 1.0), 1.0, 1.0, 1.0
        exposure_s = 1 / 160
    else:
        gain, gamma, fade = rng.uniform(0.30, 0.42), 1.15, rng.uniform(0.4, 0.55)
        sigma, exposure_s = rng.uniform(1.8, 2.6), 1 / 60
    tone = np.clip((np.arange(256) - BLACK) / (WHITE - BLACK), 0, 1)
    luma = BLACK + (WHITE - BLACK) * gain * tone**gamma
    chroma = 128 + fade * (np.arange(256) - 128.0)
    shape = (height + NOISE_SPARE_PX, width + NOISE_SPARE_PX)
    noise = np.rint(rng.normal(0, sigma, shape)).astype(np.int16)
    return Light(_table(luma), _table(chroma), noise, exposure_s, rng)


def _table(values: NDArray[np.floating]) -> Pixels:
    return cast(Pixels, np.clip(np.rint(values), 0, 255).astype(np.uint8))
