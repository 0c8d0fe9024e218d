"""Is an answer right, and did it look at the right place? Pure.

1. An answer to a question about text is right if it holds an accepted answer and the text of no
   other sign of the clip, upper and lower case and spaces aside.
2. Any other answer is right if it holds an accepted answer as whole words.
3. A look is right if its boxes cover 80 % of the evidence and are at most four times as large.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from devibench.clipset import Clip, Question

FractionBox = tuple[float, float, float, float]
GRID_PX = (640, 360)
"""Boxes are compared on a raster of this size: fine enough for a box of 2 % of the width."""
MIN_COVER = 0.8
MAX_AREA_RATIO = 4.0


def is_about_text(clip: Clip, question: Question) -> bool:
    """True if an accepted answer is what stands on the evidence, or a part of it."""
    texts = {squeeze(clip.object(id_).text or "") for id_ in question.objects} - {""}
    answers = {squeeze(answer) for answer in question.answers}
    return any(answer in text or text in answer for answer in answers for text in texts)


def is_right(clip: Clip, question: Question, answer: str) -> bool:
    """Rules 1 and 2."""
    if not is_about_text(clip, question):
        said = f" {words(answer)} "
        return any(f" {words(accepted)} " in said for accepted in question.answers)
    accepted_texts = [squeeze(accepted) for accepted in question.answers]
    said = squeeze(answer)
    if not any(accepted in said for accepted in accepted_texts):
        return False
    # What is part of the accepted answer, or of the question's own words, is not another sign.
    about = [squeeze(clip.object(id_).text or "") for id_ in question.objects]
    allowed = [*accepted_texts, *about]
    others = {squeeze(thing.text or "") for thing in clip.meta.objects} - {""}
    return not any(other in said for other in others if not any(other in ok for ok in allowed))


def squeeze(text: str) -> str:
    """Without case and spaces."""
    return re.sub(r"\s+", "", text).casefold()


def words(text: str) -> str:
    """The words in lower case with one space between."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def cover_and_area(
    regions: Iterable[FractionBox], evidence: Sequence[FractionBox]
) -> tuple[float, float] | None:
    """Share of the evidence inside the regions, and area of the regions over that of the evidence.

    None where no evidence is in view.
    """
    asked = _raster(evidence)
    if not asked.any():
        return None
    looked = _raster(regions)
    area = float(asked.sum())
    return float((asked & looked).sum()) / area, float(looked.sum()) / area


def looked_right(cover: float, area_ratio: float) -> bool:
    """Rule 3."""
    return cover >= MIN_COVER and area_ratio <= MAX_AREA_RATIO


def _raster(boxes: Iterable[FractionBox]) -> NDArray[np.bool_]:
    width, height = GRID_PX
    grid = np.zeros((height, width), np.bool_)
    for x0, y0, x1, y1 in boxes:
        columns = slice(max(0, round(x0 * width)), max(0, round(x1 * width)))
        grid[max(0, round(y0 * height)) : max(0, round(y1 * height)), columns] = True
    return grid
