"""What is in the picture, in the time we have: ours, others' and an oracle, on recorded latencies.

tapes     what every stage took under each schedule and seed; recorded once, kept, resumed
replay    every policy over every tape, in virtual time
live      ours, the best fixed branch and ApproxDet for real, beside what the replay foretold
sampler   which frames are worth a look, beside every n-th and random ones
export    the exported detector beside ultralytics' own (where the extra is installed)

python -m tests.bench.perception [--data FOLDER] [--out FILE] [--quick] [--model FILE.onnx]
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace as changed
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from artic_perception.profile import Profile
from articgw.errors import ArticError, ConfigError
from tests.bench import _perception_schedules as schedules
from tests.bench import _perception_suite as suite
from tests.bench._common import OUT, RESULTS, machine, print_goals, shown, write_result
from tests.bench._perception_approxdet import AccuracyTree
from tests.bench._perception_boxes import Boxes
from tests.bench._perception_export import export_iou
from tests.bench._perception_films import Film, drawn, of_clips
from tests.bench._perception_goals import goals_of, intervals, of
from tests.bench._perception_policies import Fixed, Ours
from tests.bench._perception_profile import Seen, detections, profile_of
from tests.bench._perception_replay import replay
from tests.bench._perception_sampling import sampling
from tests.bench._perception_stages import Stages, model_file, yolo
from tests.bench._perception_tapes import GRACE_S, begin, hogs

Row = dict[str, Any]

SEED = 17
SCENES, QUICK_SCENES = 8, 3
SEEDS, QUICK_SEEDS = (1, 2, 3, 4, 5), (1,)
QUICK_NAMES = ("hogs 0", "hogs 4", "steps", "square")
LIVE = ("steps", "square")
WARM = 3
CHANGING_ON = ("hogs 0", "hogs 1", "hogs 2", "steps")
"""Where the requirement changes, too."""


def bench(args: argparse.Namespace, console: Console) -> int:
    """The whole bench; 0 where every goal is met."""
    started = time.monotonic()
    model = model_file(args.model)
    folder = OUT / "perception"
    film = _film(args)
    names = QUICK_NAMES if args.quick else schedules.NAMES
    period_s = schedules.QUICK_PERIOD_S if args.quick else schedules.PERIOD_S
    wanted = suite.jobs(names, QUICK_SEEDS if args.quick else SEEDS, period_s)
    core = min(os.sched_getaffinity(0))
    with Progress(console=console, transient=True) as bar:
        tapes = suite.recorded(wanted, model, folder / "tapes", core, bar)
        seen = detections(film, model, folder, bar)
        kit = _kit(film, seen, tapes, model)
        rows, best = _replayed(film, seen, tapes, kit, bar)
        live = [] if args.no_live else _live(film, seen, tapes, model, core, kit, best, bar)
    rows.append(sampling(QUICK_SEEDS if args.quick else SEEDS))
    rows += live + intervals(of(rows, part="replay"), args.seed) + [_export(args, console)]
    print_rows(rows, console)
    goals = goals_of([row for row in rows if row])
    print_goals(goals, console)
    partial = args.quick or args.no_live
    out = args.out or (OUT / "perception-quick.json" if partial else RESULTS / "perception.json")
    seconds = time.monotonic() - started
    write_result(
        out, goals=goals, rows=[row for row in rows if row], seed=args.seed, seconds=seconds,
        data=args.data,
    )  # fmt: skip
    console.print(f"written to {shown(out)} after {seconds:.0f} s")
    return 0 if partial or all(goal.met for goal in goals) else 1


def _film(args: argparse.Namespace) -> Film:
    if args.data is None:
        return drawn(args.seed, QUICK_SCENES if args.quick else SCENES)
    kinds = frozenset(yolo(model_file(args.model)).labels)
    films = of_clips(args.data, kinds)
    if not films:
        raise ConfigError(f"{args.data} has no clips with things that the detector knows")
    return max(films, key=lambda film: len(film.frames))


Best = dict[tuple[suite.Job, int | str], Any]


Kit = tuple[Profile, dict[str, suite.Make]]


def _kit(film: Film, seen: Seen, tapes: dict[suite.Job, Any], model: Path) -> Kit:
    """What all policies know, and the policies."""
    quiet = {
        int(job.schedule.split()[1]): tape
        for job, tape in tapes.items()
        if job.seed == suite.PROFILE_SEED
    }
    profile = profile_of(model, [quiet[0]], [film], [seen])
    profile = changed(profile, machine=machine())
    tree = AccuracyTree({one: profile.reached[one.name].mean for one in profile.branches})
    return profile, suite.policies(profile, suite.table_of(quiet), tree)


def _replayed(
    film: Film, seen: Seen, tapes: dict[suite.Job, Any], kit: Kit, bar: Progress
) -> tuple[list[Row], Best]:
    profile, makes = kit
    boxes, rows, best = Boxes(film, seen), list[Row](), Best()
    decided: list[float] = []
    runs = [
        (job, tape, slo_ms)
        for job, tape in tapes.items()
        if job.seed != suite.PROFILE_SEED
        for slo_ms in (*suite.BUDGETS_MS, *(("changing",) if job.schedule in CHANGING_ON else ()))
    ]
    for job, tape, slo_ms in bar.track(runs, description="replay"):
        for name, make in makes.items():
            course, policy = suite.run(make, tape, boxes, slo_ms)
            rows.append(suite.row_of("replay", name, job, slo_ms, course))
            if name == suite.OURS and isinstance(policy, Ours):
                decided += policy.decided_s
        branch, course = suite.best_fixed(profile.branches, job, tape, boxes, slo_ms)
        row = suite.row_of("replay", suite.BEST_FIXED, job, slo_ms, course)
        rows.append({**row, "branch": branch.name})
        best[job, slo_ms] = branch
    took_ms = 1000 * np.array(decided)
    rows.append({
        "part": "scheduler", "calls": len(decided), "mean_ms": float(took_ms.mean()),
        "p95_ms": float(np.percentile(took_ms, 95)), "branches": len(profile.branches),
    })  # fmt: skip
    return rows, best


def _live(
    film: Film, seen: Seen, tapes: dict[suite.Job, Any], model: Path, core: int, kit: Kit,
    best: Best, bar: Progress,
) -> list[Row]:  # fmt: skip
    """For real, beside the replay of the first seed's tape; this process moves to the core."""
    _, makes = kit
    boxes, stages, rows = Boxes(film, seen), Stages(model, film.frames[film.half :]), list[Row]()
    for k in range(WARM):
        for name in stages.names:
            stages.run(name, k)
    slo_ms = 100
    frames = suite.frames_of(slo_ms, film)
    jobs = [job for job in tapes if job.seed == 1 and job.schedule in LIVE]
    for job in bar.track(jobs, description="live"):
        fixed = best[job, slo_ms]
        chosen = {name: makes[name] for name in (suite.OURS, suite.APPROXDET)}
        chosen[suite.BEST_FIXED] = lambda *_, branch=fixed: Fixed(branch)
        for name, make in chosen.items():
            suite.run(make, tapes[job], boxes, slo_ms)
            seconds = frames / film.fps + job.seconds
            others = hogs(job.schedule, job.seed, seconds, core)
            before = os.sched_getaffinity(0)
            os.sched_setaffinity(0, {core})
            try:
                begin(others)
                began_t = time.perf_counter()
                took = suite.live_took(stages, began_t, time.perf_counter, time.sleep)
                policy = make(slo_ms / 1000, tapes[job], boxes)
                course = replay(policy, tapes[job], boxes, suite.budget_of(slo_ms), frames, took)
            finally:
                os.sched_setaffinity(0, before)
                others.terminate()
                others.wait(timeout=GRACE_S)
            rows.append(suite.row_of("live", name, job, slo_ms, course))
    return rows


