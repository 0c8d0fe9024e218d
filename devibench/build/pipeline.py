"""The stages in order, each resumable, each with its counts and the reasons for every rejection.

A back end that cannot answer now (`BackendUnavailable`) leaves a question undecided: the next run
asks it again, and nothing else. What a back end refuses or garbles is rejected, with that reason.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec

from articgw.backends import Backend
from articgw.errors import BackendGarbled, BackendRefused, BackendUnavailable, ConfigError
from devibench.asking import ask
from devibench.build import questions
from devibench.build.degraded import DEGRADED_BPS, degrade, still
from devibench.build.export import Built
from devibench.build.ledger import Decision, Ledger
from devibench.build.segments import SEGMENT_S, collect, segments, video_files
from devibench.build.sift import sift, verify
from devibench.scoring.judging import Judge

STAGES = ("collect", "transcode", "generate", "filter", "verify")
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class BuildOrder:
    """What to build. A folder that was begun with one order goes on with no other."""

    videos: Path
    out: Path
    generator: str = ""
    """Names of the back ends, as they were asked for."""
    filter: str = ""
    verifier: str = ""
    judge: str = ""
    bps: int = DEGRADED_BPS
    segment_s: float = SEGMENT_S
    per_video: int = 100
    """Segments, at most."""
    per_segment: int = questions.PER_SEGMENT
    """Questions, at most."""


@dataclass(frozen=True, slots=True)
class Models:
    """Who does what; they are started and closed by whoever made them."""

    generator: Backend
    filter: Backend
    verifier: Backend
    judge: Judge
    concurrency: int = 4
    deadline_s: float = 120.0


@dataclass(frozen=True, slots=True)
class StageCount:
    """What a stage did."""

    stage: str
    given: int
    accepted: int
    undecided: int
    """Because a back end could not answer; run the command again."""
    reasons: dict[str, int] = field(default_factory=dict)
    """Rejected, by reason, the commonest first."""


class Pipeline:
    """One folder's work."""

    def __init__(
        self, order: BuildOrder, models: Models, done: Callable[[str], None] = lambda stage: None
    ) -> None:
        """``done`` is told of each decision. Raises `ConfigError` where the folder holds another
        build, or there are no videos."""
        self.order = order
        self.counts: list[StageCount] = []
        self._models, self._done = models, done
        self._videos = video_files(order.videos)
        if not self._videos:
            raise ConfigError(f"{order.videos} holds no video; name a folder of *.mp4, *.mkv, …")
        _same_order(order)
        self._ledgers = {
            stage: Ledger(order.out / "stages" / f"{number}-{stage}.jsonl")
            for number, stage in enumerate(STAGES, 1)
        }
        self._slots = asyncio.Semaphore(models.concurrency)

    async def run(self) -> tuple[Built, ...]:
        """All stages; what survived, in order. Raises ``OSError`` where the disk is full."""
        order, pictures = self.order, self.order.out / "pictures"
        found = await self._stage("collect", self._videos, str, self._collect)
        parts = [one for video in found for one in segments(video, order.segment_s)]
        found = await self._stage(
            "transcode", parts, lambda part: part.key,
            lambda part: asyncio.to_thread(degrade, order.videos, pictures, part, order.bps),
        )  # fmt: skip
        place = {one.key: one for one in found}
        asked = await self._generate(found)
        sifted = await self._stage(
            "filter", asked, lambda one: one.key,
            lambda one: sift(
                one, pictures, place[one.data["segment"]].data["stem"], self._models.filter,
                self._models.judge, self._models.deadline_s,
            ),
        )  # fmt: skip
        by_key = {one.key: one for one in asked}
        verified = await self._stage(
            "verify", [by_key[one.key] for one in sifted], lambda one: one.key,
            lambda one: verify(
                one, pictures, place[one.data["segment"]].data["stem"], self._models.verifier,
                self._models.judge, self._models.deadline_s,
            ),
        )  # fmt: skip
        answers = {one.key: one for one in sifted}
        return tuple(
            _built(by_key[one.key], place[by_key[one.key].data["segment"]], answers[one.key], one)
            for one in verified
        )

    async def _collect(self, video: str) -> Decision:
        order = self.order
        return await asyncio.to_thread(
            collect, order.videos, video, order.segment_s, order.per_video
        )

    async def _generate(self, found: Sequence[Decision]) -> tuple[Decision, ...]:
        """One answer makes several decisions; the segment's own, written last, says that all are
        there."""
        ledger, order = self._ledgers["generate"], self.order

        async def one(segment: Decision) -> Decision:
            pair = still(order.out / "pictures" / f"{segment.data['stem']}.jpg")
            asked = questions.prompt(order.per_segment)
            reply = await ask(self._models.generator, asked, pair, self._models.deadline_s)
            listed = list(questions.candidates(segment.key, reply))[: order.per_segment]
            for decision in listed:
                ledger.add(decision)
            return Decision(segment.key, data={"questions": len(listed)})

        await self._stage("generate", found, lambda segment: segment.key, one)
        given = self.counts.pop()
        kept = tuple(one for one in ledger.accepted() if "question" in one.data)
        self.counts.append(
            StageCount("generate", given.given, len(kept), given.undecided, ledger.reasons())
        )
        return kept

    async def _stage(
        self,
        stage: str,
        items: Sequence[_Item],
        key: Callable[[_Item], str],
        work: Callable[[_Item], Awaitable[Decision]],
    ) -> tuple[Decision, ...]:
        ledger = self._ledgers[stage]

        async def one(item: _Item) -> None:
            async with self._slots:
                try:
                    decision = await work(item)
                except BackendUnavailable:
                    return
                except (BackendRefused, BackendGarbled) as error:
                    what = "refuses" if isinstance(error, BackendRefused) else "garbles"
                    decision = Decision(key(item), f"the model {what}", {"error": str(error)})
                ledger.add(decision)
                self._done(stage)

        try:
            async with asyncio.TaskGroup() as tasks:
                for item in items:
                    if key(item) not in ledger:
                        tasks.create_task(one(item))
        except* OSError as failed:
            raise failed.exceptions[0] from None
        undecided = sum(key(item) not in ledger for item in items)
        accepted = ledger.accepted()
        self.counts.append(
            StageCount(stage, len(items), len(accepted), undecided, ledger.reasons())
        )
        return accepted


def _same_order(order: BuildOrder) -> None:
    file = order.out / "build.json"
    told = {name: value for name, value in asdict(order).items() if name != "out"}
    now = msgspec.json.format(msgspec.json.encode(told, enc_hook=str))
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(now + b"\n")
    elif file.read_bytes() != now + b"\n":
        raise ConfigError(
            f"{order.out} was begun with other settings ({file.name} tells which); "
            "take those again, or another folder"
        )


def _built(asked: Decision, segment: Decision, sifted: Decision, verified: Decision) -> Built:
    return Built(
        key=asked.key,
        video=segment.data["video"],
        start_s=float(segment.data["start_s"]),
        stem=segment.data["stem"],
        question=asked.data["question"],
        answer=asked.data["answer"],
        task_type=asked.data["task_type"],
        frames=asked.data["frames"],
        on_original=sifted.data["on_original"],
        on_degraded=sifted.data["on_degraded"],
        verifier=verified.data["verifier"],
        bps=int(segment.data["bps"]),
    )
