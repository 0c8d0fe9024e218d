"""Pictures drawn from a seed, and moved as cameras move them, for what looks at pictures."""

from __future__ import annotations

import cv2
import numpy as np

from artic_codecs.motion import Luma

SIZE_PX = (320, 180)


def texture(seed: int) -> Luma:
    """Smooth noise of several scales: corners everywhere, 320x180."""
    random = np.random.default_rng(seed)
    width, height = SIZE_PX
    picture = np.zeros((height, width), np.float32)
    for step in (6, 16, 48):
        grain = random.normal(0, 40, (height // step + 2, width // step + 2)).astype(np.float32)
        picture += np.asarray(cv2.resize(grain, SIZE_PX, interpolation=cv2.INTER_CUBIC), np.float32)
    return (picture + 128).clip(0, 255).astype(np.uint8)


def moved(picture: Luma, right_px: float, down_px: float, *, scale: float = 1.0) -> Luma:
    """As a camera shows it that turned, or came nearer; its edges are mirrored."""
    height, width = picture.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), 0, scale)
    matrix[:, 2] += np.array((right_px, down_px))
    shown = cv2.warpAffine(picture, matrix, (width, height), borderMode=cv2.BORDER_REFLECT)
    return np.asarray(shown, np.uint8)
