"""What counts as right, by words alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from devibench.samples import Sample
from devibench.scoring.match import chosen, is_right, says

OPTIONS = ("A) red", "B) dark red", "C) a blue bus", "D) 12")


def sample(answers: tuple[str, ...], options: tuple[str, ...] = ()) -> Sample:
    return Sample("s/1", "What?", options, answers, "Counting", "single", "v", Path("v"), 0.0, 1.0)


@pytest.mark.parametrize(
    ("answer", "accepted", "right"),
    [
        ('The sign says "EXIT 12".', "exit 12", True),
        ("EXIT 1", "exit 12", False),
        ("It reads 62 BARNE", "62BARNE", True),
        ("1 2 3", "23", False),
        ("twelve", "12", False),
        ("I cannot read it.", "exit", False),
        ("１２", "12", True),
        ("anything", "", False),
    ],
)
def test_an_accepted_answer_stands_in_the_answer(answer: str, accepted: str, right: bool) -> None:
    assert says(answer, accepted) is right
    assert is_right(sample((accepted,)), answer) is right


@pytest.mark.parametrize(
    ("answer", "letter"),
    [
        ("B", "B"),
        ("(b)", "B"),
        ("The answer is C.", "C"),
        ("Option D", "D"),
        ("A blue bus", "C"),
        ("It is 12.", "D"),
        ("E", None),
        ("It is hard to say.", None),
        ("red or 12", None),
    ],
)
def test_an_option_is_chosen_by_letter_or_by_its_words(answer: str, letter: str | None) -> None:
    assert chosen(answer, OPTIONS) == letter


def test_a_choice_is_right_by_its_letter() -> None:
    assert is_right(sample(("C", "a blue bus"), OPTIONS), "C")
    assert not is_right(sample(("C", "a blue bus"), OPTIONS), "B")
