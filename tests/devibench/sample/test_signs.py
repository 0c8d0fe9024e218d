from __future__ import annotations

import numpy as np
import pytest

from devibench.sample.palette import PLATES
from devibench.sample.signs import Sign, draw_plate, font_of_height, quad_around_zero
from devibench.sample.words import BOLD, KINDS, SignKind, Wording
from devibench.sample.world import FINE


def sign(height_px: float, kind: SignKind = KINDS[0], yaw: float = 0.0) -> Sign:
    """A red EXIT."""
    return Sign("s0", kind, Wording("EXIT"), "red", BOLD, height_px, (yaw, 0.0, 0.0))


@pytest.mark.parametrize("height_px", [10.0, 17.3, 40.0])
def test_the_capitals_are_as_high_as_said(height_px: float) -> None:
    plate = draw_plate(sign(height_px, KINDS[1])).astype(float)
    ink = plate[..., 1] > 150
    rows = np.flatnonzero(ink.any(1))
    assert (rows[-1] - rows[0] + 1) / FINE == pytest.approx(height_px, rel=0.05, abs=1)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.label)
def test_the_plate_hugs_the_text(kind: SignKind) -> None:
    height_px = 30.0
    plate = draw_plate(sign(height_px, kind))
    height = plate.shape[0] / FINE
    assert 1.5 * height_px < height < 2.0 * height_px
    middle = plate[3 : plate.shape[0] - 3, plate.shape[1] // 2]
    assert (np.abs(middle[:, :3].astype(int) - PLATES["red"]).sum(1) < 40).any()


def test_a_turned_sign_is_narrower_and_higher_on_its_near_side() -> None:
    plate = draw_plate(sign(30.0))
    flat = quad_around_zero(sign(30.0), plate)
    turned = quad_around_zero(sign(30.0, yaw=0.5), plate)
    assert np.ptp(turned[:, 0]) < 0.95 * np.ptp(flat[:, 0])
    left, right = turned[3, 1] - turned[0, 1], turned[2, 1] - turned[1, 1]
    assert left > right


def test_fonts_come_in_the_height_of_a_capital() -> None:
    _, top, _, bottom = font_of_height(BOLD, 60.0).getbbox("H", anchor="ls")
    assert bottom - top == pytest.approx(60, abs=1.5)
