"""Several moments of a film on one sheet, for models that are given one picture.

Row by row, the oldest first, each at its own size: two stand side by side, three and four in two
rows. What is left over is grey. (A model that shrinks its pictures sees each moment smaller; the
question says how many there are, `articgw.backends.Prompt.moments`.)
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from devibench.samples import Pixels

GREY = 128


def sheet(pictures: Sequence[Pixels]) -> Pixels:
    """I420 pictures of one size as one; a single one as it is. Raises ``ValueError`` for none, or
    for several sizes."""
    if not pictures or len({one.shape for one in pictures}) > 1:
        raise ValueError("a sheet needs pictures of one size")
    if len(pictures) == 1:
        return pictures[0]
    width, height = pictures[0].shape[1], len(pictures[0]) * 2 // 3
    columns = math.ceil(math.sqrt(len(pictures)))
    rows = math.ceil(len(pictures) / columns)
    planes = [
        np.full((rows * tall, columns * wide), GREY, np.uint8)
        for wide, tall in ((width, height), (width // 2, height // 2), (width // 2, height // 2))
    ]
    for place, picture in enumerate(pictures):
        row, column = divmod(place, columns)
        luma, chroma = picture[:height], picture[height:].reshape(2, height // 2, width // 2)
        for plane, part in zip(planes, (luma, *chroma), strict=True):
            tall, wide = part.shape
            plane[row * tall : (row + 1) * tall, column * wide : (column + 1) * wide] = part
    flat = np.concatenate([plane.ravel() for plane in planes])
    return np.asarray(flat.reshape(rows * height * 3 // 2, columns * width), np.uint8)
