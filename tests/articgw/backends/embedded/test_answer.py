from __future__ import annotations

import pytest

from articgw.backends.embedded.answer import answer
from articgw.backends.embedded.question import parse
from articgw.backends.embedded.scene import Answer, Blob, Scene, Thing
from tests.articgw.backends.embedded.pictures import scene, sign

EXIT = sign("EXIT 12", (0.10, 0.10, 0.25, 0.20), "red", "white")
CAFE = sign("CAFE", (0.70, 0.10, 0.82, 0.18), "green", "white")
PRICE = sign("PRICE 4.99", (0.10, 0.70, 0.26, 0.78), "yellow")
ROOM = sign("B214", (0.70, 0.70, 0.80, 0.78), "white", "blue")
TEXTS = ("EXIT 12", "CAFE", "4.99", "B214")


def ball(x: float, y: float, colour: str) -> Blob:
    return Blob(colour, "circle", (x, y, x + 0.03, y + 0.05), 0.001, ((colour, 1.0),))


BOX = Blob("blue", "square", (0.86, 0.10, 0.92, 0.20), 0.005, (("blue", 1.0),))
WORLD = Scene(
    1.0,
    (960, 540),
    (EXIT, CAFE, PRICE, ROOM),
    (
        Thing("person", 0.8, (0.40, 0.30, 0.50, 0.80), (("blue", 1.0),)),
        Thing("dog", 0.7, (0.52, 0.60, 0.60, 0.80), (("brown", 1.0),)),
    ),
    (BOX, *(ball(0.3 + 0.05 * k, 0.9, "red") for k in range(3)), ball(0.5, 0.9, "green")),
    spots_objects=True,
)


def ask(question: str, where: Scene = WORLD) -> Answer:
    return answer(parse(question), where)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What does the red sign say?", "EXIT 12"),
        ("What does the sign on the bottom left say?", "4.99"),
        ("What is the price?", "4.99"),
        ("How much does it cost, according to the tag?", "4.99"),
        ("Which room is this?", "B214"),
        ("What is written on the sign next to the blue box?", "CAFE"),
        ("What does the sign above the yellow sign say?", "EXIT 12"),
        ("What does the sign below the green sign say?", "B214"),
        ("What is written on the sign to the right of the exit sign?", "CAFE"),
        ("What number is on the exit sign?", "EXIT 12"),
        ("What does the rightmost sign at the top say?", "CAFE"),
        ("What is written in blue?", "B214"),
        ("Where can I read about exits?", ""),
    ],
)
def test_the_asked_text_and_no_other(question: str, text: str) -> None:
    said = ask(question)
    assert text in said.text
    if text:
        assert not [other for other in TEXTS if other != text and other in said.text]
        assert said.readability is not None and said.readability > 0.9


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What color is the sign that says EXIT?", "red"),
        ("What colour are the letters on the cafe sign?", "white"),
        ("How many red balls are there?", "3"),
        ("How many balls are there?", "4"),
        ("How many signs are there?", "4"),
        ("How many people are there?", "1"),
        ("How many elephants are there?", "0"),
        ("Is there a person?", "Yes"),
        ("Is there a horse?", "No"),
        ("Is there a sign that says CAFE?", "Yes"),
        ("Where is the exit sign?", "top left"),
        ("Is the red sign to the left or to the right of the green sign?", "left"),
        ("Is the yellow sign above or below the red sign?", "below"),
        ("Is the red sign above the yellow sign?", "Yes"),
        ("Is the sign that says cafe red?", "No"),
        ("Does the red sign say EXIT?", "Yes"),
        ("What color is the dog?", "brown"),
        ("What is next to the dog?", "person"),
        ("What animal can you see?", "dog"),
    ],
)
def test_colours_counts_and_places(question: str, words: str) -> None:
    assert words in ask(question).text


def test_what_it_cannot_do_it_says() -> None:
    said = ask("Is the man happy?")
    assert said.finish == "unknown"
    assert "cannot" in said.text


def test_without_the_detector_answers_about_objects_say_so() -> None:
    said = ask("Is there a person?", scene(EXIT, spots_objects=False))
    assert said.finish == "unknown"
    assert "articgw models fetch" in said.text


def test_description_names_everything() -> None:
    said = ask("What do you see?")
    assert "a person" in said.text and "EXIT 12" in said.text
