"""Does `articgw models export` give what ultralytics itself sees? On the photographs in its wheel.

    PYTHON (with the extra `gpu`) -m tests.bench._perception_export MODEL.pt

Prints one JSON line. Each of ultralytics' boxes is matched with our box of its kind that overlaps
most; the row's IoU is the least of them, 0 where one has no counterpart or ours has more.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from articgw.errors import ConfigError
from articgw.models_export import SIDE_PX, export

PHOTOGRAPHS = ("bus.jpg", "zidane.jpg")
MIN_SCORE = 0.25
NEEDED = ("torch", "ultralytics", "onnx", "onnxruntime")
LIMIT_S = 300.0

Boxes = list[tuple[str, tuple[float, ...]]]


def export_iou(model: Path, python: Path | None = None) -> tuple[float | None, str]:
    """The row, and a word on it. Runs in ``python``, which has the extra, or in this one.

    None where it cannot be run, with the reason.
    """
    if python is None and (missing := [name for name in NEEDED if _absent(name)]):
        return None, f"the extra 'gpu' is not installed: {', '.join(missing)}"
    if not model.is_file():
        return None, f"there is no {model.name}"
    command = [str(python or sys.executable), "-m", __name__, str(model)]
    paths = os.pathsep.join(path for path in sys.path if "site-packages" not in path)
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
            env={**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"},
        )
    except subprocess.TimeoutExpired:
        return None, f"not done within {LIMIT_S:g} s"
    lines = done.stdout.strip().splitlines()
    if done.returncode != 0 or not lines:
        return None, (done.stderr.strip().splitlines() or ["it did not say why"])[-1]
    told = json.loads(lines[-1])
    return told["iou"], told["about"]


def least_iou(theirs: Boxes, ours: Boxes) -> float:
    """0..1; both in pixels."""
    if len(theirs) != len(ours):
        return 0.0
    left, least = list(ours), 1.0
    for kind, box in theirs:
        rated = [(_iou(box, other), k) for k, (name, other) in enumerate(left) if name == kind]
        best, index = max(rated, default=(0.0, -1))
        least = min(least, best)
        if index >= 0:
            del left[index]
    return least


def _measure(model: Path) -> dict[str, object]:
    from artic_perception.yolo import Yolo

    with tempfile.TemporaryDirectory() as folder:
        out = export(model, Path(folder) / "model.onnx", lambda line: None)
        detector = Yolo(out.read_bytes())
        ultralytics: Any = importlib.import_module("ultralytics")
        reference: Any = ultralytics.YOLO(str(model))
        assets = Path(ultralytics.__file__).parent / "assets"
        ious, boxes = [], 0
        for name in PHOTOGRAPHS:
            bgr = np.asarray(cv2.imread(str(assets / name)), np.uint8)
            seen = reference.predict(
                bgr, imgsz=SIDE_PX, conf=MIN_SCORE, nms=False, verbose=False, save=False
            )[0]
            kinds = [reference.names[int(k)] for k in seen.boxes.cls.tolist()]
            theirs = [
                (k, tuple(box)) for k, box in zip(kinds, seen.boxes.xyxy.tolist(), strict=True)
            ]
            ours = _ours(detector, np.ascontiguousarray(bgr[..., ::-1]))
            ious.append(least_iou(theirs, ours))
            boxes += len(theirs)
    about = f"{boxes} boxes of {', '.join(PHOTOGRAPHS)}, ultralytics {ultralytics.__version__}"
    return {"iou": round(min(ious), 4), "about": about}


def _ours(detector: Any, rgb: NDArray[np.uint8]) -> Boxes:
    height, width = rgb.shape[:2]
    seen = detector.see(rgb, SIDE_PX, MIN_SCORE)
    pixels = seen.boxes * np.array([width, height, width, height], np.float32)
    return [(k, tuple(map(float, b))) for k, b in zip(seen.labels, pixels, strict=True)]


def _iou(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    both = max(0.0, width) * max(0.0, height)
    either = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both
    return both / either if either > 0 else 0.0


def _absent(name: str) -> bool:
    return importlib.util.find_spec(name) is None


if __name__ == "__main__":
    try:
        print(json.dumps(_measure(Path(sys.argv[1]))))
    except ConfigError as error:
        sys.exit(str(error))
