"""The scoring of the call bench, as tables: what counts as right must not drift."""

from __future__ import annotations

from pathlib import Path

import pytest

from devibench.clipset import Box, Clip, ClipMeta, ClipObject, Question
from tests.bench._score import cover_and_area, is_about_text, is_right, looked_right

OBJECTS = (
    ClipObject("exit", "text", "exit sign", "green", "EXIT 12", 20),
    ClipObject("cafe", "text", "sign", "red", "Cafe Rio", 30),
    ClipObject("twelve", "text", "label", "white", "12", 14),
    ClipObject("balls", "object", "ball", "red"),
)
META = ClipMeta(30, (1280, 720), 60, "score", (), OBJECTS)
CLIP = Clip("c", Path("c.mkv"), META, {("exit", 0): Box(0, 0, 10, 10, 1)})

EXIT = Question("1", "What does the green sign say?", ("EXIT 12",), "Text", ("exit",), 0, 59)
NUMBER = Question("2", "Which exit is it?", ("12",), "Text", ("exit",), 0, 59)
COUNT = Question("3", "How many red balls?", ("3", "three"), "Counting", ("balls",), 0, 59)
COLOUR = Question("4", "What color is EXIT 12?", ("green",), "Attribute", ("exit",), 0, 59)

ANSWERS = [
    ("as asked", EXIT, 'The green sign says "EXIT 12".', True),
    ("other case and spaces", EXIT, "exit12", True),
    ("not all of it", EXIT, "EXIT", False),
    ("another sign's text too", EXIT, "EXIT 12 and Cafe Rio", False),
    ("another sign's text that is part of this one's", EXIT, "EXIT 12", True),
    ("a part that was asked", NUMBER, "It is 12.", True),
    ("nothing", EXIT, "", False),
    ("a count in figures", COUNT, "I count 3 red balls.", True),
    ("a count in words", COUNT, "Three.", True),
    ("a figure inside a larger one", COUNT, "I count 13.", False),
    ("a colour", COLOUR, "It is green.", True),
    ("another colour", COLOUR, "It is greenish.", False),
]


@pytest.mark.parametrize(
    ("question", "answer", "right"), [case[1:] for case in ANSWERS], ids=[c[0] for c in ANSWERS]
)
def test_right(question: Question, answer: str, right: bool) -> None:
    assert is_right(CLIP, question, answer) is right


@pytest.mark.parametrize(
    ("question", "about"), [(EXIT, True), (NUMBER, True), (COUNT, False), (COLOUR, False)]
)
def test_about_text(question: Question, about: bool) -> None:
    assert is_about_text(CLIP, question) is about


def test_cover_and_area() -> None:
    sign = (0.5, 0.5, 0.6, 0.6)
    assert cover_and_area([sign], [sign]) == (1.0, 1.0)
    assert cover_and_area([], [sign]) == (0.0, 0.0)
    assert cover_and_area([sign], []) is None
    half = cover_and_area([(0.5, 0.5, 0.55, 0.6)], [sign])
    assert half is not None and half[0] == pytest.approx(0.5, abs=0.02)
    twice_the_same = cover_and_area([sign, sign], [sign])
    assert twice_the_same == (1.0, 1.0)


@pytest.mark.parametrize(
    ("cover", "area", "right"), [(0.8, 4.0, True), (0.79, 1.0, False), (1.0, 4.1, False)]
)
def test_looked_right(cover: float, area: float, right: bool) -> None:
    assert looked_right(cover, area) is right
