"""Traces and curves, drawn or read."""

from __future__ import annotations

from pathlib import Path

from tests.bench._abr_data import drawn_trace, load


def test_without_a_folder_they_are_drawn_and_the_same_again() -> None:
    assert drawn_trace(3).at(100.0) == drawn_trace(3).at(100.0)
    assert drawn_trace(3).at(100.0) != drawn_trace(4).at(100.0)
    assert load(None, 1).anchor


def test_a_folder_of_other_traces_is_its_own_anchor(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("time_s,mbps\n0.0,1\n0.1,2\n")
    data = load(tmp_path, 1)
    assert data.anchor == ("mine",)
    assert len(data.curves) == 100
