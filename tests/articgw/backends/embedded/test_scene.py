from __future__ import annotations

import pytest

from articgw.backends.embedded.scene import Sign, TextLine


def test_a_sign_is_its_lines() -> None:
    box = (0.1, 0.1, 0.2, 0.2)
    both = Sign((TextLine("AB", 1.0, box, 30.0), TextLine("ABCDEF", 0.6, box, 12.0)), box)
    assert both.text == "AB ABCDEF"
    assert both.height_px == 12.0
    assert both.score == pytest.approx(0.7)
