"""Figures that take the page's ink."""

from __future__ import annotations

from xml.etree import ElementTree

from matplotlib.figure import Figure

from devibench.report.ink import COLOURS, INK, MARKERS, colour, drawing, marker, svg


def _drawn() -> str:
    with drawing():
        figure = Figure()
        axes = figure.subplots()
        axes.plot([1, 2], [3, 4], marker="o", color=colour(0), label="curve")
        axes.legend()
        return svg(figure, "A <title>")


def test_it_is_one_element_that_scales() -> None:
    root = ElementTree.fromstring(_drawn())
    assert root.tag.endswith("svg")
    assert root.get("viewBox")
    assert root.get("width") is None
    assert root.get("aria-label") == "A <title>"


def test_axes_have_the_inks_colour_and_curves_their_own() -> None:
    text = _drawn()
    assert INK not in text
    assert "currentColor" in text
    assert colour(0) in text


def test_words_are_words() -> None:
    text = _drawn()
    assert ">curve</text>" in text
    assert "DejaVu" not in text


def test_the_same_figure_is_the_same_text() -> None:
    assert _drawn() == _drawn()


def test_there_is_always_another_colour() -> None:
    assert colour(len(COLOURS)) == colour(0)
    assert marker(len(MARKERS) + 1) == marker(1)
