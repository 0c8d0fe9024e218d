"""A thin uplink, small text, and a question: with regions, and without.

    clip ─▶ Chromium with our page ─┐                                ┌─ aim true
    clip ─▶ articgw.client ─────────┴─▶ gateway held to CAP_BPS with ┴─ aim false ─▶ embedded model

The same questions of the same clips, on texts of at most `MOST_PX`, asked one after another in
one call; arms take turns. Only texts are asked about that the model reads on the original and that
are in view for nearly the whole clip, because a film that plays in a loop is asked at any moment.
What the trace of the gateway says about each question: when the regions were known, when the sender
was told, and when it said that it obeys.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from rich.console import Console
from rich.table import Table

from articgw.client import Call, ClipSource, QuestionFailed
from devibench.clipset import Clip, ClipSet, Question
from devibench.sample.make import Order, make_set
from tests.bench._calls import call as browser_call
from tests.bench._codecs_film import Film
from tests.bench._codecs_kept import Kept, below, digest_of, modules
from tests.bench._codecs_wanted import goal
from tests.bench._common import OUT, Goal, machine
from tests.bench._originals import read_right
from tests.bench._score import is_about_text, is_right
from tests.helpers.browser import gateway

Row = dict[str, Any]

CAP_BPS = 150_000
MOST_PX = 17.0
QUESTIONS, PER_CLIP, QUICK_QUESTIONS = 10, 4, 2
CLIPS, QUICK_CLIPS, SECONDS = 16, 8, 4.0
IN_VIEW = 0.8
"""Of a clip's frames, at which its question may be asked."""
STEADY = ("still", "hand-held")
SETTLE_S = 8.0
SENDERS = ("Chromium", "articgw.client")
ARMS = {"with": "true", "without": "false"}
SOURCES = below("articgw", "codecs", "abr", "perception") | modules(
    "tests/bench", ("_calls", "_codecs_live", "_score")
)


@dataclass(frozen=True, slots=True)
class Picked:
    """What is asked in one call."""

    clip: Clip
    questions: tuple[Question, ...]


def picked(clips: Iterable[Clip], wanted: int) -> Iterator[tuple[Clip, Question]]:
    """Questions about small texts that stay in view, at most `PER_CLIP` of a clip."""
    for clip in clips:
        if not any(tag in clip.meta.tags for tag in STEADY):
            continue
        taken = 0
        for question in clip.meta.questions:
            heights = [clip.object(id_).height_px or 0.0 for id_ in question.objects]
            window = question.to_frame - question.from_frame + 1
            small = is_about_text(clip, question) and heights and max(heights) <= MOST_PX
            if small and window >= IN_VIEW * clip.meta.frames and taken < PER_CLIP:
                taken += 1
                yield clip, question


async def choose(folder: Path, wanted: int, *, backend: str) -> list[Picked]:
    """Of a set, by clip; each question was answered right on the original."""
    by_clip: dict[str, list[Question]] = {}
    clips = ClipSet.load(folder).clips
    candidates = list(picked(clips, wanted))
    right = await read_right(candidates, backend=backend)
    chosen = [pair for pair, was_right in zip(candidates, right, strict=True) if was_right][:wanted]
    for clip, question in chosen:
        by_clip.setdefault(clip.name, []).append(question)
    return [Picked(clip, tuple(by_clip[clip.name])) for clip in clips if clip.name in by_clip]


def drawn(seed: int, clips: int) -> Path:
    """A set of its own: signs are small, and most of them are asked about."""
    folder = OUT / f"codecs-live-{seed}-{clips}"
    if not (folder / "set.json").is_file():
        make_set(Order(seed=seed, clips=clips, seconds=SECONDS), folder)
    return folder


async def ask_by_client(url: str, one: Picked) -> list[Row]:
    """A call of our client."""
    rows = []
    async with Call(url, ClipSource(one.clip.video)) as call:
        await asyncio.sleep(SETTLE_S)
        for question in one.questions:
            began = time.monotonic()
            call.typing()
            await asyncio.sleep(0.5)
            try:
                text = (await call.ask(question.text)).text
            except QuestionFailed as error:
                text = f"[{error.code}]"
            rows.append(_row(one.clip, question, text, time.monotonic() - began - 0.5))
    return rows


async def ask_by_browser(url: str, one: Picked, work: Path) -> list[Row]:
    """A call of our page."""
    async with aiohttp.ClientSession(url) as http:
        asked, _ = await browser_call(one.clip, one.questions, url, http, work)
    by_id = {question.id: question for question in one.questions}
    return [
        _row(one.clip, by_id[each.question_id], each.answer, each.latency_ms / 1000)
        for each in asked
    ]


def _row(clip: Clip, question: Question, answer: str, seconds: float) -> Row:
    return {
        "clip": clip.name,
        "question": question.text,
        "answers": list(question.answers),
        "answer": answer,
        "right": is_right(clip, question, answer),
        "latency_ms": round(1000 * seconds),
    }


