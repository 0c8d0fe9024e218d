from __future__ import annotations

from dataclasses import replace

from articgw.backends.embedded import match
from articgw.backends.embedded.question import parse
from articgw.backends.embedded.scene import Blob, Scene
from tests.articgw.backends.embedded.pictures import scene, sign

LEFT = sign("COFFEE", (0.1, 0.4, 0.2, 0.5), "red")
MIDDLE = sign("TEA", (0.45, 0.4, 0.55, 0.5), "red")
RIGHT = sign("MILK", (0.8, 0.4, 0.9, 0.5), "orange")
ROW = scene(LEFT, MIDDLE, RIGHT)


def chosen(question: str, where: Scene = ROW) -> str:
    pool = [match.of_sign(one) for one in where.signs]
    found = match.choose(parse(question), where, pool).candidate
    return found.text if found else ""


def test_order_and_extremes() -> None:
    assert chosen("What does the second sign from the right say?") == "TEA"
    assert chosen("What does the last sign from the left say?") == "MILK"
    assert chosen("What does the leftmost sign say?") == "COFFEE"
    assert chosen("What does the middle sign say?") == "TEA"
    assert chosen("What does the red sign on the right say?") == "TEA"


def test_sizes() -> None:
    big = replace(RIGHT, box=(0.6, 0.3, 0.95, 0.8))
    where = scene(LEFT, MIDDLE, big)
    assert chosen("What does the largest sign say?", where) == "MILK"
    assert chosen("What does the big sign say?", where) == "MILK"
    assert chosen("What does the smallest red sign say?", where) in ("COFFEE", "TEA")
    assert chosen("What does the small sign on the left say?", where) == "COFFEE"


def test_half_a_colour_only_costs() -> None:
    faded = replace(RIGHT, plate=(("orange", 1.0), ("yellow", 0.4)))
    assert chosen("What does the yellow sign say?", scene(LEFT, MIDDLE, faded)) == "MILK"
    assert chosen("What does the blue sign say?") == ""


def test_a_label_on_a_coloured_thing() -> None:
    bottle = Blob("blue", "rectangle", (0.78, 0.3, 0.92, 0.7), 0.05, (("blue", 1.0),))
    white = replace(RIGHT, plate=(("white", 1.0),))
    where = Scene(1.0, (960, 540), (LEFT, MIDDLE, white), (), (bottle,))
    assert chosen("What does the label on the blue bottle say?", where) == "MILK"


def test_spelling_is_forgiven() -> None:
    assert match.same_text("coffee", "C0FFEE BAR") > 0.75
    assert match.same_text("exit", "EXIT 12") == 1.0
    assert match.same_text("exit", "EX") == 0.0
    assert match.same_text("", "EXIT") == 0.0


def test_plates_of_signs_are_not_things() -> None:
    plate = Blob("red", "rectangle", LEFT.box, 0.01, (("red", 1.0),))
    assert match.bare_blobs(replace(ROW, blobs=(plate,))) == []


def test_rivals_are_counted() -> None:
    pool = [match.of_sign(one) for one in ROW.signs]
    assert match.choose(parse("What does the sign say?"), ROW, pool).rivals > 0
    assert match.choose(parse("What does the sign that says TEA say?"), ROW, pool).rivals == 0
