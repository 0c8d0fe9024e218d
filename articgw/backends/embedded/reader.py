"""Text recognition: rapidocr with the models inside its wheel, one thread, never a download.

rapidocr keeps the switches of one call for the next, so every call names all three. Its logger
prints at every start, so it is silenced through the level that its constructor sets. Lines that it
recognises badly are kept: "there is text, and I cannot read it" is an outcome.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from articgw.backends.embedded.lettering import measure, rectified
from articgw.backends.embedded.scene import RGB, TextLine
from articgw.errors import BackendUnavailable
from articgw.frame import Pixels

SIDE_PX = 960
"""Longest side at which text is looked for; recognition itself uses the full picture."""

_INSTALL = "the embedded model needs its text reader: pip install 'articgw[detect]'"


class Reader:
    """Finds and reads text lines. Raises `BackendUnavailable` where rapidocr is not installed."""

    def __init__(self) -> None:
        try:
            import rapidocr
            from rapidocr.utils.output import RapidOCROutput
        except ImportError as error:
            raise BackendUnavailable(f"{_INSTALL} ({error})") from error
        self._result = RapidOCROutput
        models = Path(rapidocr.__file__).parent / "models"
        self._engine = rapidocr.RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.text_score": 0.0,
                "Det.model_path": str(models / "PP-OCRv6_det_small.onnx"),
                "Rec.model_path": str(models / "PP-OCRv6_rec_small.onnx"),
                "Det.limit_type": "max",
                "Det.limit_side_len": SIDE_PX,
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def read(self, rgb: Pixels) -> tuple[TextLine, ...]:
        """All lines of a (h, w, 3) RGB picture; boxes are fractions of it."""
        bgr = cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)
        found = self._engine(bgr, use_det=True, use_cls=False, use_rec=True)
        if not isinstance(found, self._result) or found.txts is None or found.boxes is None:
            return ()
        rows = zip(found.txts, found.scores or (), found.boxes, strict=True)
        lines = (_line(text, score, quad, rgb) for text, score, quad in rows)
        return tuple(line for line in lines if line is not None)


def _line(text: str, score: float, quad: NDArray[np.float32], rgb: Pixels) -> TextLine | None:
    clean = " ".join(unicodedata.normalize("NFKC", text).split())
    if not clean:
        return None
    corners = np.asarray(quad, np.float32)
    letters = measure(rectified(rgb, corners))
    tight = _inner(corners, letters.across, letters.down)
    height_px, width_px = rgb.shape[:2]
    x0, y0 = np.clip(tight.min(axis=0) / (width_px, height_px), 0.0, 1.0)
    x1, y1 = np.clip(tight.max(axis=0) / (width_px, height_px), 0.0, 1.0)
    if x1 <= x0 or y1 <= y0:
        return None
    tall_px = np.linalg.norm(tight[3] - tight[0]) + np.linalg.norm(tight[2] - tight[1])
    return TextLine(
        clean,
        float(score),
        (float(x0), float(y0), float(x1), float(y1)),
        float(tall_px) / 2,
        _rgb(letters.ground),
        _rgb(letters.ink),
    )


def _inner(
    quad: NDArray[np.float32], across: tuple[float, float], down: tuple[float, float]
) -> NDArray[np.float32]:
    """The part of a quad between fractions of its width and height."""

    def at(u: float, v: float) -> NDArray[np.float32]:
        top = quad[0] * (1 - u) + quad[1] * u
        bottom = quad[3] * (1 - u) + quad[2] * u
        return np.asarray(top * (1 - v) + bottom * v, np.float32)

    (u0, u1), (v0, v1) = across, down
    return np.stack([at(u0, v0), at(u1, v0), at(u1, v1), at(u0, v1)])


def _rgb(tone: NDArray[np.float32]) -> RGB:
    return float(tone[0]), float(tone[1]), float(tone[2])
