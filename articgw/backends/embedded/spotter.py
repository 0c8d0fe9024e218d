"""Objects by name, where the detector's files are there.

The files come from `articgw models fetch`. Without them there is no spotter, everything else works,
and answers about objects say so.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np

from artic_perception import Detections
from artic_perception.ssd import Ssd
from articgw.backends.embedded import colours
from articgw.backends.embedded.scene import Thing
from articgw.frame import Pixels

WEIGHTS = "frozen_inference_graph.pb"
GRAPH = "ssd_mobilenet_v3_large_coco_2020_01_14.pbtxt"
LABELS = "labels.txt"


class Detector(Protocol):
    """What finds the objects of a (h, w, 3) RGB picture."""

    def see(self, rgb: Pixels) -> Detections:
        """All objects, best first."""


class Spotter:
    """The detector, and the colour of what it finds."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector

    @classmethod
    def load(cls, models_dir: Path) -> Spotter | None:
        """From the files in a folder; None where they are missing or damaged."""
        try:
            weights = (models_dir / WEIGHTS).read_bytes()
            graph = (models_dir / GRAPH).read_bytes()
            labels = tuple((models_dir / LABELS).read_text(encoding="utf-8").splitlines())
            return cls(Ssd(weights, graph, labels))
        except (OSError, ValueError):
            return None

    def spot(self, rgb: Pixels, gain: float) -> tuple[Thing, ...]:
        """Objects of a (h, w, 3) RGB picture, best first."""
        seen = self._detector.see(rgb)
        return tuple(
            Thing(label, float(score), _box(box), _paint(rgb, _box(box), gain))
            for label, score, box in zip(seen.labels, seen.scores, seen.boxes, strict=True)
        )


def _box(row: np.ndarray[tuple[int], np.dtype[np.float32]]) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = (float(v) for v in row)
    return x0, y0, x1, y1


def _paint(
    rgb: Pixels, box: tuple[float, float, float, float], gain: float
) -> tuple[tuple[str, float], ...]:
    """The commonest colour of the middle half, where the object and not its surroundings is."""
    height_px, width_px = rgb.shape[:2]
    x0, y0, x1, y1 = box
    dx, dy = (x1 - x0) / 4, (y1 - y0) / 4
    crop = rgb[
        int((y0 + dy) * height_px) : max(int((y1 - dy) * height_px), 1),
        int((x0 + dx) * width_px) : max(int((x1 - dx) * width_px), 1),
    ]
    if crop.size == 0:
        return ()
    step = max(1, int(np.sqrt(crop.shape[0] * crop.shape[1] / 1500)))
    return colours.commonest(crop[::step, ::step].reshape(-1, 3).astype(np.float32) * gain)
