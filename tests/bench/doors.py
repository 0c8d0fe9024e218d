"""Doors on both sides: who connects, which model answers, and what we add in between.

delay     a question on the data channel ─▶ its request at the model server; and back
whip      RFC 9725's status codes, one by one
foreign   clients that others wrote, unmodified, in a browser
faults    everything that can go wrong at a model server
digits    drawn digits, filmed, called, and read by a real model server
secrets   everything that a gateway writes, searched for what it was trusted with

python -m tests.bench.doors [--data FOLDER] [--out FILE] [--quick] [--only a,b]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import secrets
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from articgw.errors import ArticError
from tests.bench import _doors_delay, _doors_digits, _doors_secrets
from tests.bench._common import OUT, RESULTS, print_goals, shown, write_result
from tests.bench._doors_goals import goals_of
from tests.helpers.browser import gateway
from tests.helpers.chat_faults import FAULTS, asked, faulty_call, wrong
from tests.helpers.foreign import run_foreign
from tests.helpers.foreign_packages import pages
from tests.helpers.reader import reader_server
from tests.helpers.whip_cases import run_cases

Row = dict[str, Any]

SEED = 20
DIGITS, QUICK_DIGITS = 60, 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """What this run is about."""

    seed: int
    quick: bool
    digits: Path
    """A folder of pictures called *_D.png."""
    console: Console


async def delay(wanted: Wanted) -> list[Row]:
    """Our own delay; see `_doors_delay`."""
    return await _doors_delay.measure(wanted.console, seed=wanted.seed, quick=wanted.quick)


async def whip(wanted: Wanted) -> list[Row]:
    """A row per case."""
    secret = secrets.token_hex(32)
    async with gateway("--token", secret) as running:
        cases = await run_cases(running.url, secret)
    return [{"part": "whip", **asdict(case)} for case in cases]


async def foreign(wanted: Wanted) -> list[Row]:
    """A row per client."""
    secret = secrets.token_hex(32)
    async with pages() as origin:
        let_in = ("--cors_origins", json.dumps([origin]))
        async with gateway("--token", secret, *let_in) as running:
            calls = await run_foreign(running.url, secret, origin)
    return [
        {"part": "foreign", **asdict(call), "passed": bool(call.answer) and not call.trouble}
        for call in calls
    ]


async def faults(wanted: Wanted) -> list[Row]:
    """A row per fault."""
    rows = []
    with Progress(console=wanted.console, transient=True) as progress:
        for fault in progress.track(FAULTS, description="faults"):
            async with faulty_call(fault) as peer:
                end, took_s = await asked(peer, "1")
            why = wrong(fault, end, took_s)
            row = {"fault": fault.name, "code": fault.code, "ms": 1000 * took_s}
            rows.append({"part": "faults", **row, "passed": not why, "why": why})
    return rows


async def digits(wanted: Wanted) -> list[Row]:
    """A row per picture."""
    pictures = await asyncio.to_thread(_doors_digits.read_folder, wanted.digits)
    options = ("--picture_px", "84", "--evidence", "none")
    async with (
        reader_server() as reader_url,
        gateway(*options, backend=f"openai:reader@{reader_url}") as running,
    ):
        return await _doors_digits.measure(pictures, reader_url, running.url)


async def hidden(wanted: Wanted) -> list[Row]:
    """A row per secret that was found, and one that says how much happened."""
    with tempfile.TemporaryDirectory() as folder:
        run = await _doors_secrets.rehearse(Path(folder), thorough=not wanted.quick)
    searched = Counter(one.kind for one in run.written)
    sizes = {
        kind: sum(len(one.data) for one in run.written if one.kind == kind) for kind in searched
    }
    summary = {
        "part": "secrets",
        "happened": dict(run.happened),
        "sentinels": len(run.sentinels),
        "searched_bytes": sizes,
    }
    return [summary, *({"part": "secrets", **asdict(hit)} for hit in run.hits())]


PARTS: dict[str, Callable[[Wanted], Awaitable[list[Row]]]] = {
    "delay": delay,
    "whip": whip,
    "foreign": foreign,
    "faults": faults,
    "digits": digits,
    "secrets": hidden,
}


async def bench(args: argparse.Namespace, console: Console) -> int:
    """The whole bench; 0 where every goal is met."""
    started = time.monotonic()
    only = args.only.split(",") if args.only else list(PARTS)
    folder, seed = args.data, None
    if folder is None:
        folder, seed = OUT / "doors" / f"digits-{args.seed}", args.seed
        count = QUICK_DIGITS if args.quick else DIGITS
        await asyncio.to_thread(_redrawn, folder, count, args.seed)
    wanted = Wanted(args.seed, args.quick, folder, console)
    rows: list[Row] = []
    for name in only:
        console.print(f"[bold]{name}")
        try:
            rows += await PARTS[name](wanted)
        except Exception as error:  # noqa: BLE001  one part that breaks is a row, not the end
            console.print_exception()
            rows.append({"part": name, "error": f"{type(error).__name__}: {error}"})
    print_rows(rows, console)
    goals = goals_of(rows)
    print_goals(goals, console)
    partial = args.quick or args.only
    out = args.out or (OUT / "doors-quick.json" if partial else RESULTS / "doors.json")
    seconds = time.monotonic() - started
    write_result(out, goals=goals, rows=rows, seed=seed, seconds=seconds, data=folder)
    console.print(f"written to {shown(out)} after {seconds:.0f} s")
    return 0 if partial or all(goal.met for goal in goals) else 1


def _redrawn(folder: Path, count: int, seed: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    _doors_digits.drawn(count, seed, folder)


# --- what people see --------------------------------------------------------------------------


def print_rows(rows: Sequence[Row], console: Console) -> None:
    """Delays by arm, and of everything else what was not as it should be."""
    of_delay = [row for row in rows if row["part"] == "delay" and "error" not in row]
    if of_delay:
        console.print(_delays(of_delay))
    for row in rows:
        match row:
            case {"error": error, "part": part}:
                console.print(f"[red]{part}[/]: {escape(error)}", soft_wrap=True)
            case {"part": "whip" | "faults", "passed": False, "why": why}:
                name = row.get("name") or row.get("fault")
                console.print(f"[red]{name}[/]: {escape(why)}", soft_wrap=True, highlight=False)
            case {"part": "foreign"}:
                colour = "green" if row["passed"] else "red"
                told = row["answer"] or row["trouble"]
                console.print(f"[{colour}]{row['client']}[/]: {escape(told)}", soft_wrap=True)
            case {"part": "digits", "right": False}:
                console.print(
                    f"{row['picture']}: answered {row['answer']!r}; on the original "
                    f"{row['original']!r}",
                    soft_wrap=True,
                )
            case {"part": "secrets", "sentinel": sentinel}:
                console.print(
                    f"[red]{sentinel}[/] in {row['kind']} {escape(row['name'])}, as "
                    f"{row['spelling']}: {escape(row['around'])}",
                    soft_wrap=True,
                )
            case {"part": "secrets", "happened": happened}:
                console.print(f"searched after: {happened}", soft_wrap=True, highlight=False)
    of_digits = [row for row in rows if row["part"] == "digits" and "error" not in row]
    if of_digits:
        fair = [row for row in of_digits if row["right_on_original"]]
        right = sum(row["right"] for row in fair)
        console.print(f"digits: {right} right of {len(fair)} read on the originals")


def _delays(rows: Sequence[Row]) -> Table:
    arms = list(dict.fromkeys(row["arm"] for row in rows))
    table = Table("ms unless said; median (range) of the repeats", *arms, title="Own delay")
    for figure in rows[0]:
        values = {
            arm: [row[figure] for row in rows if row["arm"] == arm and row[figure] is not None]
            for arm in arms
        }
        numbers = [value for of_arm in values.values() for value in of_arm]
        if figure in ("part", "arm", "repeat") or not numbers:
            continue
        table.add_row(figure, *(_told(values[arm]) for arm in arms))
    return table


def _told(values: Sequence[Any]) -> str:
    if not values or not all(isinstance(value, int | float) for value in values):
        return str(values[0]) if values else "never"
    ordered = sorted(values)
    middle = ordered[len(ordered) // 2]
    return f"{middle:.3g} ({ordered[0]:.3g} to {ordered[-1]:.3g})"


def main(argv: Sequence[str] | None = None) -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.doors", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument(
        "--data",
        type=Path,
        metavar="FOLDER",
        help="pictures of one digit each, called *_D.png, D the digit (as in cat_7.png), of any "
        "size, cut to their middle square; drawn if not given",
    )
    parser.add_argument("--seed", type=int, default=SEED, help="of pauses and drawn digits")
    parser.add_argument("--backend", help="not used here: the model servers are part of the bench")
    parser.add_argument("--out", type=Path, help="result file")
    parser.add_argument("--quick", action="store_true", help="at most 5 min, written elsewhere")
    parser.add_argument("--only", default="", help=f"some of {', '.join(PARTS)}; written elsewhere")
    args = parser.parse_args(argv)
    logging.basicConfig(level=logging.ERROR)
    unknown = {*args.only.split(",")} - {"", *PARTS}
    if unknown:
        parser.error(f"no part is called {', '.join(sorted(unknown))}")
    try:
        return asyncio.run(bench(args, Console(width=None if sys.stdout.isatty() else 160)))
    except ArticError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
