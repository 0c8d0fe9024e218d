"""Model servers behind the gateway: adapters, cost per token, dispatch, and what we add ourselves.

adapters   every adapter through every check and every fault, with a search for secrets
cpu        processor time per streamed token, beside OpenAI's own client
dispatch   deadlines, short questions, fairness, hedging, prediction: three replicas over HTTP
simulated  the same in simulated time, with five seeds; no goal is taken from it
warm       the first word on a prompt that llama.cpp has read before, in part, or while it was typed
gateway    twenty sessions before a fast server: delay, event-loop lag, memory
vllm       a real vLLM: the first word, leaving, crowding; only with --vllm_python

python -m tests.bench.backends [--out FILE] [--quick] [--only a,b] [--vllm_python PATH]
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import logging
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.bench import (
    _backends_adapters,
    _backends_cpu,
    _backends_dispatch,
    _backends_dispatched,
    _backends_gateway,
    _backends_vllm,
    _backends_warm,
)
from tests.bench._backends_goals import goals_of
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

Row = dict[str, Any]

SEED = 10


async def adapters(_seed: int, _quick: bool) -> list[Row]:
    """See `_backends_adapters`."""
    return await _backends_adapters.measure()


async def cpu(_seed: int, quick: bool) -> list[Row]:
    """See `_backends_cpu`."""
    return await _backends_cpu.measure(quick=quick)


async def dispatch(seed: int, quick: bool) -> list[Row]:
    """See `_backends_dispatched`."""
    return await _backends_dispatched.measure(seed=seed, quick=quick)


async def simulated(seed: int, quick: bool) -> list[Row]:
    """See `_backends_dispatch`."""
    return await asyncio.to_thread(_backends_dispatch.measure, seed=seed, quick=quick)


async def warm(seed: int, quick: bool) -> list[Row]:
    """See `_backends_warm`."""
    return await _backends_warm.measure(seed=seed, quick=quick)


async def gateway(seed: int, quick: bool) -> list[Row]:
    """See `_backends_gateway`."""
    return await _backends_gateway.measure(seed=seed, quick=quick)


PARTS: dict[str, Callable[[int, bool], Awaitable[list[Row]]]] = {
    "adapters": adapters,
    "cpu": cpu,
    "dispatch": dispatch,
    "simulated": simulated,
    "warm": warm,
    "gateway": gateway,
}
VLLM = "vllm"
"""See `_backends_vllm`. Not one of `PARTS`: it needs an environment of its own."""
_BROKEN = {
    "dispatch": ("deadline", "load", "short", "greedy", "predictor"),
    "adapters": ("adapters", "secrets"),
    "warm": ("warm", "epochs", "ahead"),
}
"""Parts of rows that a part of the bench makes, where they differ."""


async def bench(args: argparse.Namespace, console: Console) -> int:
    """The whole bench; 0 where every goal is met."""
    started = time.monotonic()
    rows: list[Row] = []
    parts = dict(PARTS)
    if args.vllm_python:
        parts[VLLM] = functools.partial(_backends_vllm.measure, args.vllm_python)
    elif not args.only:
        console.print("vllm is left out: --vllm_python names no environment that has it")
    for name in args.only.split(",") if args.only else parts:
        console.print(f"[bold]{name}")
        try:
            rows += await parts[name](args.seed, args.quick)
        except Exception as error:  # noqa: BLE001  one part that breaks is a row, not the end
            console.print_exception()
            told = f"{type(error).__name__}: {error}"
            rows += [{"part": part, "error": told} for part in _BROKEN.get(name, (name,))]
    print_rows(rows, console)
    partial = args.quick or args.only
    out = args.out or (OUT / "backends-quick.json" if partial else RESULTS / "backends.json")
    seconds = time.monotonic() - started
    if args.onto:
        out = args.onto
        goals = write_apart(out, rows=rows, goals_of=goals_of, seed=args.seed, seconds=seconds)
    else:
        goals = goals_of(rows)
        write_result(out, goals=goals, rows=rows, seed=args.seed, seconds=seconds, data=None)
    print_goals(goals, console)
    console.print(f"written to {shown(out)} after {seconds:.0f} s")
    return 0 if partial or all(goal.met for goal in goals) else 1


def print_rows(rows: Sequence[Row], console: Console) -> None:
    """Means by arm, and of adapters what was not as it should be."""
    for row in rows:
        if row["part"] in _CHECKED and not row.get("passed", False):
            what = f"{row.get('adapter', VLLM)} {row.get('name', row.get('seen'))}"
            console.print(f"[red]{what}[/]: {escape(str(row.get('why')))}", soft_wrap=True)
    for part in dict.fromkeys(row["part"] for row in rows):
        of_part = [row for row in rows if row["part"] == part and "error" not in row]
        if part != "adapters" and of_part:
            console.print(_table(part, of_part))


_CHECKED = ("adapters", "vllm checks")
_NO_FIGURES = ("seed", "seen", "per_s", "repeat", "pair", "simulated")


def _table(part: str, rows: Sequence[Row]) -> Table:
    named = ("case", "per_s", "arm", "seen")
    figures = [
        name
        for name, value in rows[0].items()
        if isinstance(value, int | float) and name not in _NO_FIGURES
    ]
    names = [name for name in named if name in rows[0]]
    table = Table(*names, *figures, title=f"{part}: means")
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in names), []).append(row)
    for group, members in groups.items():
        means = []
        for figure in figures:
            values = [row[figure] for row in members if row[figure] is not None]
            means.append(f"{sum(values) / len(values):.3g}" if values else "none")
        table.add_row(*map(str, group), *means)
    return table


def main(argv: Sequence[str] | None = None) -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.backends", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--data", help="not used here: the model servers are part of the bench")
    parser.add_argument("--backend", help="not used here, for the same reason")
    parser.add_argument("--seed", type=int, default=SEED, help="of questions and their times")
    parser.add_argument("--out", type=Path, help="result file")
    parser.add_argument("--quick", action="store_true", help="at most 5 min, written elsewhere")
    parser.add_argument(
        "--only", default="", help=f"some of {', '.join(PARTS)}, {VLLM}; written elsewhere"
    )
    parser.add_argument("--vllm_python", type=Path, help="of an environment with vLLM, for vllm")
    add_onto(parser)
    args = parser.parse_args(argv)
    check_onto(parser, args, args.only)
    logging.basicConfig(level=logging.ERROR)
    chosen = {*args.only.split(",")}
    if unknown := chosen - {"", VLLM, *PARTS}:
        parser.error(f"no part is called {', '.join(sorted(unknown))}")
    if VLLM in chosen and not args.vllm_python:
        parser.error(f"{VLLM} wants --vllm_python; docs/recipes.md says how to make one")
    if args.vllm_python and not args.vllm_python.is_file():
        parser.error(f"{args.vllm_python} is no Python")
    return asyncio.run(bench(args, Console(width=None if sys.stdout.isatty() else 160)))


if __name__ == "__main__":
    sys.exit(main())
