"""Tables have a line each; a picture is a file."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from artic_abr.simulation import Reader
from artic_abr.simulation.service import constant
from devibench.network import compare, drawn_curves
from devibench.network_show import overall, per_trace, plot


def test_tables_and_a_picture(tmp_path: Path) -> None:
    services = {"a": constant(3e6), "b": constant(5e5)}
    reader = Reader(drawn_curves(1))
    outcomes = compare(services, ["ours", "cap"], reader, fps=30.0, seconds=6.0, seed=1)
    assert (per_trace(outcomes).row_count, overall(outcomes).row_count) == (4, 2)
    of_a = {one.policy: one.log for one in outcomes if one.trace == "a"}
    plot({"ours": of_a["ours"]}, services["a"], reader, "a", tmp_path / "one.png")
    plot(of_a, services["a"], reader, "a", tmp_path / "sheet.png")
    with Image.open(tmp_path / "one.png") as one, Image.open(tmp_path / "sheet.png") as sheet:
        assert one.format == sheet.format == "PNG"
        assert sheet.width / sheet.height > one.width / one.height
