"""YOLO models in ONNX files, whoever trained and exported them, through ONNX Runtime.

From bytes: whoever runs it opens the files. The picture is made to fit the side that is asked for,
with grey beside it up to the next multiple of the stride, as ultralytics does: a wide picture costs
less than a square one. Two forms of output are known: (1, 4 + kinds, n), middles and sizes with a
score per kind, of which the best non-overlapping are kept; and (1, n, 6), corners, score and kind,
which need no more work.

Box layout and padding: ultralytics 8.4, `Detect` and `LetterBox`.
"""

from __future__ import annotations

import ast
import importlib
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from artic_perception.detections import Detections

MIN_SCORE = 0.25
MAX_IOU = 0.7
MOST = 100
"""Objects of one frame, the best; a garbled model must not flood what comes after it."""
STRIDE_PX = 32
GREY = 114
LEAST_CELLS = 300
"""What a model of the form (1, n, 6) chooses its n from; it fails where the input has fewer."""
TRIED_PX = 128
"""Side of the picture that is tried when a model is loaded."""

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]


class Yolo:
    """A detector whose sides may be chosen anew for every picture, where its file allows that."""

    def __init__(self, model: bytes, *, threads: int = 1) -> None:
        """Raises ``ValueError`` where the bytes are no such detector, saying what they are."""
        try:
            runtime: Any = importlib.import_module("onnxruntime")
        except ImportError as error:
            raise ValueError("ONNX Runtime is missing: pip install 'articgw[detect]'") from error
        options = runtime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session: Any = runtime.InferenceSession(
                model, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # noqa: BLE001 - its errors have no base of their own
            raise ValueError(f"not a model that ONNX Runtime can load: {error}") from error
        inputs = self._session.get_inputs()
        shape: list[Any] = inputs[0].shape if len(inputs) == 1 else []
        if len(shape) != 4 or shape[1] not in (3, "channels"):
            raise ValueError(f"not a detector of pictures: it takes {[i.shape for i in inputs]}")
        self._input: str = inputs[0].name
        self._half = inputs[0].type == "tensor(float16)"
        height, width = shape[2:]
        self.fixed_px = (width, height) if isinstance(height, int) else None
        """Width and height that the file is made for; None: any multiple of `STRIDE_PX`."""
        about = self._session.get_modelmeta().custom_metadata_map
        self.licence: str = about.get("license", "")
        """What the file says of itself; empty where it says nothing."""
        self.labels = _names(about.get("names", ""))
        """Of its kinds; empty where the file does not name them."""
        self.see(np.full((TRIED_PX, TRIED_PX, 3), GREY, np.uint8), TRIED_PX)

    def see(self, rgb: Pixels, side_px: int, min_score: float = MIN_SCORE) -> Detections:
        """Objects of a (h, w, 3) RGB picture, best first, with the longer side made ``side_px``.

        Raises ``ValueError`` where what comes out is not what such a detector gives.
        """
        blob, scale, left, top = _fitted(rgb, self.fixed_px or _around(rgb, side_px))
        given = blob.astype(np.float16) if self._half else blob
        try:
            out = np.asarray(self._session.run(None, {self._input: given})[0], np.float32)
        except Exception as error:  # noqa: BLE001 - its errors have no base of their own
            raise ValueError(f"the model failed: {error}") from error
        boxes, scores, kinds = self._decoded(out, min_score)
        if kinds.size and self.labels and kinds.max() >= len(self.labels):
            raise ValueError(
                f"the model found kind {kinds.max()}, and its file names {len(self.labels)} kinds"
            )
        height, width = rgb.shape[:2]
        boxes = (boxes - np.array([left, top, left, top], np.float32)) / scale
        boxes = np.clip(boxes / np.array([width, height, width, height], np.float32), 0.0, 1.0)
        full = (boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])
        names = tuple(self._label(int(kind)) for kind in kinds[full])
        return Detections(boxes[full].astype(np.float32), names, scores[full])

    def _decoded(self, out: Floats, min_score: float) -> tuple[Floats, Floats, NDArray[np.int_]]:
        """Corners in pixels of the input, scores and kinds; best first, none that is no number."""
        if out.ndim != 3 or out.shape[0] != 1:
            raise ValueError(f"not a detector of boxes: it gives {out.shape}")
        if out.shape[2] == 6 and out.shape[1] != 6:
            rows = _sane(out[0], out[0, :, 4], min_score)
            return rows[:, :4], rows[:, 4], rows[:, 5].astype(int)
        kinds = out.shape[1] - 4
        if kinds < 1 or (self.labels and kinds != len(self.labels)):
            raise ValueError(f"the model has {kinds} kinds, and its file names {len(self.labels)}")
        rows = _sane(out[0].T, out[0, 4:].max(axis=0), min_score)
        middles, sizes = rows[:, :2], rows[:, 2:4]
        boxes = np.concatenate([middles - sizes / 2, middles + sizes / 2], axis=1)
        scores, best = rows[:, 4:].max(axis=1), rows[:, 4:].argmax(axis=1)
        kept = _apart(boxes, scores, best)
        return boxes[kept], scores[kept], best[kept]

    def _label(self, kind: int) -> str:
        return self.labels[kind] if self.labels else f"kind {kind}"


