"""``devibench fetch [TABLE.csv] [--videos DIR]``: what must be obtained, and what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

EXAMPLES = """examples:
  devibench fetch                                       what to get, and from where
  devibench fetch devibench_v2_open.csv --videos films  what of it is missing; exits 1 if anything
"""


def add_arguments(parser: Any) -> None:
    """Of ``devibench fetch``."""
    parser.add_argument("table", nargs="?", type=Path, help="a table of questions to check")
    parser.add_argument("--videos", type=Path, help="folder of its videos; 'videos' beside it")


def fetch(arguments: Any) -> int:
    """Tell; 1 where something is missing or cannot be used. Raises `DatasetError`."""
    from devibench.datasets.opening import VIDEOS
    from devibench.fetch import check, instructions

    if arguments.table is None:
        print(*instructions(), sep="\n")
        return 0
    checked = check(arguments.table, arguments.videos or arguments.table.parent / VIDEOS)
    print(*checked.told, sep="\n")
    return 0 if checked.complete else 1
