"""The sheet for people: every question beside its pictures, and what the models said.

It is a page that needs nothing but the folder it lies in; what is ticked is written into
`review.csv`, which opens in any spreadsheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from devibench.build.export import Built
from devibench.build.pipeline import BuildOrder, StageCount
from devibench.extras import bench_extra

TEMPLATES = Path(__file__).parent / "templates"


def review_page(built: Sequence[Built], counts: Sequence[StageCount], order: BuildOrder) -> Path:
    """Write OUT/review.html; where it is. Raises ``OSError`` where the disk is full."""
    with bench_extra():
        import jinja2
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["quoted"] = quote
    page = environment.get_template("review.html.jinja")
    file = order.out / "review.html"
    file.write_text(page.render(built=built, counts=counts, order=order), encoding="utf-8")
    return file
