"""``devibench report RUN [RUN…] --out page.html``: a page and a Markdown table of any runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from articgw.errors import ConfigError
from devibench.extras import bench_extra

EXAMPLES = """examples:
  devibench report runs/monday --out monday.html
  devibench report runs/ours runs/theirs --against 'theirs: estimator' --out both.html
  devibench report runs/monday --out monday.html --confidence confidence.csv
      also writes the readability of each question at six rates, for devibench network to replay
"""


def add_arguments(parser: Any) -> None:
    """Of ``devibench report``."""
    parser.add_argument("runs", nargs="+", type=Path, help="folders that evaluate wrote")
    parser.add_argument("--out", type=Path, required=True, help="the page; the table is beside it")
    parser.add_argument("--against", type=str, help="arm or curve to compare with")
    parser.add_argument("--confidence", type=Path, help="write the confidence table here, too")


def report(arguments: Any) -> int:
    """Write the page and its table; exit status 0. Raises `ConfigError`."""
    with bench_extra():
        from devibench.report.blind import MAJORITY
        from devibench.report.page import html, markdown, report_on
        from devibench.report.runs import read_run
    runs = [read_run(folder) for folder in arguments.runs]
    told = report_on(runs, arguments.against)
    page, table = arguments.out, arguments.out.with_suffix(".md")
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(html(told), encoding="utf-8")
    table.write_text(markdown(told), encoding="utf-8")
    asked = sum(row.arm.arm != MAJORITY for row in told.arms)
    print(f"{page}: {asked} arms, {len(told.flips)} flips; {table}")
    if arguments.confidence is not None:
        _confidence(runs, arguments.confidence)
    return 0


def _confidence(runs: Any, file: Path) -> None:
    from devibench.report.confidence import points
    from devibench.statistics.confidence_table import write

    try:
        count = write(points(runs), file)
    except ValueError as error:
        raise ConfigError(f"--confidence: {error}") from error
    print(f"{file}: {count} questions")
