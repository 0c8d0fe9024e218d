"""A run's answers, judged again."""

from __future__ import annotations

from devibench.evaluate.judges import Account, by_words
from devibench.evaluate.rescoring import judged_again
from devibench.samples import Line, Sample
from tests.devibench.evaluate.test_asking import SAMPLE


def line(answer: str | None, key: str = "s/1") -> Line:
    return Line(key, "arm", answer, True, None, 0, None, 0.0, 1, None, 1, judge_attempt=5)


async def test_what_was_answered_is_judged_and_the_rest_is_left() -> None:
    lines = [line("It says EXIT."), line("OPEN"), line(None), line("EXIT", key="gone")]
    found = await judged_again(lines, [SAMPLE], by_words, None, workers=2)
    assert [one.correct for one in found] == [True, False, True, True]
    assert [one.judge_attempt for one in found] == [0, 0, 5, 5]
    assert [one.answer for one in found] == [one.answer for one in lines]


async def test_a_second_judge_is_heard_too() -> None:
    async def never(sample: Sample, answer: str, account: Account) -> bool:
        return False

    (found,) = await judged_again([line("EXIT")], [SAMPLE], by_words, never, workers=1)
    assert (found.correct, found.second) == (True, False)