def _export(args: argparse.Namespace, console: Console) -> Row:
    if args.weights is None:
        console.print("export: left out; name --weights FILE.pt and --gpu_python")
        return {}
    iou, word = export_iou(args.weights, args.gpu_python)
    return {"part": "export", "iou": iou, "word": word}


def print_rows(rows: Sequence[Row], console: Console) -> None:
    """A table per part: means over tapes and seeds."""
    keys = ("ap", "streaming_ap", "miss", "miss_frames", "group_p95_ms", "frame_p95_ms",
            "switches_per_min", "busy_share")  # fmt: skip
    for part in ("replay", "live"):
        mine = of(rows, part=part)
        for slo_ms in dict.fromkeys(row["slo_ms"] for row in mine):
            table = Table("policy", *keys, title=f"{part}, {slo_ms} ms")
            for policy in dict.fromkeys(row["policy"] for row in mine):
                found = of(mine, slo_ms=slo_ms, policy=policy)
                if found:
                    table.add_row(policy, *(f"{fmean(r[k] for r in found):.3g}" for k in keys))
            console.print(table)
    table = Table("schedule", "slo ms", "ours", "oracle", "ApproxDet", title="share of misses")
    replayed = of(rows, part="replay")
    for schedule in dict.fromkeys(row["schedule"] for row in replayed):
        for slo_ms in dict.fromkeys(row["slo_ms"] for row in of(replayed, schedule=schedule)):
            cells = []
            for policy in (suite.OURS, suite.ORACLE, suite.APPROXDET):
                found = of(replayed, schedule=schedule, slo_ms=slo_ms, policy=policy)
                cells.append(f"{fmean(row['miss'] for row in found):.3f}")
            table.add_row(schedule, str(slo_ms), *cells)
    console.print(table)


def main(argv: Sequence[str] | None = None) -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.perception", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument(
        "--data", type=Path, metavar="FOLDER", help="a clip set; drawn if not given"
    )
    parser.add_argument("--model", type=Path, help="a detector in ONNX; YOLO11n if not given")
    parser.add_argument("--weights", type=Path, help="a .pt file, for the export row")
    parser.add_argument("--gpu_python", type=Path, help="an interpreter with the extra 'gpu'")
    parser.add_argument("--seed", type=int, default=SEED, help="of the film and of chance")
    parser.add_argument("--backend", help="not used here: nothing is asked")
    parser.add_argument("--out", type=Path, help="result file")
    parser.add_argument("--quick", action="store_true", help="at most 5 min, written elsewhere")
    parser.add_argument("--no-live", action="store_true", help="replay only; written elsewhere")
    args = parser.parse_args(argv)
    try:
        return bench(args, Console(width=None if sys.stdout.isatty() else 160))
    except ArticError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
