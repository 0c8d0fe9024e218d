from __future__ import annotations

from articgw.backends.embedded.question import parse
from articgw.backends.embedded.reading import read, read_all
from articgw.backends.embedded.scene import Blob, Scene
from tests.articgw.backends.embedded.pictures import scene, sign

EXIT = sign("EXIT", (0.1, 0.1, 0.3, 0.2), "green", "white")
POOR = sign("0PFN", (0.6, 0.1, 0.8, 0.2), "red", "white", score=0.4)


def test_the_only_sign_needs_no_description() -> None:
    said = read(parse("What does it say?"), scene(EXIT))
    assert said.text == 'It says "EXIT".'
    assert said.evidence[0].box == EXIT.box


def test_it_says_when_a_choice_was_made_for_the_person() -> None:
    large = sign("WELCOME", (0.1, 0.4, 0.9, 0.8))
    said = read(parse("What does the sign say?"), scene(EXIT, large))
    assert said.text == 'The most prominent sign says "WELCOME".'


def test_a_sign_that_cannot_be_read_is_an_outcome() -> None:
    said = read(parse("What does the red sign say?"), scene(EXIT, POOR))
    assert "can't read it" in said.text and "EXIT" not in said.text and "0PFN" not in said.text
    assert said.readability is not None and said.readability < 0.1
    assert said.evidence[0].box == POOR.box


def test_a_plate_without_text_is_shown_as_the_region() -> None:
    plate = Blob("red", "rectangle", (0.6, 0.5, 0.8, 0.6), 0.02, (("red", 1.0),))
    said = read(parse("What does the red sign say?"), Scene(1.0, (960, 540), (EXIT,), (), (plate,)))
    assert "can't read it" in said.text
    assert said.evidence[0].box == plate.box


def test_what_is_not_there_is_not_made_up() -> None:
    said = read(parse("What does the purple sign say?"), scene(EXIT))
    assert "EXIT" not in said.text
    assert said.readability == 0.0


def test_one_line_of_many() -> None:
    menu = sign("SOUP\nFISH\nCAKE", (0.1, 0.1, 0.3, 0.5))
    assert '"FISH"' in read(parse("What is on the second line of the menu?"), scene(menu)).text


def test_the_line_below_a_quoted_one() -> None:
    above, below = sign("OPEN", (0.1, 0.1, 0.3, 0.2)), sign("9:00", (0.1, 0.22, 0.3, 0.32))
    both = type(above)((*above.lines, *below.lines), (0.1, 0.1, 0.3, 0.32), above.plate, above.ink)
    said = read(parse('What is written below "OPEN"?'), scene(both))
    assert "9:00" in said.text and "OPEN" not in said.text


def test_reading_everything() -> None:
    assert '"EXIT"' in read_all(parse("Read everything"), scene(EXIT, POOR)).text
    assert read_all(parse("Read everything"), scene()).readability == 0.0
