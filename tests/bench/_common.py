"""What every bench shares: goals, the result file, and what it was measured on."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "tests" / "bench" / "results"
OUT = ROOT / "tests" / "bench" / "out"
"""For what is looked at and thrown away; git ignores it."""


def provided(name: str) -> Path | None:
    """A folder of the provided data, of $ARTICGW_DATA or beside the tree; None where it is not."""
    folder = Path(os.environ.get("ARTICGW_DATA", ROOT.parent / "shared" / "data")) / name
    return folder if folder.is_dir() else None


@dataclass(frozen=True, slots=True)
class Goal:
    """One figure and where it should be."""

    name: str
    value: float | None
    """None where there was nothing to measure it on; such a goal is missed."""
    goal: float
    better: Literal["higher", "lower"]

    @property
    def met(self) -> bool:
        """True where the value is at the goal or beyond."""
        if self.value is None:
            return False
        return self.value >= self.goal if self.better == "higher" else self.value <= self.goal


def write_result(
    file: Path,
    *,
    goals: Sequence[Goal],
    rows: Sequence[Mapping[str, Any]],
    seed: int | None,
    seconds: float,
    data: Path | None,
) -> None:
    """The form of docs/design.md, "Bench result"; figures keep four digits."""
    result = {
        **_measured(seconds),
        "seed": seed,
        "data": None if data is None else {"path": shown(data), "sha256": tree_sha256(data)},
        "goals": [asdict(goal) for goal in goals],
        "rows": rows,
    }
    _write(file, result)


def add_onto(parser: argparse.ArgumentParser) -> None:
    """``--onto FILE``, for benches whose parts can be measured apart (see `write_apart`)."""
    parser.add_argument(
        "--onto", type=Path, help="a result in which these parts take the place of what it has"
    )


def check_onto(parser: argparse.ArgumentParser, args: argparse.Namespace, parts: str) -> None:
    """``parts`` is what was chosen of the bench; leaves where the result cannot be written so."""
    if args.onto and (args.quick or not parts or not args.onto.is_file()):
        parser.error("--onto wants some of the parts, no --quick, and a result that is there")


def write_apart(
    file: Path,
    *,
    rows: Sequence[Mapping[str, Any]],
    goals_of: Callable[[Sequence[dict[str, Any]]], Sequence[Goal]],
    seed: int | None,
    seconds: float,
) -> Sequence[Goal]:
    """``rows`` take the place of those of their parts in a result that is there already.

    Its ``apart`` then says of which commit each of them is. Returns the goals of all rows.
    """
    result = json.loads(file.read_text())
    parts = sorted({row["part"] for row in rows})
    kept = [row for row in result["rows"] if row["part"] not in parts]
    result["rows"] = [*kept, *rows]
    goals = goals_of(result["rows"])
    result["goals"] = [asdict(goal) for goal in goals]
    result["apart"] = result.get("apart", {}) | dict.fromkeys(
        parts, {**_measured(seconds), "seed": seed}
    )
    _write(file, result)
    return goals


def _measured(seconds: float) -> dict[str, Any]:
    return {
        "commit": _git("rev-parse", "HEAD") or None,
        "dirty": bool(_git("status", "--porcelain", "--", ".", ":!tests/bench/results")),
        "machine": machine(),
        "seconds": seconds,
    }


def _write(file: Path, result: Mapping[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(_rounded(result), indent=1, ensure_ascii=False) + "\n")


def print_goals(goals: Iterable[Goal], console: Console) -> None:
    """A line per goal, with whether it was met."""
    table = Table("goal", "value", "wanted", "met", title="Goals")
    for goal in goals:
        value = "none" if goal.value is None else f"{goal.value:.3g}"
        wanted = f"{'≥' if goal.better == 'higher' else '≤'} {goal.goal:g}"
        table.add_row(goal.name, value, wanted, "[green]yes" if goal.met else "[red]no")
    console.print(table)


def machine() -> str:
    """Processor, cores, memory, system and interpreter, in one line."""
    model = platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    python = platform.python_version()
    return f"{model}, {cores} cores, {memory:.0f} GiB, {platform.system()}, Python {python}"


def tree_sha256(folder: Path) -> str:
    """Over the names and contents of all files below, in order of their names."""
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{file.relative_to(folder).as_posix()}\0".encode())
        with file.open("rb") as content:
            digest.update(hashlib.file_digest(content, "sha256").digest())
    return digest.hexdigest()


def shown(path: Path) -> str:
    """A path as it may be published: within the repository, or only its name."""
    path = path.resolve()
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name


def _git(*args: str) -> str:
    command = ("git", "--no-optional-locks", "-C", str(ROOT), *args)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def _rounded(value: Any) -> Any:
    match value:
        case float():
            return float(f"{value:.4g}")
        case Mapping():
            return {key: _rounded(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_rounded(inner) for inner in value]
        case _:
            return value
