"""All arms on all traces, clip by clip; each result is kept, so that a run can be resumed.

Asked is, as in DeViBench, what the back end answers rightly from the original and wrongly from
200 kb/s: else most questions would say nothing.
"""

from __future__ import annotations

import asyncio
import atexit
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import cv2

from artic_abr.simulation import Service
from articgw.backends import Backend
from articgw.frame import yuv_to_rgb
from devibench.clipset import ClipSet
from devibench.datasets.clips import ClipDataset
from devibench.datasets.held import HeldFilm
from devibench.degrade.coder import frame_of
from devibench.degrade.finding import eyes
from devibench.degrade.original import Original
from devibench.network import read_trace, trace_name
from devibench.samples import Sample, Seen
from tests.bench._abr_data import drawn_trace
from tests.bench._codecs_kept import Kept, below, digest_of, modules
from tests.bench._devibench_arms import ARMS, BLIND, arm, seed_of, thin
from tests.bench._score import is_right
from tests.helpers.reader import MODEL, SIDE_PX

Row = dict[str, Any]
EMBEDDED, READER = "embedded", "reader"
DEADLINE_S = 120.0
SOURCES = below(
    "devibench/degrade", "devibench/datasets", "articgw/client", "articgw/backends/embedded",
    "codecs/artic_codecs", "abr/artic_abr",
) | modules(
    "tests/bench", ("_abr_remb", "_devibench_arms", "_devibench_jobs", "_score")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Job:
    """One clip on every trace."""

    data: Path
    data_sha256: str
    clip: str
    number: int
    """Of the clip."""
    links_each: int
    """On so many of the links is a question asked, in rotation."""
    traces: tuple[str, ...]
    """Paths, or ``drawn_N``."""
    questions: int
    backend: str
    seed: int
    kept: Path
    server: str = ""
    """Where the reader is served; results are kept whatever its port."""

    def measure(self) -> list[Row]:
        """A row per trace, question and arm."""
        cv2.setNumThreads(1)
        dataset = ClipDataset(ClipSet.load(self.data))
        kept = Kept(self.kept)
        film: HeldFilm | None = None
        rows: list[Row] = []
        samples: list[Sample] = []
        for sample in shuffled(dataset, self.clip, self.seed):
            if len(samples) == self.questions:
                break
            key = self._key("", sample, "needs bits")
            needs = kept.get(key)
            if needs is None:
                film = film or HeldFilm.of(dataset.film(sample))
                needs = self._needs_bits(dataset, film, sample)
                kept.put(key, needs)
            if needs:
                samples.append(sample)
        for place, trace in enumerate(self.traces):
            blind: dict[tuple[str, float, float], tuple[Seen, list[int]]] = {}
            for turn, sample in enumerate(samples):
                if (place + turn + self.number) % len(self.traces) >= self.links_each:
                    continue
                for name in ARMS:
                    key = self._key(trace, sample, name)
                    row = kept.get(key)
                    if row is None:
                        film = film or HeldFilm.of(dataset.film(sample))
                        about = (name, sample.from_s, sample.to_s)
                        seen = blind.get(about) or self._seen(film, sample, trace, name)
                        if name in BLIND:
                            blind[about] = seen
                        row = self._row(dataset, sample, trace, name, *seen)
                        kept.put(key, row)
                    rows.append(row)
        return rows

    def _needs_bits(self, dataset: ClipDataset, film: HeldFilm, sample: Sample) -> bool:
        rights = (
            self._right(dataset, sample, self._said(sample, seen)[0])
            for seen in (
                one.apply(film, sample, self.seed) for one in (thin(film.size_px), Original())
            )
        )
        return not next(rights) and next(rights)

    def _said(self, sample: Sample, seen: Seen) -> tuple[str, float | None]:
        backend = f"openai:{MODEL}@{self.server}" if self.backend == READER else self.backend
        return said(backend, sample.question, seen, SIDE_PX if self.backend == READER else None)

    def _right(self, dataset: ClipDataset, sample: Sample, text: str) -> bool:
        clip = dataset.clips.clip(self.clip)
        question = next(
            one for one in clip.meta.questions
            if one.text == sample.question and one.objects == sample.evidence
        )  # fmt: skip
        return is_right(clip, question, text)

    def _seen(
        self, film: HeldFilm, sample: Sample, trace: str, name: str
    ) -> tuple[Seen, list[int]]:
        seed = seed_of(self.clip, trace_name(Path(trace)), self.seed)
        seen, delays_ms = arm(name, service_of(trace), film.size_px).measured(film, sample, seed)
        return seen, [round(one) for one in delays_ms.tolist()]

    def _row(
        self,
        dataset: ClipDataset,
        sample: Sample,
        trace: str,
        name: str,
        seen: Seen,
        delays_ms: list[int],
    ) -> Row:
        text, readability = self._said(sample, seen)
        return {
            "trace": trace_name(Path(trace)), "arm": name, "key": sample.key, "clip": self.clip,
            "task_type": sample.task_type, "right": self._right(dataset, sample, text),
            "answer": text, "readability": readability, "bits": seen.bits, "kbps": seen.kbps,
            "age_ms": min(seen.frame_age_ms, 1e6), "late_share": seen.late_share,
            "delays_ms": delays_ms, "why": seen.why,
        }  # fmt: skip

    def _key(self, trace: str, sample: Sample, name: str) -> dict[str, object]:
        return {
            "data": self.data_sha256, "trace": trace_name(Path(trace)), "key": sample.key,
            "arm": name, "backend": self.backend, "seed": self.seed, "by": digest_of(SOURCES),
        }  # fmt: skip


def measured(job: Job) -> list[Row]:
    """For a pool."""
    return job.measure()


def shuffled(dataset: ClipDataset, clip: str, seed: int) -> list[Sample]:
    """A clip's questions, in an order of chance."""
    mine = [one for one in dataset.samples() if one.group == clip]
    Random(f"{seed} {clip}").shuffle(mine)
    return mine


@cache
def service_of(trace: str) -> Service:
    """A recorded link, or a drawn one."""
    if trace.startswith("drawn_"):
        return drawn_trace(int(trace.removeprefix("drawn_")))
    return read_trace(Path(trace))


def said(
    backend: str, question: str, seen: Seen, picture_px: int | None = None
) -> tuple[str, float | None]:
    """The answer's text about the newest picture, and its readability; nothing of no picture."""
    if not seen.pictures:
        return "", None
    picture = seen.pictures[-1]
    if backend == EMBEDDED:
        found = eyes().answer(yuv_to_rgb(picture.yuv), picture.captured_s, question, None)
        return found.text, found.readability
    return _loop().run_until_complete(_asked(backend, question, seen, picture_px)), None


async def _asked(name: str, question: str, seen: Seen, picture_px: int | None) -> str:
    from devibench.asking import ask

    backend = await _backend(name, picture_px)
    return await ask(backend, question, frame_of(seen.pictures[-1].yuv), DEADLINE_S)


@cache
def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.new_event_loop()


_BACKENDS: dict[str, Backend] = {}


async def _backend(name: str, picture_px: int | None) -> Backend:
    if name not in _BACKENDS:
        from articgw.backends.environment import completed, keys_in
        from articgw.backends.registry import load
        from articgw.config import Config

        config = Config(backend=completed(name, os.environ), evidence="none")
        if picture_px is not None:
            config = replace(config, picture_px=picture_px)
        made = _BACKENDS[name] = load(config, keys_in(os.environ))
        atexit.register(lambda: _loop().run_until_complete(made.close()))
        await made.start()
    return _BACKENDS[name]


def jobs(
    data: Path, sha256: str, traces: tuple[str, ...], questions: int, backend: str, seed: int,
    kept: Path, clips: int, links_each: int, server: str = "",
) -> Iterator[Job]:  # fmt: skip
    """One per clip."""
    for number, clip in enumerate(ClipSet.load(data).clips[:clips]):
        yield Job(
            data, sha256, clip.name, number, links_each, traces, questions, backend, seed, kept,
            server,
        )  # fmt: skip
