"""A frame number drawn into the picture, so that a far end can tell which frame it got.

    rows 0-7    | b15 | b14 | ... | b0 |     16 cells across the width, white = 1
    rows 8-15   |~b15 |~b14 | ... |~b0 |     the complement

1. Black and white are judged against the mean of the band, which the complement makes the middle
   grey of whatever brightness and contrast it arrives in.
2. All 32 cells must be clear of that grey, and each pair on either side of it, or there is no
   number: a picture without one, or one too damaged to trust, reads as None, not as a wrong number.
3. A scaled picture has a band of another height. The reader tries the heights that usual scalings
   make and believes the clearest.
4. The number is masked, because a plain 0 is a black line over a white one: with a dark picture
   below, a band taken for twice its height would read as 65535.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

BITS = 16
BAND_ROWS = 16
WHITE_LUMA, BLACK_LUMA, GREY_CHROMA = 235, 16, 128
MIN_CLEARNESS = 25.0
MASK = 0b1010_0101_1100_0011
READ_ROWS = (16, 8, 12, 24, 10, 6, 32, 48, 4)


def stamp(yuv: Pixels, number: int) -> None:
    """Draw the low 16 bits of number over the top 16 rows of an I420 array, in place.

    ``yuv`` is (height * 3 / 2, width), C-contiguous; ValueError if not, or if under 32x16 px.
    """
    height, width = _size_of(yuv)
    if width < 2 * BITS or height < BAND_ROWS:
        raise ValueError(f"{width}x{height} px is too small for a frame number: 32x16 or more")
    if not yuv.flags.c_contiguous:
        raise ValueError("the array must be C-contiguous: its chroma planes are found by reshaping")
    half = BAND_ROWS // 2
    coded = number ^ MASK
    for bit, (x0, x1) in enumerate(_cells(width)):
        white = coded >> (BITS - 1 - bit) & 1
        yuv[:half, x0:x1] = WHITE_LUMA if white else BLACK_LUMA
        yuv[half:BAND_ROWS, x0:x1] = BLACK_LUMA if white else WHITE_LUMA
    for plane in _chroma_planes(yuv, height, width):
        plane[: BAND_ROWS // 2] = GREY_CHROMA


def read(yuv: Pixels) -> int | None:
    """The number stamped on an I420 array of any size, or None if none can be trusted."""
    height, width = _size_of(yuv)
    if width < 2 * BITS:
        return None
    bands = [_read_band(yuv[:rows]) for rows in READ_ROWS if rows <= height]
    clear = [band for band in bands if band is not None]
    return max(clear)[1] if clear else None


def _read_band(band: Pixels) -> tuple[float, int] | None:
    rows = len(band)
    quarter, reach = rows / 4, max(0.5, rows / 10)
    upper, lower = (_cell_means(band, middle, reach) for middle in (quarter, 3 * quarter))
    grey = (upper.mean() + lower.mean()) / 2
    opposite = (upper > grey) != (lower > grey)
    clearness = float(np.minimum(np.abs(upper - grey), np.abs(lower - grey)).min())
    if not opposite.all() or clearness < MIN_CLEARNESS:
        return None
    number = int("".join("1" if bit else "0" for bit in upper > grey), 2)
    return clearness, number ^ MASK


def _cell_means(band: Pixels, middle: float, reach: float) -> NDArray[np.float64]:
    lines = band[int(middle - reach) : int(np.ceil(middle + reach))]
    insets = ((x0, x1, (x1 - x0) // 4) for x0, x1 in _cells(lines.shape[1]))
    return np.array([lines[:, x0 + inset : x1 - inset].mean() for x0, x1, inset in insets])


def _cells(width: int) -> list[tuple[int, int]]:
    edges = [round(width * cell / BITS) for cell in range(BITS + 1)]
    return list(zip(edges[:-1], edges[1:], strict=True))


def _size_of(yuv: Pixels) -> tuple[int, int]:
    if yuv.ndim != 2 or len(yuv) % 3 or yuv.shape[1] % 2:
        raise ValueError(f"not an I420 array of shape (height * 3 / 2, width): {yuv.shape}")
    return len(yuv) * 2 // 3, yuv.shape[1]


def _chroma_planes(yuv: Pixels, height: int, width: int) -> list[Pixels]:
    # Views, so that writing to them writes to the picture; heights that are not multiples of four
    # put half a row of U and half a row of V on one row of the array.
    chroma = yuv[height:].reshape(2, height // 2, width // 2)
    return [chroma[0], chroma[1]]
