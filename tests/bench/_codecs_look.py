"""What a model's eyes make of a received picture: text on a box, and objects.

1. The asked text is read as the gateway's second look reads it: the part of the picture around the
   sign at its own size, and, where that did not give the text, the sign alone enlarged twice. Of a
   packed picture that part is cut from the window.
2. What counts is the share of the sign's characters that came out right: 1 - Levenshtein distance
   over length, not less than 0; capitals and spaces aside.
3. Everything is compared with what the same eyes make of the original of the very same frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from artic_codecs.pack import Unpacker
from artic_codecs.regions import Box
from artic_perception.ssd import Ssd
from articgw.backends.embedded import boxes
from articgw.backends.embedded.eyes import CROP_PX
from articgw.backends.embedded.reader import Reader
from articgw.backends.embedded.scene import TextLine
from articgw.backends.embedded.spotter import GRAPH, LABELS, WEIGHTS
from articgw.frame import yuv_to_rgb
from articgw.models import default_models_dir
from tests.bench._score import squeeze

Pixels = NDArray[np.uint8]
ROOM = 1.5
"""A close look is so many times the sign's box at least."""
CLOSE_PX, CLOSER_PX = CROP_PX, (240, 96)
"""And so many pixels: the gateway's, and of what is enlarged."""
REACH = 0.25
"""A line belongs to a sign if its middle is in the box grown by this share of its height."""
SURE = 0.95
"""Of the recogniser: what it reads so surely on an original may be asked about."""
WHOLE: Box = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class View:
    """A picture of some part of the camera's frame."""

    rgb: Pixels
    part: Box
    """Which part, fractions of the camera's frame."""

    def to_frame(self, box: Box) -> Box:
        """From fractions of this picture to fractions of the frame."""
        x0, y0, x1, y1 = self.part
        wide, tall = x1 - x0, y1 - y0
        return x0 + box[0] * wide, y0 + box[1] * tall, x0 + box[2] * wide, y0 + box[3] * tall

    def around(self, box: Box, least_px: tuple[int, int] = CLOSE_PX) -> View:
        """The part of it that a close look at a box of the frame takes."""
        height, width = self.rgb.shape[:2]
        x0, y0, x1, y1 = self.part
        columns = _span(box[0], box[2], x0, x1, width, least_px[0])
        rows = _span(box[1], box[3], y0, y1, height, least_px[1])
        cut = np.ascontiguousarray(self.rgb[slice(*rows), slice(*columns)])
        inner = (columns[0] / width, rows[0] / height, columns[1] / width, rows[1] / height)
        return View(cut, self.to_frame(inner))

    def enlarged(self) -> View:
        """The same with twice the pixels on each side."""
        large = cv2.resize(self.rgb, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
        return View(np.asarray(large, np.uint8), self.part)


@dataclass(frozen=True, slots=True)
class Views:
    """What can be seen in one received picture."""

    detail: View
    scene: View


def views_of(yuv: Pixels, unpacker: Unpacker) -> Views | None:
    """The window and the scene, or the whole frame twice; None where the picture is refused."""
    found = unpacker.unpack(yuv)
    if found is None:
        return None
    if found.layout is None:
        whole = View(yuv_to_rgb(yuv), WHOLE)
        return Views(whole, whole)
    part = found.layout.from_window(WHOLE)
    assert part is not None
    return Views(View(yuv_to_rgb(found.detail), part), View(yuv_to_rgb(found.scene), WHOLE))


def share_read(truth: str, read: Iterable[str]) -> float:
    """Of the characters of ``truth``, in the best of some readings; 0..1."""
    wanted = squeeze(truth)
    errors = (Levenshtein.distance(wanted, squeeze(text)) for text in read)
    return max(0.0, 1 - min(errors, default=len(wanted)) / len(wanted))


class Looker:
    """Reader and detector of one process."""

    def __init__(self) -> None:
        cv2.setNumThreads(1)
        self._reader = Reader()
        self._ssd = _ssd()

    def text(self, view: View, box: Box, truth: str, *, closer: bool = True) -> float:
        """Share of the characters of ``truth`` that a close look at ``box`` reads."""
        share = self._read(view.around(box), box, truth)
        if share < 1.0 and closer:
            share = max(share, self._read(view.around(box, CLOSER_PX).enlarged(), box, truth))
        return share

    def lines(self, view: View) -> list[TextLine]:
        """What the reader is sure of, best first; boxes are fractions of the view."""
        sure = [line for line in self._reader.read(view.rgb) if line.score >= SURE]
        return sorted(sure, key=lambda line: -line.score)

    def objects(self, view: View) -> list[tuple[str, Box]]:
        """Label and place of all that is found; nothing where the detector is not installed."""
        if self._ssd is None:
            return []
        seen = self._ssd.see(view.rgb)
        found = zip(seen.labels, seen.boxes.tolist(), strict=True)
        return [(label, view.to_frame((x0, y0, x1, y1))) for label, (x0, y0, x1, y1) in found]

    def _read(self, view: View, box: Box, truth: str) -> float:
        lines = [(view.to_frame(line.box), line.text) for line in self._reader.read(view.rgb)]
        return share_read(truth, readings_on(box, lines))


def readings_on(box: Box, lines: Sequence[tuple[Box, str]]) -> list[str]:
    """All lines on a sign as one text, in reading order, and each of them alone."""
    tall = box[3] - box[1]
    x0, y0, x1, y1 = boxes.grown(box, REACH * tall, REACH * tall)
    middles = [(*boxes.centre(at), text) for at, text in lines]
    mine = [(x, y, text) for x, y, text in middles if x0 <= x <= x1 and y0 <= y <= y1]
    mine.sort(key=lambda line: (round(2 * (line[1] - y0) / max(tall, 1e-6)), line[0]))
    texts = [text for _, _, text in mine]
    return [" ".join(texts), *texts] if texts else []


def _span(
    low: float, high: float, first: float, last: float, count: int, least_px: int
) -> tuple[int, int]:
    """Pixels of a picture of ``first`` to ``last`` that show ``low`` to ``high``, with room."""
    scale = count / (last - first)
    length = min(count, max(least_px, round(ROOM * (high - low) * scale)))
    start = round(((low + high) / 2 - first) * scale - length / 2)
    start = max(0, min(count - length, start))
    return start, start + length


def known_labels() -> frozenset[str]:
    """What the detector can name; nothing where it is not installed."""
    folder = default_models_dir()
    if not all((folder / name).is_file() for name in (WEIGHTS, GRAPH, LABELS)):
        return frozenset()
    return frozenset((folder / LABELS).read_text(encoding="utf-8").splitlines())


@cache
def _ssd() -> Ssd | None:
    folder = default_models_dir()
    if not known_labels():
        return None
    labels = tuple((folder / LABELS).read_text(encoding="utf-8").splitlines())
    return Ssd((folder / WEIGHTS).read_bytes(), (folder / GRAPH).read_bytes(), labels)
