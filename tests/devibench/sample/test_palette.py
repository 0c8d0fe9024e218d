from __future__ import annotations

import pytest

from devibench.sample.palette import PLATES, RGB, ink_on


def luminance(rgb: RGB) -> float:
    """Relative, as WCAG 2 defines it."""
    parts = [v / 255 for v in rgb]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("plate", PLATES)
def test_ink_reads_on_its_plate(plate: str) -> None:
    low, high = sorted([luminance(PLATES[plate]), luminance(ink_on(plate))])
    assert (high + 0.05) / (low + 0.05) >= 4.5
