"""Look quality: how well the asked part of a look came through.

Readability depends on it and not on the stream's bitrate: move the regions or the frame rate, and a
curve over bitrate is void. A value says little without its source.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LookSource(StrEnum):
    """Who knew."""

    MEASURED = "measured"
    """The sender, on its own reconstruction."""
    QP = "qp"
    """The gateway's decoder, by the quantisers of the region's blocks."""
    BITS = "bits"
    """Whoever counts the bits of the frame."""


@dataclass(frozen=True, slots=True)
class LookQuality:
    """Of the asked part of one look."""

    db: float
    """PSNR of its luma, measured or as good as."""
    source: LookSource
    region_qp: float | None = None
    """Mean over its blocks, 0..51, at their best in the last second."""
    frame_bits: int | None = None
    """Of the whole frame, on the wire, without headers."""
