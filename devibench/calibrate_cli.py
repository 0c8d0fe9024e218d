"""``devibench calibrate RUN… --out table.json``: how far a model's readability is to be trusted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from articgw.errors import ConfigError

EXAMPLES = """examples:
  devibench calibrate runs/monday --out gpt.json
  articgw serve --backend openai:gpt-4o --calibration gpt.json
"""
SOURCES = ("", "recognition", "detection", "verbalised", "logprobs")


def add_arguments(parser: Any) -> None:
    """Of ``devibench calibrate``."""
    parser.add_argument("runs", nargs="+", type=Path, help="folders that evaluate wrote")
    parser.add_argument("--out", type=Path, required=True, help="the table")
    parser.add_argument(
        "--source", type=str, default="",
        help=f"only for readabilities of that source: {', '.join(SOURCES[1:])}; any if not said",
    )  # fmt: skip


def calibrate(arguments: Any) -> int:
    """Write the table; exit status 0. Raises `ConfigError`, `DatasetError`."""
    import msgspec

    from devibench.calibration import calibrated
    from devibench.evaluate.store import read_lines, read_meta

    if arguments.source not in SOURCES:
        raise ConfigError(f"--source {arguments.source}: is none of {', '.join(SOURCES[1:])}")
    names = {read_meta(run).backend for run in arguments.runs}
    if len(names) > 1:
        raise ConfigError(f"the runs are of {len(names)} back ends: {', '.join(sorted(names))}")
    lines = [line for run in arguments.runs for line in read_lines(run)]
    table = calibrated(lines, backend=names.pop(), source=arguments.source)
    arguments.out.write_bytes(msgspec.json.format(msgspec.json.encode(table), indent=1) + b"\n")
    print(
        f"{arguments.out}: {table.count} answers; expected calibration error "
        f"{table.ece_before:.3f}, with the table {table.ece_after:.3f} on videos left out"
    )
    return 0
