"""What is left of the rest of the scene: texts and objects that nobody asked about, and likeness.

Found on the original, found again on what was received; a thing counts once for the whole film,
whose looks lie within 4 s. The model gets the newest picture and, of a sender that packs, the last
whole frame if it is at most `KEEP_S` old; else the thumbnail is its scene.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.metrics import structural_similarity

from artic_codecs.regions import Box
from articgw.backends.embedded import boxes
from articgw.frame import yuv_to_rgb
from tests.bench._codecs_film import Film
from tests.bench._codecs_look import WHOLE, Looker, View

Pixels = NDArray[np.uint8]

LEAST_TEXT_PX = 28.0
READ_SHARE = 0.8
"""Of a text's characters, from which it counts as found."""
LEAST_IOU = 0.5
KEEP_S = 4.0
SSIM_PX = (640, 360)


class Thing(NamedTuple):
    """Something in the original at one look."""

    name: str
    """Id of a text, label of an object."""
    box: Box
    text: str | None


def things_in(film: Film, number: int, looker: Looker) -> list[Thing]:
    """What the reader and the detector find in the original frame."""
    view = View(yuv_to_rgb(film.frames[number]), WHOLE)
    large = [
        Thing(thing.id, box, thing.text)
        for thing in film.clip.meta.objects
        if thing.text and (thing.height_px or 0) >= LEAST_TEXT_PX
        if (box := film.box(thing.id, number)) is not None
    ]
    objects = [Thing(label, box, None) for label, box in looker.objects(view)]
    return [one for one in large if _is_read(view, one, looker)] + objects


def found_again(view: View, things: Sequence[Thing], looker: Looker) -> set[str]:
    """Names of those that a received scene still shows."""
    found = {one.name for one in things if one.text and _is_read(view, one, looker)}
    objects = [one for one in things if not one.text]
    seen = looker.objects(view) if objects else []
    return found | {one.name for one in objects if is_among(one.name, one.box, seen)}


def is_among(label: str, box: Box, seen: Iterable[tuple[str, Box]]) -> bool:
    """True where an object of that label was found in that place."""
    return any(name == label and boxes.iou(box, at) >= LEAST_IOU for name, at in seen)


def likeness(scene: View, original: Pixels) -> NDArray[np.float64]:
    """SSIM of luma at `SSIM_PX`, place by place; ``original`` is I420."""
    ours, true = (_grey(rgb) for rgb in (scene.rgb, yuv_to_rgb(original)))
    similarity: Any = structural_similarity
    _, local = similarity(true, ours, full=True)
    return np.asarray(local, np.float64)


def outside(local: NDArray[np.float64], asked: Box | None) -> float:
    """Mean likeness but for the asked box."""
    kept = np.ones(local.shape, bool)
    if asked is not None:
        x0, y0, x1, y1 = asked
        rows = slice(int(y0 * SSIM_PX[1]), int(np.ceil(y1 * SSIM_PX[1])))
        kept[rows, int(x0 * SSIM_PX[0]) : int(np.ceil(x1 * SSIM_PX[0]))] = False
    return float(local[kept].mean())


def _is_read(view: View, thing: Thing, looker: Looker) -> bool:
    return looker.text(view, thing.box, thing.text or "", closer=False) >= READ_SHARE


def _grey(rgb: Pixels) -> Pixels:
    way = cv2.INTER_AREA if rgb.shape[1] > SSIM_PX[0] else cv2.INTER_CUBIC
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, SSIM_PX, interpolation=way), np.uint8)
