"""One sample, asked: every end is a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from articgw.backends.scripted import ScriptedBackend, Turn
from articgw.errors import (
    BackendError,
    BackendGarbled,
    BackendRefused,
    BackendUnavailable,
    DatasetError,
)
from devibench.evaluate.asking import Asking, answered, worded
from devibench.evaluate.judges import by_words
from devibench.evaluate.replies import Replies
from devibench.retrying import Tries
from devibench.samples import Picture, Sample, Seen

SAMPLE = Sample("s/1", "What?", (), ("EXIT",), "Reading", "single", "v", Path("v"), 0.0, 1.0)
YUV = np.full((96, 64), 128, np.uint8)
SEEN = Seen((Picture(YUV, 0.9, 1.0, 800),), 1000, 1.0, 100.0, 30.0, 60.0, 0.0)
NOTHING = Seen((), 1000, 1.0, float("inf"), 30.0, 60.0, 1.0)


class Films:
    name, sha256 = "s", "f00d"

    def samples(self) -> Sequence[Sample]:
        return [SAMPLE]

    def film(self, sample: Sample) -> Any:
        return None


class Shows:
    name = "arm"

    def __init__(self, seen: Seen | Exception) -> None:
        self._seen = seen

    def apply(self, film: Any, sample: Sample, seed: int) -> Seen:
        if isinstance(self._seen, Exception):
            raise self._seen
        return self._seen


def asking(backend: ScriptedBackend, replies: Replies | None = None, attempts: int = 3) -> Asking:
    return Asking(backend, "scripted", by_words, replies or Replies(None), tries=Tries(attempts))


async def test_an_answer_carries_what_it_rests_on() -> None:
    line = await answered(
        asking(ScriptedBackend([Turn("EXIT", readability=0.7)])), Films(), SAMPLE, Shows(SEEN), 1
    )
    assert (line.answer, line.correct, line.readability, line.attempt) == ("EXIT", True, 0.7, 1)
    assert (line.bits, line.frame_age_ms, line.latency_ms, line.frames) == (1000, 100.0, 60.0, 1)


@pytest.mark.parametrize("error", [BackendUnavailable("busy", 0.0), BackendGarbled("torn", "")])
async def test_what_may_yet_succeed_is_tried_again(
    error: BackendError, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("devibench.retrying.FIRST_WAIT_S", 0.0)
    backend = ScriptedBackend([Turn(error=error), Turn("EXIT")])
    line = await answered(asking(backend), Films(), SAMPLE, Shows(SEEN), 1)
    assert (line.answer, line.attempt) == ("EXIT", 2)


async def test_what_is_refused_is_not() -> None:
    backend = ScriptedBackend([Turn(error=BackendRefused("no key"))])
    line = await answered(asking(backend), Films(), SAMPLE, Shows(SEEN), 1)
    assert line.answer is None
    assert line.why == "backend_refused: no key"


async def test_after_the_last_attempt_a_line_says_why() -> None:
    backend = ScriptedBackend([Turn(error=BackendUnavailable("busy", 0.0))] * 3)
    line = await answered(asking(backend), Films(), SAMPLE, Shows(SEEN), 1)
    assert (line.answer, line.attempt, line.why) == (None, 3, "backend_unavailable: busy")


async def test_an_answer_without_a_verdict_is_judged_and_not_asked_for_again() -> None:
    asked = asking(ScriptedBackend([Turn("EXIT")]))
    line = await answered(asked, Films(), SAMPLE, Shows(SEEN), 1)
    line = msgspec.structs.replace(line, correct=None, why="not judged: busy")
    again = await answered(asked, Films(), SAMPLE, Shows(SEEN), 1, line)
    assert (again.answer, again.correct, again.why, again.attempt) == ("EXIT", True, None, 1)


async def test_the_same_is_not_asked_twice(tmp_path: Path) -> None:
    replies = Replies(tmp_path / "replies.sqlite")
    backend = ScriptedBackend([Turn("EXIT")])
    lines = [
        await answered(asking(backend, replies), Films(), SAMPLE, Shows(SEEN), 1) for _ in range(2)
    ]
    replies.close()
    assert [line.answer for line in lines] == ["EXIT", "EXIT"]
    assert [line.attempt for line in lines] == [1, 0]


async def test_several_moments_are_asked_about_on_one_sheet() -> None:
    pictures = tuple(Picture(YUV, t, t, 800) for t in (0.1, 0.5, 0.9))
    backend = ScriptedBackend([Turn("EXIT")])
    shows = Shows(replace(SEEN, pictures=pictures))
    line = await answered(asking(backend), Films(), SAMPLE, shows, 1)
    assert line.frames == 3
    (prompt,) = backend.prompts
    assert prompt.frame.size_px == (128, 128)
    assert prompt.question == "What?"
    assert "3 moments, row by row, the newest last" in prompt.words


@pytest.mark.parametrize(
    ("seen", "answer", "why"),
    [
        (NOTHING, "", "no picture had come"),
        (DatasetError("v.mkv:1", "cannot be decoded"), None, "not degraded: v.mkv:1: cannot be"),
    ],
)
async def test_a_film_that_shows_nothing_is_not_asked_about(
    seen: Seen | Exception, answer: str | None, why: str
) -> None:
    line = await answered(asking(ScriptedBackend([])), Films(), SAMPLE, Shows(seen), 1)
    assert line.answer == answer
    assert (line.why or "").startswith(why)


def test_options_are_put_with_the_question() -> None:
    choice = Sample("s/2", "Which?", ("A) 4", "B) 6"), ("B",), "", "single", "v", None, 0, 1)
    assert "B) 6" in worded(choice, "{question}")
    assert worded(SAMPLE, "Concisely: {question}") == "Concisely: What?"
