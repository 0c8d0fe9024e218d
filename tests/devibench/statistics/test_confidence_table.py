"""The table is read back by the simulator that replays it."""

from __future__ import annotations

from pathlib import Path

import pytest

from artic_abr.simulation.reader import parse_curves
from devibench.statistics.confidence_table import rows, write


def test_artic_abr_replays_it(tmp_path: Path) -> None:
    points = {
        "7": [(200e3, 0.2), (610e3, 0.6), (3150e3, 1.0)],
        "12": [(200e3, 0.9), (400e3, 0.7), (910e3, 1.0)],
        "13": [(200e3, 0.9)],
    }
    assert write(points, tmp_path / "confidence.csv") == 2
    with (tmp_path / "confidence.csv").open() as lines:
        first, second = parse_curves(lines)
    assert first.values == pytest.approx((0.2, 0.3951, 0.6, 0.6472, 0.7732, 1.0), abs=1e-4)
    assert second.values == pytest.approx((0.8, 0.8, 0.8824, 1.0, 1.0, 1.0), abs=1e-4)


def test_its_heading_is_artics(tmp_path: Path) -> None:
    write({"1": [(1e5, 0.0), (2e5, 1.0)]}, tmp_path / "confidence.csv")
    heading = (tmp_path / "confidence.csv").read_text().splitlines()[0]
    assert heading == (
        "original_index,confidence_200kbps,confidence_400kbps,confidence_610kbps,"
        "confidence_910kbps,confidence_1710kbps,confidence_3150kbps"
    )


def test_values_do_not_fall() -> None:
    ((_, values),) = rows({"1": [(200e3, 1.0), (400e3, 0.0), (910e3, 0.8), (3150e3, 0.4)]})
    assert list(values) == sorted(values)


def test_a_table_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="two rates"):
        write({"1": [(1e5, 1.0)]}, tmp_path / "confidence.csv")
    assert not (tmp_path / "confidence.csv").exists()
