"""Real calls: Chromium with generated clips as its camera, asking through the page.

    clip.mkv ─stamp─▶ camera.y4m ─▶ Chromium ─▶ page ─WebRTC─▶ articgw serve ─▶ answer, its look
                          │                                                          │
               number on the local video:                            number on the look: what did
               is the asked thing in view now?                       the model see, and could the
                                                                     same reader read the original?

    python -m tests.bench.call [--data SET] [--backend NAME] [--out FILE] [--quick]

The calls come first and the reading of originals after them, so that the call has the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
from rich.console import Console
from rich.table import Table

from articgw.backends import registry
from articgw.config import Config
from articgw.errors import ArticError
from devibench.clipset import ClipSet
from devibench.sample.make import Order, make_set
from tests.bench._calls import Asked, Called, call, lag_watched
from tests.bench._common import OUT, RESULTS, Goal, print_goals, shown, write_result
from tests.bench._originals import right_at
from tests.bench._score import looked_right
from tests.helpers.browser import gateway

SEED = 20
CLIPS = 5
STARTS = 3


@dataclass(slots=True)
class Measured:
    """Everything that came out of the calls over one set."""

    asked: list[Asked] = field(default_factory=list)
    calls: list[Called] = field(default_factory=list)
    whole_run_lag_max_ms: float = 0.0
    """With the harness at work too: films are written, browsers start and stop."""
    starts_s: list[float] = field(default_factory=list)

    def text_right(self) -> tuple[int, int]:
        """Right answers, of the questions about text that the reader answers on the original."""
        fair = [row for row in self.asked if row.about_text and row.right_on_original]
        return sum(row.right for row in fair), len(fair)

    def other_right(self) -> tuple[int, int]:
        """The same for questions that are not about text."""
        fair = [row for row in self.asked if not row.about_text and row.right_on_original]
        return sum(row.right for row in fair), len(fair)

    def covered(self) -> tuple[int, int]:
        """Right looks, of the right answers."""
        looks = [(r.cover, r.area_ratio) for r in self.asked if r.right]
        seen = [(c, a) for c, a in looks if c is not None and a is not None]
        return sum(looked_right(c, a) for c, a in seen), len(seen)

    def goals(self) -> list[Goal]:
        """The goals of the issue."""
        goals = [
            Goal("questions", float(len(self.asked)), 20, "higher"),
            Goal("asked_text_right", _share(self.text_right()), 0.9, "higher"),
            Goal("asked_region_cover", _share(self.covered()), 0.8, "higher"),
            Goal("loop_lag_max_ms", max(one.loop_lag_max_ms for one in self.calls), 50, "lower"),
        ]
        if self.starts_s:
            goals.append(Goal("second_start_s", statistics.median(self.starts_s), 5, "lower"))
        return goals

    def rows(self) -> list[dict[str, Any]]:
        """A row per question, per call, and for what has no goal."""
        other, others = self.other_right()
        return [
            *({"kind": "question", **asdict(row)} for row in self.asked),
            *({"kind": "call", **asdict(row)} for row in self.calls),
            {"kind": "other_questions", "right": other, "of": others},
            {"kind": "starts", "seconds": self.starts_s},
            {"kind": "whole_run", "loop_lag_max_ms": self.whole_run_lag_max_ms},
        ]


def _share(part: tuple[int, int]) -> float | None:
    return part[0] / part[1] if part[1] else None


# --- the calls --------------------------------------------------------------------------------


async def measure(
    clip_set: ClipSet,
    backend: str,
    console: Console,
    *,
    work: Path,
    questions_per_clip: int | None = None,
) -> Measured:
    """Call and ask over every clip. Camera films and looks are put in ``work``."""
    measured = Measured()
    work.mkdir(parents=True, exist_ok=True)
    async with (
        gateway(backend=backend) as running,
        aiohttp.ClientSession(running.url) as http,
        lag_watched(http) as lag_ms,
    ):
        for clip in clip_set.clips:
            questions = clip.meta.questions[:questions_per_clip]
            asked, called = await call(clip, questions, running.url, http, work)
            measured.asked += asked
            measured.calls.append(called)
            right = sum(row.right for row in asked)
            width, height = called.sent_size
            console.print(
                f"{clip.name}: {right} of {len(asked)} right at {width}x{height}, "
                f"{called.sent_bps / 1e3:.0f} kb/s, {called.received_fps_before:.1f} fps"
            )
    measured.whole_run_lag_max_ms = lag_ms.value
    measured.asked = await _read_originals(clip_set, backend, measured.asked)
    return measured


async def measure_starts(backend: str, times: int) -> list[float]:
    """Seconds from starting the gateway to its ready line; a first start before them is free."""
    seconds = []
    for _ in range(times + 1):
        async with gateway(backend=backend) as running:
            seconds.append(running.start_s)
    return seconds[1:]


# --- the same reader on the original ----------------------------------------------------------


async def _read_originals(clip_set: ClipSet, backend: str, asked: Sequence[Asked]) -> list[Asked]:
    reader = registry.load(Config(backend=backend))
    await reader.start()
    try:
        read_rows = []
        for row in asked:
            right = None
            if row.frame_seen is not None:
                clip = clip_set.clip(row.clip)
                question = next(q for q in clip.meta.questions if q.id == row.question_id)
                right = await right_at(reader, clip, question, row.frame_seen)
            read_rows.append(replace(row, right_on_original=right))
        return read_rows
    finally:
        await reader.close()


# --- what people see --------------------------------------------------------------------------


def print_table(measured: Measured, console: Console) -> None:
    """Each question with its answer, then the wrong ones with the frame that the model saw."""
    table = Table(title="Questions and answers", show_lines=False)
    for column in ("clip", "question", "answer", "right", "orig.", "cover", "area", "age ms", "ms"):
        table.add_column(column, justify="right" if column[-2:] == "ms" else "left")
    for row in measured.asked:
        table.add_row(
            row.clip,
            row.question,
            row.answer,
            "[green]yes" if row.right else "[red]no",
            {True: "yes", False: "no", None: "-"}[row.right_on_original],
            "-" if row.cover is None else f"{row.cover:.2f}",
            "-" if row.area_ratio is None else f"{row.area_ratio:.1f}",
            "-" if row.frame_age_ms is None else f"{row.frame_age_ms:.0f}",
            f"{row.latency_ms:.0f}",
        )
    console.print(table)
    wrong = [row for row in measured.asked if not row.right]
    if wrong:
        console.print("[bold]Wrong answers, with the frame that the model saw:")
    for row in wrong:
        size = "x".join(map(str, row.sent_size or ()))
        console.print(
            f"  {row.frame_file} (frame {row.frame_seen}, {size}): {row.question} "
            f"wanted {' | '.join(row.answers)}; got {row.answer}",
            soft_wrap=True,
        )
    for name, (part, whole) in (
        ("about text", measured.text_right()),
        ("other", measured.other_right()),
        ("looks at the right place", measured.covered()),
    ):
        console.print(f"{name}: {part} of {whole}")
    for called in measured.calls:
        answering = called.received_fps_answering
        during = "-" if answering is None else f"{answering:.1f}"
        console.print(
            f"{called.clip}: received {called.received_fps_before:.1f} fps before, "
            f"{during} fps while answering, loop lag at most {called.loop_lag_max_ms:.0f} ms"
        )
    console.print(f"loop lag with browsers starting: {measured.whole_run_lag_max_ms:.0f} ms")


async def run(args: argparse.Namespace, console: Console) -> int:
    """The whole bench; 0 where every goal is met."""
    started = time.monotonic()
    work = OUT / "call"
    data, seed = args.data, None
    if data is None:
        seed = args.seed
        folder = OUT / f"call-set-{seed}"
        data = await asyncio.to_thread(sample_set, folder, seed, CLIPS, reuse=args.quick)
    clip_set = ClipSet.load(data)
    if args.quick:
        clip_set = replace(clip_set, clips=clip_set.clips[:2])
    starts_s = await measure_starts(args.backend, 1 if args.quick else STARTS)
    measured = await measure(
        clip_set,
        args.backend,
        console,
        work=work,
        questions_per_clip=4 if args.quick else None,
    )
    measured.starts_s = starts_s
    print_table(measured, console)
    goals = measured.goals()
    print_goals(goals, console)
    out = args.out or (OUT / "call-quick.json" if args.quick else RESULTS / "call.json")
    seconds = time.monotonic() - started
    write_result(
        out, goals=goals, rows=measured.rows(), seed=seed, seconds=seconds, data=clip_set.path
    )
    console.print(f"written to {shown(out)} after {seconds:.0f} s")
    return 0 if args.quick or all(goal.met for goal in goals) else 1


def sample_set(folder: Path, seed: int, clips: int, *, reuse: bool) -> Path:
    """A generated set; drawn anew unless ``reuse``, because what draws it may have changed."""
    if folder.is_dir() and not (reuse and (folder / "set.json").is_file()):
        shutil.rmtree(folder)
    if not folder.is_dir():
        make_set(Order(seed=seed, clips=clips), folder)
    return folder


def main(argv: Sequence[str] | None = None) -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.call", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--data", type=Path, help="a clip set; one is generated if not given")
    parser.add_argument("--seed", type=int, default=SEED, help="of the generated set")
    parser.add_argument("--backend", default="embedded", help="as of articgw serve")
    parser.add_argument("--out", type=Path, help="result file")
    parser.add_argument(
        "--quick", action="store_true", help="two clips, at most 5 min, written elsewhere"
    )
    args = parser.parse_args(argv)
    try:
        return asyncio.run(run(args, Console(width=None if sys.stdout.isatty() else 160)))
    except ArticError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
