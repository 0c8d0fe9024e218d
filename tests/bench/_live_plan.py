"""Which parts the live bench runs, on which arms and how often; and what was run already.

Arms take turns within each repeat, so that what the machine does meanwhile hits all of them. A
result is kept under the hash of everything that it depends on: an interrupted run goes on where it
was.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from tests.bench import _live_parts as parts
from tests.bench._common import ROOT
from tests.bench._live_calls import ARMS, Arm
from tests.bench._live_film import Film
from tests.bench._live_parts import Row

Part = Callable[[Arm, Film, int, bool, Path], Awaitable[Row]]
TRIES = 2
ALL = ("chromium/ours", "chromium/stock", "sender/ours", "sender/stock")
OURS = ("chromium/ours", "sender/ours")
STOCK = ("chromium/stock", "sender/stock")
SOURCES = (
    *("articgw", "abr", "codecs", "perception", "tests/helpers", "devibench/framenumber.py"),
    *("tests/bench/_live_*.py", "tests/bench/plain.*", "constraints.txt"),
)


@dataclass(frozen=True, slots=True)
class Order:
    """One part on some arms."""

    name: str
    """As in `--only`."""
    label: str
    """In rows."""
    part: Part
    arms: tuple[str, ...]
    repeats: int
    once: tuple[str, ...] = ()
    """Arms for comparison, in the first repeat only."""
    quick: tuple[str, ...] = ("sender/ours",)
    """The only arms of a smoke run."""


ORDERS = (
    Order("a", "start", parts.start_up, ALL, 3, ("plain chromium/ours",)),
    Order("a200", "narrow", parts.narrow, ALL, 3, ("plain chromium/ours",)),
    Order("b", "freeze", parts.freeze, OURS, 3, (*STOCK, "plain chromium/ours")),
    Order("c", "cap", parts.cap, (*OURS, "plain chromium/ours"), 2, ("plain sender/ours",)),
    Order("d", "age", parts.age, ALL, 1),
    Order("e", "available", parts.available, ("sender/ours", "sender/stock"), 3),
    Order("f", "stalled", parts.stalled, OURS, 3, STOCK),
    Order("g", "idle", parts.idling, ALL, 1),
    Order("g", "asked", parts.asked_always, OURS, 1),
)


@dataclass(frozen=True, slots=True)
class Job:
    """One call."""

    order: Order
    arm: Arm
    repeat: int

    @property
    def title(self) -> str:
        """For people."""
        return f"{self.order.label}, {self.arm.name}, {self.repeat + 1}"


def jobs(only: Sequence[str], *, quick: bool) -> Iterator[Job]:
    """In the order in which they are run."""
    for order in ORDERS:
        if only and order.name not in only and order.label not in only:
            continue
        for repeat in range(1 if quick else order.repeats):
            arms = order.arms + (() if repeat else order.once)
            for name in order.quick if quick else arms:
                yield Job(order, ARMS[name], repeat)


async def run(
    wanted: Sequence[Job], film: Film, work: Path, console: Console, *, quick: bool, fresh: bool
) -> list[Row]:
    """A row per job; one that failed twice says why and is tried again by the next run."""
    done = work / "done"
    done.mkdir(parents=True, exist_ok=True)
    sources = digest(sorted(_files(SOURCES)), film.path)
    rows = []
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task("", total=len(wanted))
        for job in wanted:
            progress.update(bar, description=job.title)
            key = hashlib.sha256(f"{sources} {job.title} {quick}".encode()).hexdigest()
            kept = done / f"{key[:32]}.json"
            if kept.is_file() and not fresh:
                row = json.loads(kept.read_text())
            else:
                row = await _tried(job, film, quick, work)
                if "error" not in row:
                    kept.write_text(json.dumps(row))
            head = {"part": job.order.label, "arm": job.arm.name, "repeat": job.repeat}
            rows.append(head | row)
            console.print(f"{job.title}: {_short(row)}", soft_wrap=True, highlight=False)
            progress.advance(bar)
    return rows


async def _tried(job: Job, film: Film, quick: bool, work: Path) -> Row:
    error = ""
    for _ in range(TRIES):
        try:
            return await job.order.part(job.arm, film, job.repeat, quick, work)
        except Exception as failure:  # noqa: BLE001  one call that breaks is a row, not the end
            error = f"{type(failure).__name__}: {failure}"
    return {"error": error}


def _short(row: Row) -> str:
    shown = (
        f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}"
        for k, v in row.items()
        if not isinstance(v, list) or len(v) < 4
    )
    return ", ".join(shown)


def digest(files: Sequence[Path], film: Path) -> str:
    """Of the sources, and of the film's size and date."""
    hashed = hashlib.sha256()
    for file in files:
        hashed.update(f"{file}\0".encode() + file.read_bytes())
    hashed.update(f"{film.stat().st_size} {film.stat().st_mtime_ns}".encode())
    return hashed.hexdigest()


def _files(patterns: Sequence[str]) -> Iterator[Path]:
    for pattern in patterns:
        for path in ROOT.glob(pattern):
            inner = path.rglob("*") if path.is_dir() else [path]
            yield from (p for p in inner if p.is_file() and "__pycache__" not in p.parts)
