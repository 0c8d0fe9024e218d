"""Each picture is drawn, of little and of much."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from devibench.report import figures
from devibench.report.figures import Dot, Name, Series
from devibench.report.ink import colour

SURE = (0.5, 0.4, 0.6)
CURVES = (
    Series("plain", 1, (Dot(5e4, SURE, "50k"), Dot(2e5, SURE, "200k"))),
    Series("original", 0, (Dot(3e6, (1.0, 0.9, 1.0)),)),
)
BARS = {Name("plain", 1): [SURE, None], Name("ours", 2): [None, SURE]}
DRAWN = {
    "rate": lambda: figures.rate_accuracy(CURVES, {"majority": 0.25}),
    "rate of nothing": lambda: figures.rate_accuracy((), {}),
    "delay": lambda: figures.delay_accuracy(CURVES),
    "delay of nothing": lambda: figures.delay_accuracy(()),
    "saturation": lambda: figures.saturation((50, 200), {Name("plain", 1): (3, 2, 1)}),
    "types": lambda: figures.by_type(("Counting", "Attribute Perception"), BARS),
    "calibration": lambda: figures.calibration({Name("plain", 1): [(0.1, 0.2, 3), (0.9, 0.8, 9)]}),
}


@pytest.mark.parametrize("name", DRAWN)
def test_it_is_drawn(name: str) -> None:
    root = ElementTree.fromstring(DRAWN[name]())
    assert root.tag.endswith("svg")


def test_a_curve_keeps_its_colour() -> None:
    for name in ("rate", "delay", "saturation", "types", "calibration"):
        assert colour(1) in DRAWN[name]()


def test_baselines_are_named_with_their_share() -> None:
    assert "majority 25 %" in DRAWN["rate"]()


def test_rates_are_in_kilobits() -> None:
    drawn = DRAWN["rate"]()
    assert "measured kb/s" in drawn
    assert ">50</text>" in drawn
    assert ">2000</text>" in drawn
