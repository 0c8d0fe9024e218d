"""A matplotlib figure as SVG that stands inside a page and takes the page's ink.

What is drawn in `INK` becomes ``currentColor``, so that axes and words are dark by day and light by
night; curves have colours that can be told apart on either. Words stay words: they can be searched
and scale with the reader's glasses.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, Any

from devibench.extras import bench_extra

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK = "#7f7f7e"
"""No curve has this colour."""
COLOURS = (
    "#3b82f6", "#f59e0b", "#10b981", "#ef4444", "#a855f7", "#06b6d4", "#ec4899", "#84a10d",
    "#8b6f5c", "#6b7fa3",
)  # fmt: skip
MARKERS = "osD^vPX*<>"
_RC: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "devibench",
    "font.size": 11.0,
    "font.family": "sans-serif",
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "grid.color": INK,
    "grid.alpha": 0.18,
    "grid.linewidth": 0.7,
    "legend.frameon": False,
    "legend.fontsize": 10.0,
}
_FONT = re.compile(r"'DejaVu Sans'[^;\"]*?sans-serif")
_ID = re.compile(r' id="([^"]+)"')


@contextmanager
def drawing() -> Iterator[None]:
    """Figures that are made and saved within have the page's looks."""
    with bench_extra():
        import matplotlib
    with matplotlib.rc_context(_RC):
        yield


def colour(number: int) -> str:
    """Of the curve of that number; the same again after ten."""
    return COLOURS[number % len(COLOURS)]


def marker(number: int) -> str:
    """The same, for those who cannot tell colours apart."""
    return MARKERS[number % len(MARKERS)]


def svg(figure: Figure, title: str) -> str:
    """An ``<svg>`` element, named for those who hear the page."""
    drawn = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    figure.savefig(drawn, format="svg", transparent=True, metadata=nothing)
    text = drawn.getvalue()
    text = text[text.index("<svg") :].replace(INK, "currentColor")
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = _FONT.sub("system-ui, sans-serif", text)
    used = set(re.findall(r"#([\w-]+)", text))
    text = _ID.sub(lambda found: found[0] if found[1] in used else "", text)
    text = re.sub(r' width="[^"]*pt"| height="[^"]*pt"', "", text, count=2)
    return text.replace("<svg ", f'<svg role="img" aria-label="{escape(title)}" ', 1)
