"""Live calls against stock aiortc: start-up, freezes, caps, the age of what the model sees.

    Chromium, our page   ─┐                           ┌─▶ our gateway
    Chromium, plain page ─┼─▶ relay: 50 ms, loss, … ──┤
    our Python sender    ─┤                           └─▶ aiortc as its examples use it
    aiortc's own sender  ─┘

    python -m tests.bench.live [--data SET] [--out FILE] [--quick] [--only a,b] [--fresh]

Parts: a start-up, a200 the same on 200 kb/s, b freezes, c a cap, d age of the frame at a question,
e sent to available, f a stalled model, g an idle call, h abuse. A goal's value is the worse of our
two senders' medians. Results are kept by content: an interrupted run goes on where it was.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import asdict
from pathlib import Path

import av
import numpy as np
from rich.console import Console
from rich.table import Table

from articgw.backends import Prompt, Reply, registry
from articgw.config import Config
from articgw.errors import ArticError, BackendError
from articgw.frame import Frame
from devibench.clipset import Clip, ClipSet
from tests.bench._abuse import abuse, table
from tests.bench._common import OUT, RESULTS, Goal, print_goals, shown, tree_sha256, write_result
from tests.bench._live_film import MIN_COST_BPS, Film, costliest, make_film
from tests.bench._live_goals import goals_of, medians
from tests.bench._live_parts import Row, first_file
from tests.bench._live_plan import ORDERS, jobs, run
from tests.bench.call import CLIPS, SEED, sample_set

WORK = OUT / "live"
ABUSE = "h"


def film_of(data: Path, console: Console) -> tuple[Film, Clip]:
    """The film for that set, drawn anew only when the set has changed."""
    clip_set = ClipSet.load(data)
    WORK.mkdir(parents=True, exist_ok=True)
    file, note = WORK / "film.y4m", WORK / "film.json"
    sha256 = tree_sha256(data)
    known = json.loads(note.read_text()) if note.is_file() and file.is_file() else {}
    if known.get("sha256") != sha256:
        clip, cost_bps = costliest(clip_set)
        make_film(clip, file)
        known = {"sha256": sha256, "clip": clip.name, "cost_bps": cost_bps}
        note.write_text(json.dumps(known))
    console.print(f"film: {known['clip']}, {known['cost_bps'] / 1e3:.0f} kb/s at QP 28 and 15 fps")
    if known["cost_bps"] < MIN_COST_BPS:
        console.print("[yellow]the set has no clip that needs 1 Mb/s: rates say little here")
    return Film.open(file), clip_set.clip(known["clip"])


async def read_firsts(rows: Sequence[Row], film: Film, clip: Clip) -> None:
    """Does the embedded reader read on the first whole picture what it reads on the original?"""
    reader = registry.load(Config(backend="embedded"))
    await reader.start()
    try:
        for row in rows:
            number = row.get("first_number")
            if row["part"] != "start" or number is None:
                continue
            file = first_file(WORK, row["arm"], row["repeat"], number)
            at = film.clip_frame(number)
            text = (q for q in clip.meta.questions if q.from_frame <= at <= q.to_frame)
            question = next(text, None)
            width, height = film.size_px
            sent = np.array(film.yuv[number])
            came = np.frombuffer(file.read_bytes(), np.uint8).reshape(height * 3 // 2, width)
            if question is None:
                continue
            answers = []
            for yuv in (came, sent):
                picture = av.VideoFrame.from_ndarray(yuv, format="yuv420p")
                prompt, answer = Prompt(question.text, Frame(picture, 0.0)), ""
                try:
                    async with aclosing(reader.ask(prompt, deadline_s=60)) as pieces:
                        async for piece in pieces:
                            answer = piece.text if isinstance(piece, Reply) else answer
                except BackendError as error:
                    answer = f"[{error.code}]"
                answers.append(answer)
            row["reads_as_original"] = answers[0] == answers[1]
    finally:
        await reader.close()


def print_rows(rows: Sequence[Row], console: Console) -> None:
    """Per part a table of medians with their range."""
    for label in dict.fromkeys(order.label for order in ORDERS):
        figures = medians(rows, label)
        if not figures:
            continue
        names = list(dict.fromkeys(name for of_arm in figures.values() for name in of_arm))
        shown_table = Table("", *figures, title=label)
        for name in names:
            shown_table.add_row(name, *(of_arm.get(name, "-") for of_arm in figures.values()))
        console.print(shown_table)
    for row in rows:
        if "error" in row:
            console.print(f"[red]{row['part']}, {row['arm']}: {row['error']}")


async def bench(args: argparse.Namespace, console: Console) -> int:
    """The whole bench; 0 where every goal is met."""
    started = time.monotonic()
    data, seed = args.data, None
    if data is None:
        seed = args.seed
        folder = OUT / f"call-set-{seed}"
        data = await asyncio.to_thread(sample_set, folder, seed, CLIPS, reuse=True)
    film, clip = await asyncio.to_thread(film_of, data, console)
    only = args.only.split(",") if args.only else []
    rows = await run(
        list(jobs(only, quick=args.quick)), film, WORK, console, quick=args.quick, fresh=args.fresh
    )
    if any(row["part"] == "start" for row in rows):
        await read_firsts(rows, film, clip)
    goals = goals_of(rows)
    print_rows(rows, console)
    if not only or ABUSE in only:
        abused = await abuse(("stock", "ours"), args.quick)
        console.print(table(abused))
        survived = sum(row.survived for row in abused if row.arm == "ours")
        goals.append(Goal("abuse_survived", float(survived), 7, "higher"))
        rows += [{"part": "abuse", **asdict(row)} for row in abused]
    print_goals(goals, console)
    partial = args.quick or only
    out = args.out or (OUT / "live-quick.json" if partial else RESULTS / "live.json")
    seconds = time.monotonic() - started
    write_result(out, goals=goals, rows=rows, seed=seed, seconds=seconds, data=data)
    console.print(f"written to {shown(out)} after {seconds:.0f} s")
    return 0 if partial or all(goal.met for goal in goals) else 1


def main(argv: Sequence[str] | None = None) -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.live", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--data", type=Path, help="a clip set; one is generated if not given")
    parser.add_argument("--seed", type=int, default=SEED, help="of the generated set")
    parser.add_argument("--backend", help="not used here: the model is a script")
    parser.add_argument("--out", type=Path, help="result file")
    parser.add_argument("--quick", action="store_true", help="at most 5 min, written elsewhere")
    parser.add_argument("--only", default="", help="parts, such as a,b; written elsewhere")
    parser.add_argument("--fresh", action="store_true", help="forget what was run already")
    args = parser.parse_args(argv)
    try:
        return asyncio.run(bench(args, Console(width=None if sys.stdout.isatty() else 180)))
    except ArticError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
