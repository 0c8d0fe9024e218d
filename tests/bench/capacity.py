"""How many calls a core carries, beside other receivers: decode on demand, measured.

    a sender of films that were encoded beforehand ──RTP──▶ a receiver
    (one process, a core of its own)                        (a core of its own)

limits      the goals' arms with more and more calls, until the newest frame is older than 100 ms
each        every receiver, codec, frame rate and state at four calls
questions   from a question to the picture, by length of the group of pictures
browser     the same with a stock browser, by how often it is asked for a key frame; what those cost
memory      twenty calls that come and go
kill        a worker dies under load

    python -m tests.bench.capacity [--out FILE] [--quick] [--part a,b] [--onto FILE] [--minutes 30]
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.bench import (
    _capacity_browser,
    _capacity_memory,
    _capacity_questions,
    _capacity_rows,
    _capacity_workers,
)
from tests.bench._capacity_goals import Row, goals_of
from tests.bench._capacity_stream import SEED
from tests.bench._common import (
    OUT,
    RESULTS,
    add_onto,
    check_onto,
    print_goals,
    shown,
    write_apart,
    write_result,
)

PARTS = ("limits", "each", "questions", "browser", "memory", "kill")
MINUTES, QUICK_MINUTES = 30.0, 0.5


async def bench(args: argparse.Namespace, console: Console) -> int:
    """The whole bench; 0 where every goal is met."""
    started = time.monotonic()
    only = args.part.split(",") if args.part else PARTS
    quick: bool = args.quick
    run: dict[str, Callable[[], Awaitable[list[Row]]]] = {
        "limits": lambda: _capacity_rows.limits(console, quick=quick),
        "each": lambda: _capacity_rows.each(console, quick=quick),
        "questions": lambda: _capacity_questions.questions(console, quick=quick),
        "browser": lambda: _capacity_browser.browser(console, quick=quick),
        "memory": lambda: _capacity_memory.memory(console, minutes=args.minutes, quick=quick),
        "kill": lambda: _capacity_workers.kill(console, quick=quick),
    }
    rows: list[Row] = []
    for name in only:
        console.print(f"[bold]{name}")
        try:
            rows += await run[name]()
        except Exception as error:  # noqa: BLE001  one part that breaks is a row, not the end
            console.print_exception()
            rows.append({"part": name, "error": f"{type(error).__name__}: {error}"})
    print_rows(rows, console)
    partial = quick or args.part
    out = args.out or (OUT / "capacity-quick.json" if partial else RESULTS / "capacity.json")
    seconds = time.monotonic() - started
    if args.onto:
        out = args.onto
        goals = write_apart(out, rows=rows, goals_of=goals_of, seed=SEED, seconds=seconds)
    else:
        goals = goals_of(rows)
        write_result(out, goals=goals, rows=rows, seed=SEED, seconds=seconds, data=None)
    print_goals(goals, console)
    console.print(f"written to {shown(out)} after {seconds:.0f} s")
    return 0 if partial or all(goal.met for goal in goals) else 1


def print_rows(rows: Sequence[Row], console: Console) -> None:
    """Sessions per core where they were looked for, and the cost at four calls."""
    titles = {"limits": "Sessions per core (median and range of the repeats)", "each": "Four calls"}
    for part, title in titles.items():
        of_part = [row for row in rows if row["part"] == part]
        if not of_part:
            continue
        table = Table(
            *("receiver", "sender", "state", "codec", "calls", "ms/s a call", "calls a core"),
            *("delay p50 ms", "age p95 ms"),
            title=title,
        )
        for key in dict.fromkeys(map(_key, of_part)):
            mine = [row for row in of_part if _key(row) == key]
            measured = [row for row in mine if row.get("best") or (part == "each" and "n" in row)]
            if not measured:
                why = next((row["error"] for row in mine if "error" in row), "never held")
                table.add_row(*key, "", escape(str(why)[:60]), "", "", "")
                continue
            costs = [row["cpu_s_per_session_s"] for row in measured]
            table.add_row(
                *key,
                _range([row["n"] for row in measured], 1),
                _range(costs, 1000),
                _range([1 / cost for cost in costs if cost], 1),
                _range([row["delay_p50_ms"] for row in measured], 1),
                _range([row["age_p95_ms"] for row in measured], 1),
            )
        console.print(table)
    for row in rows:
        if "error" in row:
            console.print(f"[red]{row['part']}[/]: {escape(str(row['error']))}", soft_wrap=True)


def _key(row: Row) -> tuple[str, str, str, str]:
    if "arm" not in row:
        return "", "", "", ""
    return row["arm"], row["kind"], row["state"], f"{row['codec']} {row['fps']}"


def _range(values: Sequence[float | None], times: float) -> str:
    known = [times * value for value in values if value is not None]
    if not known:
        return "never"
    told = f"{statistics.median(known):.3g}"
    return told if len(known) == 1 else f"{told} ({min(known):.3g} to {max(known):.3g})"


def main(argv: Sequence[str] | None = None) -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.capacity", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--data", help="not used here: the films are drawn")
    parser.add_argument("--backend", help="not used here: the model is an echo")
    parser.add_argument("--out", type=Path, help="result file")
    parser.add_argument("--quick", action="store_true", help="at most 5 min, written elsewhere")
    parser.add_argument("--part", default="", help=f"of {', '.join(PARTS)}; written elsewhere")
    add_onto(parser)
    parser.add_argument(
        "--minutes", type=float, help="of the calls that come and go; 30 if not set"
    )
    args = parser.parse_args(argv)
    if unknown := {*args.part.split(",")} - {"", *PARTS}:
        parser.error(f"no part is called {', '.join(sorted(unknown))}")
    check_onto(parser, args, args.part)
    if args.minutes is None:
        args.minutes = QUICK_MINUTES if args.quick else MINUTES
    return asyncio.run(bench(args, Console(width=None if sys.stdout.isatty() else 180)))


if __name__ == "__main__":
    sys.exit(main())
