"""What judges are asked, what they cost, and what becomes of what they cannot judge."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from articgw.backends.scripted import ScriptedBackend, Turn
from articgw.errors import BackendRefused, BackendUnavailable
from devibench.evaluate.judges import Account, ModelJudge, by_words, judged
from devibench.evaluate.replies import Replies
from devibench.retrying import Tries
from devibench.samples import Line, Sample

OPEN = Sample(
    "s/1", "Which bus?", (), ("46", "line 46"), "Counting", "single", "v", Path("v"), 0, 1
)
CHOICE = Sample("s/2", "?", ("A) 4", "B) 6"), ("B",), "Counting", "single", "v", Path("v"), 0, 1)
LINE = Line("s/1", "arm", "the forty-six", None, None, 0, None, 0.0, 1, None, 1)


def judge(*turns: Turn, attempts: int = 1, replies: Replies | None = None) -> ModelJudge:
    backend = ScriptedBackend(list(turns))
    return ModelJudge(backend, "scripted", Tries(attempts), replies or Replies(None))


async def test_words_are_compared() -> None:
    assert await by_words(OPEN, "Bus 46", Account())
    assert not await by_words(OPEN, "Bus 47", Account())


async def test_a_model_is_asked_about_each_accepted_answer_until_one_agrees() -> None:
    account, asked = Account(), judge(Turn("Incorrect"), Turn("Correct."))
    assert await asked(OPEN, "the forty-six", account)
    assert isinstance(asked.backend, ScriptedBackend)
    assert "line 46" in asked.backend.prompts[1].question
    assert account.requests == 2


async def test_letters_need_no_model() -> None:
    account = Account()
    assert await judge()(CHOICE, "B", account)
    assert account.requests == 0


async def test_a_verdict_that_is_none_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("devibench.retrying.FIRST_WAIT_S", 0.0)
    account = Account()
    assert await judge(Turn("Perhaps."), Turn("Correct"), attempts=2)(OPEN, "46!", account)
    assert account.requests == 2


async def test_the_same_is_not_judged_twice(tmp_path: Path) -> None:
    replies, account = Replies(tmp_path / "replies.sqlite"), Account()
    for turns in ([Turn("Incorrect"), Turn("Incorrect")], []):
        assert not await judge(*turns, replies=replies)(OPEN, "47", account)
    replies.close()
    assert account.requests == 2


async def test_an_answer_that_cannot_be_judged_is_kept_and_says_why() -> None:
    line = await judged(LINE, OPEN, judge(Turn(error=BackendUnavailable("busy", 0.0))), None)
    assert (line.answer, line.correct, line.judge_attempt) == ("the forty-six", None, 1)
    assert line.why == "not judged: backend_unavailable: busy"
    line = await judged(line, OPEN, judge(Turn("Correct")), None)
    assert (line.correct, line.why, line.judge_attempt) == (True, None, 2)


async def test_two_judges_say_each_their_own_and_only_what_lacks_is_asked() -> None:
    line = await judged(LINE, OPEN, by_words, judge(Turn(error=BackendRefused("no key"))))
    assert (line.correct, line.second) == (False, None)
    assert line.why == "not judged: backend_refused: no key"
    line = await judged(line, OPEN, judge(), judge(Turn("Correct")))
    assert (line.correct, line.second, line.why) == (False, True, None)


async def test_nobody_is_asked_about_an_empty_answer() -> None:
    line = await judged(msgspec.structs.replace(LINE, answer=""), OPEN, judge(), judge())
    assert (line.correct, line.second, line.judge_attempt) == (False, False, 0)
