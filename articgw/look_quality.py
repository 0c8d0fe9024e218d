"""How well the asked part of a look came through, in dB, by whoever knows it best.

1. The sender, who has the camera's picture and its own reconstruction: the region's PSNR.
2. The quantisers of the region's blocks, which the decoder tells of H.264. Of 1,155 looks they tell
   the readable ones apart with an AUC of 0.95; the stream's rate: 0.77.
3. The bits of the frame (0.91), which are known of every sender, and the only thing known of VP8.

What is said by 2 and 3 is the PSNR that such quantisers, or so many bits, come to on average: by
straight lines, fitted by `tests/bench/profile_look_db.py`. A value says little without its source.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from artic_abr import LookQuality, LookSource
from artic_codecs import Box, Region
from articgw.coded import Coded
from articgw.protocol import Stats

WHOLE: Box = (0.0, 0.0, 1.0, 1.0)
BEST_DB = 60.0
"""What is the same to the last bit; articgw/client/look_quality.py."""
QP_DB = (55.6, 0.724)
"""dB = first - second * QP; off by 1.7 dB on average (640 signs of 4 clips, r 0.94)."""
BITS_DB = (41.1, 1.91)
"""dB = first + second * log2(bits per pixel of the coded picture); off by 3.4 dB (r 0.77)."""
TOLD_S = 1.5
"""A sender tells at most once a second; what is older was another look's."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the sender last said of its most important region."""

    db: float
    qp: float | None
    told_t: float
    """When that arrived, s on the gateway's clock."""


def look_quality(
    coded: Coded | None, regions: Sequence[Region], told: Told | None, *, looked_t: float
) -> LookQuality | None:
    """Of the first of ``regions``, or else the whole, of the look that a model was given at
    ``looked_t``; None where nobody knows."""
    box = regions[0].box if regions else WHOLE
    qp = None if coded is None else coded.region_qp(box)
    bits = None if coded is None else coded.own.bits
    if told is not None and abs(looked_t - told.told_t) <= TOLD_S:
        return LookQuality(
            _bounded(told.db), LookSource.MEASURED, told.qp if qp is None else qp, bits
        )
    if qp is not None:
        return LookQuality(db_of_qp(qp), LookSource.QP, qp, bits)
    per_px = None if coded is None else coded.bits_per_px
    if per_px is not None:
        return LookQuality(db_of_bits(per_px), LookSource.BITS, None, bits)
    return None


def told_by(message: object, *, now: float) -> Told | None:
    """What a message of the sender says of its region, if it does."""
    if not isinstance(message, Stats) or message.region_db is None:
        return None
    return Told(message.region_db, message.region_qp, now)


def db_of_qp(qp: float) -> float:
    """PSNR that blocks of this QP come to on average, dB."""
    first, slope = QP_DB
    return _bounded(first - slope * qp)


def db_of_bits(per_px: float) -> float:
    """PSNR that a picture of so many bits per pixel comes to on average, dB."""
    first, slope = BITS_DB
    return _bounded(first + slope * math.log2(max(per_px, 1e-6)))


def _bounded(db: float) -> float:
    return min(BEST_DB, max(0.0, db)) if math.isfinite(db) else 0.0
