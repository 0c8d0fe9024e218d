"""All arms over all clips, at all rates: in two processes, and only what is not known yet.

A job is one arm on one clip. Clips come one after another, so that a process decodes each once, and
within a clip the arms take turns. Every result is kept as soon as it is there.
"""

from __future__ import annotations

import inspect
import multiprocessing
import random
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TimeElapsedColumn

from devibench.clipset import ClipSet
from tests.bench._codecs_arms import CHOICES, Arm
from tests.bench._codecs_film import Asked, Film
from tests.bench._codecs_kept import Kept, digest_of, modules
from tests.bench._codecs_look import Looker, known_labels
from tests.bench._codecs_pool import PROCESSES
from tests.bench._codecs_score import SOURCES, Original, Row, score
from tests.bench._common import ROOT

Split = Literal["fit", "score"]
MOST_FITTED_BPS = 200_000.0
"""Above it all candidates read everything, and there is nothing to choose."""
SHARED = modules("tests/bench", ("_codecs_coders", "_codecs_film", "_codecs_plain", "_codecs_wire"))
BESIDE = {
    "_codecs_found": modules("tests/bench", ("_codecs_aimed", "_codecs_gateway"))
    | modules("devibench/degrade", ("finding",))
    | modules("articgw", ("steering", "unpacking", "client/sizes"))
    | modules("codecs/artic_codecs", ("allocator", "overview", "worth", "fitted", "curve"))
    | frozenset(
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "articgw" / "backends" / "embedded").glob("*.py")
    ),
}
"""What a sender's own module rests on, beside `SHARED`."""


@dataclass(frozen=True, slots=True)
class Job:
    """One arm on one clip."""

    arm: Arm
    data: Path
    clip: str
    rates_bps: tuple[float, ...]
    kept: Path


def plan(
    arms: Sequence[Arm],
    data: Path,
    rates_bps: Sequence[float],
    kept: Path,
    *,
    split: Split,
    more: bool,
    only: Mapping[str, AbstractSet[float]] = MappingProxyType({}),
) -> list[Job]:
    """What is run on the clips of a set to fit on, or to score on.

    ``more``: also the rates that some arms have beside all others'. ``only``: the rates of some.


    Clips to fit on are there to choose by: only for candidates, and only where they differ.
    """
    candidates = {name for choice in CHOICES for name in choice.among}
    jobs = []
    for clip in ClipSet.load(data).split(split):
        for arm in arms:
            rates = {bps for bps in rates_bps if bps <= arm.most_bps}
            rates |= {*arm.more_bps} if more else set()
            rates &= only.get(arm.name, rates)
            if split == "fit":
                rates = {bps for bps in rates if bps <= MOST_FITTED_BPS}
                if arm.name not in candidates:
                    continue
            jobs.append(Job(arm, data, clip.name, tuple(sorted(rates)), kept))
    return jobs


def shuffled(jobs: Sequence[Job], seed: int) -> list[Job]:
    """Clip by clip, the arms of each in random order: what else the machine does hits all alike."""
    mixed = list(jobs)
    random.Random(seed).shuffle(mixed)
    return sorted(mixed, key=lambda job: (str(job.data), job.clip))


def run(jobs: Sequence[Job], console: Console, *, processes: int = PROCESSES) -> list[Row]:
    """The rows of all jobs, in the order of the jobs; raises what one raised, the rest is kept."""
    # A fresh interpreter each: the reader's threads would not survive a fork.
    context = multiprocessing.get_context("spawn")
    columns = (*Progress.get_default_columns(), MofNCompleteColumn(), TimeElapsedColumn())
    with (
        ProcessPoolExecutor(processes, mp_context=context) as pool,
        Progress(*columns, console=console, transient=True) as progress,
    ):
        bar = progress.add_task("", total=len(jobs))
        waiting = {pool.submit(work, job): job for job in jobs}
        try:
            for done in as_completed(waiting):
                job = waiting[done]
                done.result()
                progress.update(bar, description=f"{job.clip}, {job.arm.name}", advance=1)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
        return [row for done in waiting for row in done.result()]


def work(job: Job) -> list[Row]:
    """One job, in a process of its own."""
    kept, known = Kept(job.kept), []
    clip = _set(job.data).clip(job.clip)
    head = {
        "arm": job.arm.name,
        "clip": job.clip,
        "split": clip.meta.split,
        "tags": list(clip.meta.tags),
    }
    # Nothing is decoded where everything is known.
    shot = _shot(job.data, job.clip)
    for rate_bps in job.rates_bps:
        for about in _turns(job.arm, shot.asked(known_labels())):
            key = _key(job.arm, shot, about, rate_bps)
            rows = kept.get(key)
            if rows is None:
                rows = _fresh(job, [one.thing.id for one in about], rate_bps, kept)
                kept.put(key, rows)
            known += [head | {"rate_bps": rate_bps} | row for row in rows]
    return known


def _fresh(job: Job, ids: Sequence[str], rate_bps: float, kept: Kept) -> list[Row]:
    film = _film(job.data, job.clip)
    about = [Asked(film, film.clip.object(id_)) for id_ in ids]
    sent = job.arm.send(film, about[0] if job.arm.aimed else None, rate_bps)
    return score(sent, film, about, rate_bps, Original(film, _looker(), kept))


def sources_of(arm: Arm) -> frozenset[str]:
    """The files that a result of that arm depends on."""
    own = Path(inspect.getfile(type(arm.send))).resolve().relative_to(ROOT).as_posix()
    beside = BESIDE.get(Path(own).stem, frozenset())
    return SHARED | SOURCES | {own} | beside | modules("codecs/artic_codecs", arm.needs)


def _turns(arm: Arm, asked: tuple[Asked, ...]) -> Iterator[tuple[Asked, ...]]:
    if arm.aimed:
        yield from ((one,) for one in asked)
    elif asked:
        yield asked


def _key(arm: Arm, film: Film, about: Sequence[Asked], rate_bps: float) -> dict[str, Any]:
    return {
        "send": repr(arm.send),
        "film": film.sha256,
        "asked": [one.thing.id for one in about],
        "rate_bps": rate_bps,
        "by": digest_of(sources_of(arm)),
    }


@lru_cache(maxsize=2)
def _shot(data: Path, clip: str) -> Film:
    return Film(_set(data).clip(clip), ())


@lru_cache(maxsize=1)
def _film(data: Path, clip: str) -> Film:
    return Film.load(_set(data).clip(clip))


@cache
def _set(data: Path) -> ClipSet:
    return ClipSet.load(data)


@cache
def _looker() -> Looker:
    return Looker()
