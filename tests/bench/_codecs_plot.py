"""The curves as a picture: text read, or objects found, against bits on the wire."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import matplotlib
from matplotlib.figure import Figure

from tests.bench._codecs_curves import EQUAL

Kind = Literal["text", "object"]
TICKS_KBPS = (12, 25, 50, 100, 200, 400, 800)
LABELS: dict[Kind, str] = {
    "text": "asked text read, % of the original's",
    "object": "asked objects found, % of the original's",
}


def plot(told: Sequence[dict[str, Any]], of: Kind, file: Path) -> bool:
    """A line per arm with its 95 % band, of the clips to score on; False where there are none."""
    curves = [row for row in told if (row["of"], row["split"]) == (of, "score")]
    if not curves:
        return False
    figure = Figure(figsize=(11, 6.5), layout="constrained")
    axes = figure.subplots()
    colours = matplotlib.colormaps["tab20"]
    for number, arm in enumerate(dict.fromkeys(row["arm"] for row in curves)):
        mine = sorted((row for row in curves if row["arm"] == arm), key=lambda r: r["wire_bps"])
        kbps = [row["wire_bps"] / 1e3 for row in mine]
        low, middle, high = ([100 * row[name] for row in mine] for name in ("low", "share", "high"))
        colour = colours(number % colours.N)
        width = 2.6 if mine[0]["chose"] is not None else 1.2
        axes.plot(kbps, middle, marker="o", markersize=4, color=colour, linewidth=width, label=arm)
        axes.fill_between(kbps, low, high, color=colour, alpha=0.1, linewidth=0)
    axes.axhline(100 * EQUAL, color="0.5", linewidth=0.8, linestyle=":")
    axes.set_xscale("log")
    axes.set_xticks(TICKS_KBPS, [str(tick) for tick in TICKS_KBPS])
    axes.minorticks_off()
    axes.set_xlabel("kb/s on the wire, with all headers from IP up")
    axes.set_ylabel(LABELS[of])
    axes.set_ylim(-2, 104)
    axes.grid(alpha=0.25)
    axes.legend(fontsize=8, loc="lower right")
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, dpi=120)
    return True
