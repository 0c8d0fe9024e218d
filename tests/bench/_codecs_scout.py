"""Does the scout find the place that a question asks about, on a poorly received picture?

    python -m tests.bench._codecs_scout --seed 7406 --clips 8 --split score

For each question to read a sign of generated clips, and each moment when it may be asked: the frame
as x264 sends it whole at 25, 50 and 100 kb/s, read and aimed at as the gateway does. Told are the
share of cases in which the best region, and any region, covers 90 % of the sign's box, the share of
the frame that all regions take, and the time of one aim.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from statistics import mean, median

from rich.console import Console
from rich.table import Table

from artic_codecs import Box
from articgw.backends.embedded import boxes
from articgw.backends.embedded.aim import Aim
from articgw.backends.embedded.eyes import Eyes
from articgw.backends.embedded.jobs import Seek
from articgw.frame import yuv_to_rgb
from articgw.models import default_models_dir
from devibench.clipset import Clip, ClipSet, Question
from devibench.sample.questions import READ
from tests.bench._codecs_clips import drawn_set
from tests.bench._codecs_coders import Settings
from tests.bench._codecs_film import Film
from tests.bench._codecs_plain import Whole
from tests.bench._common import OUT

RATES_BPS = (25_000.0, 50_000.0, 100_000.0)
PLAIN = Whole(Settings("x264", fps=5.0, vbv_s=1.0))
COVERED = 0.9
GRID = 64
"""Cells on each side of the frame by which the share that several boxes take is counted."""


@dataclass(frozen=True, slots=True)
class Case:
    """One question at one moment."""

    clip: Clip
    question: Question
    number: int
    """Of the frame that the scout gets."""

    @property
    def truth(self) -> Box:
        """Of the sign that is asked about, in that frame."""
        found = self.clip.box(self.question.objects[0], self.number)
        assert found is not None
        return found.fractions(self.clip.meta.size_px)


@dataclass(frozen=True, slots=True)
class Found:
    """What the scout made of a case."""

    rate_bps: float
    best: bool
    any: bool
    share: float
    """Of the frame, that all regions take."""
    aims: int
    fresh_ms: float
    """With a glimpse of that frame."""
    stale_ms: float
    """Without one."""
    stale_any: bool


def cases_of(film: Film) -> Iterator[Case]:
    """Each question to read a sign, at the moments of `Film.looks` at which it may be asked."""
    for question, t in product(film.clip.meta.questions, film.looks):
        number = film.number_at(t)
        number -= number % round(film.fps / PLAIN.settings.fps)
        if question.task_type == READ and question.from_frame <= number <= question.to_frame:
            yield Case(film.clip, question, number)


def covers(aims: tuple[Aim, ...], truth: Box) -> bool:
    """True where one of them covers enough."""
    return any(boxes.inside(truth, aim.box) >= COVERED for aim in aims)


def share_of(aims: tuple[Aim, ...]) -> float:
    """Of the frame's area, without counting twice what two boxes share."""
    cells = [((x + 0.5) / GRID, (y + 0.5) / GRID) for x, y in product(range(GRID), repeat=2)]
    inside = sum(
        any(a.box[0] <= x < a.box[2] and a.box[1] <= y < a.box[3] for a in aims) for x, y in cells
    )
    return inside / len(cells)


def measure(film: Film, eyes: Eyes) -> Iterator[Found]:
    """All cases of a film at all rates."""
    cases = list(cases_of(film))
    numbers = frozenset(case.number for case in cases)
    for rate_bps in RATES_BPS:
        pictures = PLAIN(film, None, rate_bps).pictures(numbers)
        for number, yuv in pictures.items():
            glimpse = eyes.look(yuv_to_rgb(yuv), 0.0)
            for case in (case for case in cases if case.number == number):
                aims, fresh_ms = _timed(eyes, Seek(case.question.text, None, 0.0, glimpse))
                stale, stale_ms = _timed(eyes, Seek(case.question.text, yuv, 0.0, None))
                yield Found(
                    rate_bps,
                    covers(aims[:1], case.truth),
                    covers(aims, case.truth),
                    share_of(aims),
                    len(aims),
                    fresh_ms,
                    stale_ms,
                    covers(stale, case.truth),
                )


def _timed(eyes: Eyes, job: Seek) -> tuple[tuple[Aim, ...], float]:
    began_t = time.perf_counter()
    sought = eyes.seek(job)
    return sought.aims, 1000 * (time.perf_counter() - began_t)


def told(found: list[Found]) -> Table:
    """A line for each rate."""
    table = Table("kb/s", "cases", "best", "any", "any, stale", "share", "aims", "ms", "ms, stale")
    for rate_bps in RATES_BPS:
        rows = [one for one in found if one.rate_bps == rate_bps]
        if not rows:
            continue
        table.add_row(
            f"{rate_bps / 1000:g}",
            str(len(rows)),
            f"{mean(one.best for one in rows):.0%}",
            f"{mean(one.any for one in rows):.0%}",
            f"{mean(one.stale_any for one in rows):.0%}",
            f"{mean(one.share for one in rows):.1%}",
            f"{mean(one.aims for one in rows):.1f}",
            f"{median(one.fresh_ms for one in rows):.1f}",
            f"{median(one.stale_ms for one in rows):.0f}",
        )
    return table


def main() -> None:
    """Draw, send, aim, tell."""
    parser = argparse.ArgumentParser(description="Regions found from the question.")
    parser.add_argument("--seed", type=int, default=7406)
    parser.add_argument("--clips", type=int, default=8)
    parser.add_argument("--split", choices=("fit", "score"), default="score")
    parser.add_argument("--models_dir", type=Path, default=default_models_dir())
    parser.add_argument("--work", type=Path, default=OUT / "codecs")
    args = parser.parse_args()
    console = Console()
    folder = drawn_set(args.work, args.seed, args.clips, console)
    eyes = Eyes(args.models_dir)
    eyes.settle()
    found: list[Found] = []
    for clip in ClipSet.load(folder).split(args.split):
        found += measure(Film.load(clip), eyes)
        console.print(f"{clip.name}: {len(found)} cases so far")
    console.print(told(found))


if __name__ == "__main__":
    main()