async def measure_arm(sender: str, arm: str, one: Picked, work: Path, *, backend: str) -> list[Row]:
    """One call in a gateway of its own."""
    with tempfile.TemporaryDirectory() as folder:
        options = {
            "max_bps": str(CAP_BPS),
            "start_bps": str(CAP_BPS),
            "aim": ARMS[arm],
            "trace_dir": folder,
        }
        flags = [word for name, value in options.items() for word in (f"--{name}", value)]
        async with gateway(*flags, backend=backend) as running:
            if sender == "Chromium":
                rows = await ask_by_browser(running.url, one, work)
            else:
                rows = await ask_by_client(running.url, one)
        traced = aimed(read_trace(Path(folder)))
    # A question that was asked again, out of its window, is in the trace twice.
    for row, told in zip(rows, traced, strict=True) if len(rows) == len(traced) else ():
        row |= told
    return [{"sender": sender, "arm": arm} | row for row in rows]


def read_trace(folder: Path) -> list[Row]:
    """All lines of one call."""
    lines = (line for file in folder.glob("*.jsonl") for line in file.read_text().splitlines())
    return [json.loads(line) for line in lines]


def aimed(lines: Sequence[Row]) -> list[Row]:
    """By question, ms from its arrival to the steer with its regions, and from that to its ack."""
    told: list[Row] = []
    asks = [line for line in lines if line.get("what") == "ask"]
    for ask, after in zip(asks, [*asks[1:], None], strict=True):
        until_t = after["t"] if after else float("inf")
        mine = [line for line in lines if ask["t"] <= line["t"] < until_t]
        steer = next((s for s in mine if s["what"] == "steer" and s.get("regions")), None)
        ack = steer and next(
            (a for a in mine if a["what"] == "ack" and a["seq"] >= steer["seq"]), None
        )
        told.append(
            {
                "how": steer and steer["how"],
                "aimed_ms": steer and round(1000 * (steer["t"] - ask["t"]), 1),
                "obeyed_ms": steer and ack and round(1000 * (ack["t"] - steer["t"]), 1),
            }
        )
    return told


async def measure(
    console: Console, kept: Path, *, seed: int, quick: bool, backend: str
) -> list[Row]:
    """A row per question, sender and arm; calls that are known are not made again."""
    folder = await asyncio.to_thread(drawn, seed, QUICK_CLIPS if quick else CLIPS)
    chosen = await choose(folder, QUICK_QUESTIONS if quick else QUESTIONS, backend=backend)
    work = OUT / "codecs-live"
    work.mkdir(parents=True, exist_ok=True)
    rows: list[Row] = []
    for one in chosen[: 1 if quick else None]:
        for sender in SENDERS:
            for arm in ["with"] if quick else ARMS:
                key = {
                    "live": [sender, arm, backend, seed, CAP_BPS, machine()],
                    "asked": [one.clip.name, *(question.id for question in one.questions)],
                    "film": Film(one.clip, ()).sha256,
                    "by": digest_of(SOURCES),
                }
                made = Kept(kept).get(key)
                if made is None:
                    made = await measure_arm(sender, arm, one, work, backend=backend)
                    Kept(kept).put(key, made)
                right = sum(row["right"] for row in made)
                console.print(f"{one.clip.name}, {sender}, {arm} regions: {right} of {len(made)}")
                rows += made
    print_rows(rows, console)
    return rows


def aims_told(rows: Sequence[Row]) -> list[Row]:
    """Per sender with regions: right answers of both arms, and how soon it aimed, ms."""
    told: list[Row] = []
    for sender in SENDERS:
        mine = [row for row in rows if (row["sender"], row["arm"]) == (sender, "with")]
        head: Row = {"kind": "aims", "sender": sender, "questions": len(mine)}
        for arm in ARMS:
            head[f"right_{arm}"] = right_share(rows, sender, arm)
        for name in ("aimed_ms", "obeyed_ms"):
            known = sorted(row[name] for row in mine if row.get(name) is not None)
            head[name] = {"of": len(known), "most": max(known, default=None)}
            head[name]["p50"] = statistics.median(known) if known else None
        told.append(head)
    return told


def right_share(rows: Sequence[Row], sender: str, arm: str) -> float | None:
    """Right answers of one sender in one arm."""
    mine = [row["right"] for row in rows if (row["sender"], row["arm"]) == (sender, arm)]
    return statistics.fmean(mine) if mine else None


def goals_of(rows: Sequence[Row]) -> list[Goal]:
    """The worse of both senders."""
    shares = [right_share(rows, sender, "with") for sender in SENDERS]
    known = [share for share in shares if share is not None]
    worst = min(known) if len(known) == len(SENDERS) else None
    return [goal("live_right_with", worst)]


def print_rows(rows: Sequence[Row], console: Console) -> None:
    """Each question, by sender and arm."""
    table = Table("sender", "regions", "clip", "question", "answer", "right", "ms", "how", "aimed")
    for row in rows:
        table.add_row(
            *(str(row[name]) for name in ("sender", "arm", "clip", "question", "answer")),
            "yes" if row["right"] else "no",
            *(str(row.get(name, "-")) for name in ("latency_ms", "how", "aimed_ms")),
        )
    console.print(table)
