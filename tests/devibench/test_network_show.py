"""Tables have a line each; a picture is a file."""

from __future__ import annotations

from pathlib import Path

from artic_abr.simulation import Reader
from artic_abr.simulation.service import constant
from devibench.network import compare, drawn_curves
from devibench.network_show import overall, per_trace, plot


def test_tables_and_a_picture(tmp_path: Path) -> None:
    services = {"a": constant(3e6), "b": constant(5e5)}
    reader = Reader(drawn_curves(1))
    outcomes = compare(services, ["ours", "cap"], reader, fps=30.0, seconds=6.0, seed=1)
    assert (per_trace(outcomes).row_count, overall(outcomes).row_count) == (4, 2)
    plot(outcomes[0].log, services["a"], reader, "a", tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