def _sane(rows: Floats, scores: Floats, min_score: float) -> Floats:
    good = np.isfinite(rows).all(axis=1) & (scores >= min_score)
    order = np.argsort(-scores[good], kind="stable")[: 30 * MOST]
    return np.asarray(rows[good][order], np.float32)


def _apart(boxes: Floats, scores: Floats, kinds: NDArray[np.int_]) -> NDArray[np.int_]:
    """Indices of one box per object of a kind, best first."""
    if not len(boxes):
        return np.zeros(0, np.int_)
    sized = np.concatenate([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], axis=1)
    kept = cv2.dnn.NMSBoxesBatched(
        sized.astype(float).tolist(), scores.tolist(), kinds.tolist(), 0.0, MAX_IOU
    )
    return np.asarray(kept, np.int_).reshape(-1)[:MOST]


def _around(rgb: Pixels, side_px: int) -> tuple[int, int]:
    """Width and height of the input: multiples of the stride around the picture at that side."""
    height, width = rgb.shape[:2]
    scale = side_px / max(height, width)
    wide, high = _whole(width * scale), _whole(height * scale)
    while sum((wide // cell_px) * (high // cell_px) for cell_px in (8, 16, 32)) < LEAST_CELLS:
        wide, high = (wide + STRIDE_PX, high) if wide < high else (wide, high + STRIDE_PX)
    return wide, high


def _whole(px: float) -> int:
    return max(STRIDE_PX, STRIDE_PX * int(np.ceil(round(px) / STRIDE_PX)))


def _fitted(rgb: Pixels, size_px: tuple[int, int]) -> tuple[Floats, float, int, int]:
    """The input, how the picture was scaled, and where its left and top edge are in it."""
    height, width = rgb.shape[:2]
    scale = min(size_px[0] / width, size_px[1] / height)
    inner = max(1, round(width * scale)), max(1, round(height * scale))
    small = rgb if inner == (width, height) else cv2.resize(rgb, inner)
    left, top = (size_px[0] - inner[0]) // 2, (size_px[1] - inner[1]) // 2
    canvas = np.full((size_px[1], size_px[0], 3), GREY, np.uint8)
    canvas[top : top + inner[1], left : left + inner[0]] = small
    blob = np.ascontiguousarray(canvas.transpose(2, 0, 1)[None]).astype(np.float32)
    blob *= 1 / 255
    return blob, scale, left, top


def _names(spelt: str) -> tuple[str, ...]:
    """From ultralytics' metadata, a Python dict of number and name."""
    try:
        names = ast.literal_eval(spelt)
        return tuple(str(names[k]) for k in range(len(names)))
    except (ValueError, SyntaxError, KeyError, TypeError, MemoryError, RecursionError):
        return ()
