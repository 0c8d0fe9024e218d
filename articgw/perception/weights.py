"""Which detector there is: a file of the user's own, else what `articgw models fetch` brought.

--detect_model PATH.onnx     the user's; its licence is what the file says of itself
frozen_inference_graph.pb    SSD-MobileNetV3, TensorFlow detection zoo, Apache-2.0
neither                      nothing is detected, and the gateway says so
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from artic_perception import Detections
from artic_perception.ssd import SIDE_PX, Ssd
from artic_perception.yolo import Yolo
from articgw.backends.embedded.spotter import GRAPH, LABELS, WEIGHTS
from articgw.errors import ConfigError
from articgw.frame import Pixels

SIDES_PX = (160, 224, 320, 416, 512, 640, 960)
NO_WEIGHTS = (
    "no objects are looked for: there is no detector. Run 'articgw models fetch', or name one of "
    "your own: --detect_model PATH.onnx"
)


@dataclass(frozen=True, slots=True)
class Weights:
    """Where a detector is."""

    path: Path
    """An ONNX file, or the folder of the fetched one."""


class Detector(Protocol):
    """What finds objects, at one of a few picture sizes."""

    sides_px: tuple[int, ...]
    """Longer sides that it may be asked for, smallest first."""
    model: str
    """Name, as in profiles."""
    about: str
    """Name and licence."""

    def see(self, rgb: Pixels, side_px: int) -> Detections:
        """Objects of a (h, w, 3) RGB picture, best first. Raises ``ValueError``."""


def find(model: Path | None, models_dir: Path | None) -> Weights | None:
    """What is to be loaded; None where there is nothing.

    Raises `ConfigError` where ``model`` is named and cannot be it; its contents are looked at by
    `load`.
    """
    if model is not None:
        if model.suffix == ".pt":
            to = model.with_suffix(".onnx").name
            raise ConfigError(
                f"detect_model {model} is a .pt file, which is a program; make an ONNX file of it "
                f"first: articgw models export {model} --out {to}"
            )
        if not model.is_file():
            raise ConfigError(f"detect_model {model}: there is no such file")
        return Weights(model)
    if models_dir is None or not all((models_dir / n).is_file() for n in (WEIGHTS, GRAPH, LABELS)):
        return None
    return Weights(models_dir)


def load(weights: Weights, *, threads: int = 1) -> Detector:
    """Raises `ConfigError` where the files are not what they should be."""
    path = weights.path
    try:
        if path.is_dir():
            labels = (path / LABELS).read_text("utf-8").splitlines()
            graph = (path / GRAPH).read_bytes()
            return _OfSsd(Ssd((path / WEIGHTS).read_bytes(), graph, tuple(labels)))
        return _OfYolo(Yolo(path.read_bytes(), threads=threads), path.stem)
    except (OSError, ValueError) as error:
        raise ConfigError(f"the detector {path} cannot be used: {error}") from error


class _OfYolo:
    def __init__(self, detector: Yolo, name: str) -> None:
        fixed_px = detector.fixed_px
        self.sides_px: tuple[int, ...] = SIDES_PX if fixed_px is None else (max(fixed_px),)
        self.model = name
        self.about = f"{name} ({detector.licence or 'licence not stated in the file'})"
        self._detector = detector

    def see(self, rgb: Pixels, side_px: int) -> Detections:
        return self._detector.see(rgb, side_px)


class _OfSsd:
    def __init__(self, detector: Ssd) -> None:
        self.sides_px: tuple[int, ...] = (SIDE_PX,)
        self.model = "ssd"
        self.about = "SSD-MobileNetV3 (Apache-2.0)"
        self._detector = detector

    def see(self, rgb: Pixels, side_px: int) -> Detections:
        return self._detector.see(rgb)
