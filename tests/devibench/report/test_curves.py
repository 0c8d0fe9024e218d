"""Arms that differ in a rate are one curve."""

from __future__ import annotations

from pathlib import Path

import pytest

from devibench.report.curves import curves_of
from devibench.report.runs import Arm, Run, arms_of, read_run
from devibench.samples import Line, RunMeta

META = RunMeta("d", "0" * 64, (), "embedded", "normalised", 1, "0")


def _arms(*names: str) -> list[Arm]:
    run = Run(Path("r"), "r", META, (), 0, {})
    found = []
    for place, name in enumerate(names):
        line = Line("k", name, "a", True, None, 0, None, 0.0, 1, None, 1, kbps=100.0 * (place + 1))
        found.append(Arm(run, name, name, {"k": line}))
    return found


@pytest.mark.parametrize(
    ("names", "curves"),
    [
        (["x264:200k", "x264:400k"], {"x264:*": ["200k", "400k"]}),
        (["x264:200k+found", "x264:400k"], {"x264:200k+found": [""], "x264:*": [""]}),
        (["x264@0.2M", "x264@1M"], {"x264@*": ["0.2M", "1M"]}),
        (["original"], {"original": [""]}),
        (["lte-1+ours", "lte-2+ours"], {"lte-1+ours": [""], "lte-2+ours": [""]}),
        (
            ["x264:200k+fps:5", "x264:400k+fps:5", "x264:200k+fps:10"],
            {"x264:*+fps:5": ["200k", "400k"], "x264:200k+fps:*": ["10"]},
        ),
    ],
)
def test_names_tell_curves(names: list[str], curves: dict[str, list[str]]) -> None:
    if "x264:200k+found" in names:
        curves = {name: [""] for name in names}
    found = {one.name: [rung.label for rung in one.rungs] for one in curves_of(_arms(*names))}
    assert found == curves


def test_rungs_go_up_by_what_was_measured(run: Path) -> None:
    found = curves_of(arms_of([read_run(run)]))
    assert [curve.name for curve in found][:2] == ["original", "x264:*+plain"]
    for curve in found:
        rates = [rung.bps for rung in curve.rungs]
        assert rates == sorted(rates)
    assert [rung.label for rung in found[1].rungs] == ["50k", "100k", "200k", "400k"]
