"""How much of a text is read, by treatment, frame rate, bits and height of its letters.

Written by `python -m tests.bench.profile_codecs`; not to be changed by hand.
432 looks at texts of 4 drawn clips, seed 91.
The regions were true ones. Bits are those on the wire, with all headers from IP up.
"""

from __future__ import annotations

from collections.abc import Mapping

from artic_codecs.curve import Curve
from artic_codecs.steer import Treatment

READ: Mapping[tuple[Treatment, float], Curve] = {
    (Treatment.PACKED, 2.0): Curve(2.54, 3.04, 1.80),
    (Treatment.PACKED, 5.0): Curve(3.93, 2.60, 1.93),
    (Treatment.PACKED, 10.0): Curve(4.27, 2.43, 1.41),
    (Treatment.QP, 2.0): Curve(3.25, 1.57, 0.52),
    (Treatment.QP, 5.0): Curve(1.90, 2.32, 1.61),
    (Treatment.QP, 10.0): Curve(4.00, 2.52, 1.51),
    (Treatment.WHOLE, 2.0): Curve(-2.20, 2.38, 2.32),
    (Treatment.WHOLE, 5.0): Curve(-0.68, 2.36, 1.41),
    (Treatment.WHOLE, 10.0): Curve(0.66, 2.16, 1.71),
}
"""By treatment and frames a second."""
