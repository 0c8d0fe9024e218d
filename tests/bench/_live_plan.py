"""Which parts the live bench runs, on which arms and how often; and what was run already.

Arms take turns within each repeat, so that what the machine does meanwhile hits all of them; where
only bytes or memory are counted over a minute, two arms run side by side. A result is kept under
the hash of everything that it depends on: an interrupted run goes on where it was.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
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
    abreast: int = 1
    """Calls at the same time: more than one only where no time is measured."""


ORDERS = (
    Order("a", "start", parts.start_up, ALL, 3, ("plain chromium/ours",)),
    Order("a200", "narrow", parts.narrow, ALL, 3, ("plain chromium/ours",)),
    Order("b", "freeze", parts.freeze, OURS, 3, (*STOCK, "plain chromium/ours")),
    Order("c", "cap", parts.cap, (*OURS, "plain chromium/ours"), 2, ("plain sender/ours",)),
    Order("d", "age", parts.age, ALL, 1),
    Order("e", "available", parts.available, ("sender/ours", "sender/stock"), 3),
    Order("f", "stalled", parts.stalled, OURS, 3, STOCK, abreast=2),
    Order("g", "idle", parts.idling, (*OURS, *STOCK), 1, abreast=2),
    Order("g", "asked", parts.asked_always, OURS, 1, abreast=2),
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
    rows: list[Row] = []
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task("", total=len(wanted))
        for abreast in _abreast(wanted):
            progress.update(bar, description=" | ".join(job.title for job in abreast))
            keys = [f"{sources} {job.title} {quick}".encode() for job in abreast]
            files = [done / f"{hashlib.sha256(key).hexdigest()[:32]}.json" for key in keys]
            known = [None if fresh else _read(file) for file in files]
            found = await asyncio.gather(
                *(
                    _tried(job, film, quick, work)
                    for job, row in zip(abreast, known, strict=True)
                    if row is None
                )
            )
            for job, file, row in zip(abreast, files, known, strict=True):
                if row is None:
                    row = found.pop(0)
                    if "error" not in row:
                        file.write_text(json.dumps(row))
                head = {"part": job.order.label, "arm": job.arm.name, "repeat": job.repeat}
                rows.append(head | row)
                console.print(f"{job.title}: {_short(row)}", soft_wrap=True, highlight=False)
                progress.advance(bar)
    return rows


def _abreast(wanted: Sequence[Job]) -> Iterator[Sequence[Job]]:
    """Jobs of one order and one repeat, as many at a time as the order allows."""
    for (order, _repeat), jobs_of in groupby(wanted, lambda job: (job.order, job.repeat)):
        same = list(jobs_of)
        for first in range(0, len(same), order.abreast):
            yield same[first : first + order.abreast]


def _read(file: Path) -> Row | None:
    if not file.is_file():
        return None
    row: Row = json.loads(file.read_text())
    return row


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
