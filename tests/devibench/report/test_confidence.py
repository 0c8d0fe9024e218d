"""Bits and readability by question."""

from __future__ import annotations

from pathlib import Path

from devibench.report.confidence import points
from devibench.report.runs import read_run


def test_every_arm_with_a_picture_is_a_point(run: Path) -> None:
    found = points([read_run(run)])
    assert len(found) == 72
    assert {len(one) for one in found.values()} == {13}
    assert all(0 <= value <= 1 and bps > 0 for one in found.values() for bps, value in one)
