"""Text recognition: rapidocr with the models inside its wheel, one thread, never a download.

rapidocr keeps the switches of one call for the next, so every call names all three. Its logger
prints at every start, so it is silenced through the level that its constructor sets. Lines that it
recognises badly are kept: "there is text, and I cannot read it" is an outcome.
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from articgw.backends.embedded import boxes
from articgw.backends.embedded.colours import gain
from articgw.backends.embedded.lettering import measure, rectified
from articgw.backends.embedded.scene import RGB, TextLine
from articgw.errors import BackendUnavailable
from articgw.frame import Pixels

SIDE_PX = 960
"""Longest side at which text is looked for; recognition itself uses the full picture."""
HUNT_SIDE_PX = 512
"""The same where it is only found."""

_TEXT, _FAINT = 0.5, 0.2
"""Scores of the detector from which a box is read, and from which it may be text at all."""
_AROUND = 0.25
"""What is read around the letters of a line that was found, in their heights."""
_TALLEST = 0.15
"""Of the picture: what is found taller is no line of text but a pattern of blocks."""

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
        self._engine: Any = rapidocr.RapidOCR(
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
        self.read(np.zeros((96, 96, 3), np.uint8))

    def read(self, rgb: Pixels) -> tuple[TextLine, ...]:
        """All lines of a (h, w, 3) RGB picture; boxes are fractions of it."""
        bgr = cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)
        found = self._engine(bgr, use_det=True, use_cls=False, use_rec=True, box_thresh=_TEXT)
        if not isinstance(found, self._result) or found.txts is None or found.boxes is None:
            return ()
        rows = zip(found.txts, found.scores or (), found.boxes, strict=True)
        lines = (_line(_clean(text), score, quad, rgb) for text, score, quad in rows)
        return tuple(line for line in lines if line is not None and line.text)

    def hunt(self, rgb: Pixels) -> tuple[TextLine, ...]:
        """Where text may be, however faint, and none of it read: the texts are empty.

        On a small picture, brightened: what a low rate leaves of letters is coarse, and blocks look
        like letters less when they are small. Measured on drawn clips at 25 and 50 kb/s: finds 65
        and 83 % of the signs, where a whole picture gives 56 and 79 % for four times the work.
        """
        scale = HUNT_SIDE_PX / max(rgb.shape[:2])
        shrunk = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        small = np.asarray(shrunk, np.uint8)
        lit = cv2.convertScaleAbs(small, alpha=gain(small))
        finder = self._engine.text_det
        detector, in_order = finder.postprocess_op, finder.sorted_boxes
        usual, detector.thresh = detector.thresh, _FAINT
        finder.sorted_boxes = _as_found
        try:
            found = self._engine(
                cv2.cvtColor(lit, cv2.COLOR_RGB2BGR),
                use_det=True,
                use_cls=False,
                use_rec=False,
                box_thresh=_FAINT,
            )
        finally:
            detector.thresh, finder.sorted_boxes = usual, in_order
        if isinstance(found, self._result) or found.boxes is None:
            return ()
        pairs = zip(found.boxes, found.scores, strict=True)
        lines = ((_line("", 0.0, quad / scale, rgb), float(score)) for quad, score in pairs)
        return tuple(
            replace(line, found=score)
            for line, score in lines
            if line is not None and line.box[3] - line.box[1] <= _TALLEST
        )

    def recognise(self, rgb: Pixels, line: TextLine) -> TextLine:
        """A line that was found, with what stands there; 0.03 s. The text may stay empty."""
        tall_px, wide_px = rgb.shape[:2]
        margin = _AROUND * line.height_px
        x0, y0, x1, y1 = boxes.grown(line.box, margin / wide_px, margin / tall_px)
        rows = slice(int(y0 * tall_px), int(np.ceil(y1 * tall_px)))
        crop = rgb[rows, int(x0 * wide_px) : int(np.ceil(x1 * wide_px))]
        bgr = cv2.cvtColor(np.ascontiguousarray(crop), cv2.COLOR_RGB2BGR)
        read = self._engine(bgr, use_det=False, use_cls=False, use_rec=True)
        if not read.txts:
            return line
        return replace(line, text=_clean(read.txts[0]), score=float(read.scores[0]))


def _as_found(quads: NDArray[np.float32]) -> NDArray[np.float32]:
    """In the order of their scores, which rapidocr does not sort with them."""
    return quads


def _clean(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _line(text: str, score: float, quad: NDArray[np.float32], rgb: Pixels) -> TextLine | None:
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
        text,
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
