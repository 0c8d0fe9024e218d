"""Questions on scenes that were received well, badly, and not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_codecs import Box
from articgw.backends.embedded import boxes
from articgw.backends.embedded.aim import MOST, Aim, aim
from articgw.backends.embedded.scene import Blob, Scene, Sign, TextLine, Thing
from tests.articgw.backends.embedded.pictures import scene, sign

CAFE = sign("CAFE", (0.1, 0.2, 0.2, 0.26), "red", "white")
PRICE = sign("$12.50", (0.7, 0.2, 0.8, 0.26), "white")
ROOM = sign("B 214", (0.4, 0.7, 0.5, 0.76), "blue", "white")
WELL = scene(CAFE, PRICE, ROOM)


def unread(box: Box, ground: str = "grey") -> Sign:
    return Sign((TextLine("", 0.0, box, 18.0),), box, ((ground, 1.0),))


FAINT_LEFT, FAINT_RIGHT = unread((0.1, 0.2, 0.2, 0.26), "red"), unread((0.7, 0.7, 0.8, 0.76))
BADLY = replace(scene(PRICE), unread=(FAINT_LEFT, FAINT_RIGHT))
CONES = tuple(
    Blob("orange", "triangle", (x, 0.8, x + 0.02, 0.85), 0.001, (("orange", 1.0),))
    for x in (0.3, 0.33, 0.36)
)


def covers(one: Aim, box: Box) -> bool:
    return boxes.inside(box, one.box) > 0.99


@pytest.mark.parametrize(
    ("question", "where", "meant"),
    [
        ("What does the red sign say?", WELL, CAFE),
        ("What is the price on the price tag?", WELL, PRICE),
        ("What does the sign at the bottom say?", WELL, ROOM),
        ("What colour is the sign that says CAFE?", WELL, CAFE),
        ("Which room is this?", WELL, ROOM),
        ("What does the red sign say?", BADLY, FAINT_LEFT),
        ("What does the sign on the left say?", BADLY, FAINT_LEFT),
        ("What does the leftmost sign say?", BADLY, FAINT_LEFT),
    ],
)
def test_the_first_aim_is_what_is_meant(question: str, where: Scene, meant: Sign) -> None:
    assert covers(aim(question, where)[0], meant.box)


def test_a_faint_upright_pattern_comes_after_what_was_read() -> None:
    hearts = (0.05, 0.8, 0.07, 0.88)
    pattern = Sign((TextLine("", 0.0, hearts, 18.0, found=0.3),), hearts, (("red", 1.0),))
    aims = aim("What does the sign at the bottom say?", replace(WELL, unread=(pattern,)))
    assert covers(aims[0], ROOM.box)


def test_a_certain_aim_stands_alone() -> None:
    (only,) = aim("What is the price on the price tag?", WELL)
    assert only.priority == 1.0
    assert only.min_text_px == 24.0
    assert "$12.50" in only.why


def test_what_cannot_be_read_is_aimed_at_where_nothing_read_fits() -> None:
    aims = aim("What is the exit number on the exit sign?", BADLY)
    assert all(any(covers(one, faint.box) for one in aims) for faint in BADLY.unread)
    assert "cannot be read" in aims[0].why


def test_where_the_question_does_not_decide_several_are_returned() -> None:
    twins = replace(scene(), unread=(FAINT_LEFT, FAINT_RIGHT))
    assert len(aim("What does the sign say?", twins)) == 2


def test_a_poorly_read_text_gets_room_at_its_ends() -> None:
    poor = sign("WORK", (0.4, 0.4, 0.5, 0.46), score=0.3)
    (sure,) = aim("What does the sign say?", scene(replace(poor, lines=CAFE.lines)))
    (doubtful,) = aim("What does the sign say?", scene(poor))
    assert doubtful.box[0] < sure.box[0] and doubtful.box[2] > sure.box[2]
    assert doubtful.box[1] == sure.box[1]


def test_a_plate_of_that_colour_will_do_where_no_text_was_found() -> None:
    plate = Blob("green", "rectangle", (0.5, 0.5, 0.6, 0.55), 0.005, (("green", 1.0),))
    where = replace(scene(PRICE), blobs=(plate,))
    assert covers(aim("What does the green sign say?", where)[0], plate.box)


def test_the_surroundings_of_an_anchor_where_nothing_was_found_beside_it() -> None:
    where = replace(scene(PRICE), blobs=CONES)
    first = aim("What does the sign next to the orange cones say?", where)[0]
    assert covers(first, (0.3, 0.8, 0.38, 0.85))
    assert first.box[1] < 0.76
    assert not covers(first, PRICE.box)


def test_things_are_aimed_at_by_name() -> None:
    dog, car = Thing("dog", 0.8, (0.1, 0.5, 0.3, 0.9)), Thing("car", 0.9, (0.5, 0.5, 0.9, 0.9))
    where = replace(WELL, things=(car, dog))
    (only,) = aim("What colour is the dog?", where)
    assert covers(only, dog.box) and only.min_text_px is None


def test_what_is_counted_is_one_place() -> None:
    (only,) = aim("How many orange cones are there?", replace(WELL, blobs=CONES))
    assert covers(only, (0.3, 0.8, 0.38, 0.85))


def test_what_is_to_be_counted_and_is_not_seen_yet_may_be_anywhere() -> None:
    assert aim("How many orange cones are there?", BADLY) == ()


@pytest.mark.parametrize("question", ["Describe the picture.", "Read everything.", "Why is that?"])
def test_without_a_target_it_is_all_text(question: str) -> None:
    found = aim(question, BADLY)
    assert {one.min_text_px for one in found} == {24.0, 18.0}
    assert len(found) == 3


@pytest.mark.parametrize("question", ["What does the sign say?", "Describe the picture.", ""])
def test_never_the_middle_where_there_is_nothing(question: str) -> None:
    assert aim(question, scene()) == ()


def test_likeness_of_meaning_decides_where_rules_do_not() -> None:
    def alike(question: str, descriptions: Sequence[str]) -> list[float]:
        return [0.7 if "BAKERY" in one else 0.1 for one in descriptions]

    bank = sign("BANK", (0.1, 0.2, 0.2, 0.26))
    bakery = sign("BAKERY", (0.7, 0.2, 0.8, 0.26))
    where = scene(bank, bakery)
    question = "What is the name of the shop with bread?"
    assert len(aim(question, where)) == 2
    assert covers(aim(question, where, alike)[0], bakery.box)


SIDES = st.floats(0, 1, width=32)
BOXES = st.tuples(SIDES, SIDES, SIDES, SIDES).map(
    lambda b: (min(b[0], b[2]), min(b[1], b[3]), max(b[0], b[2]), max(b[1], b[3]))
).filter(lambda b: b[2] - b[0] > 1e-3 and b[3] - b[1] > 1e-3)  # fmt: skip
QUESTIONS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "What does the red sign next to the blue balls say?",
            "How many red cones are there?",
            "Is the red sign to the left or to the right of the blue sign?",
            "What does the second sign from the left say?",
            "What is next to the green poster?",
            "Where is the dog?",
        ]
    ),
)


@given(QUESTIONS, st.lists(BOXES, max_size=6), st.lists(BOXES, max_size=4))
def test_whatever_is_asked_of_whatever_was_seen(
    question: str, texts: list[Box], faint: list[Box]
) -> None:
    signs = tuple(sign("RED 12", box, "red") for box in texts)
    blobs = tuple(Blob("blue", "circle", box, 0.01, (("blue", 1.0),)) for box in faint)
    where = replace(scene(*signs), unread=tuple(map(unread, faint)), blobs=blobs)
    found = aim(question, where)
    assert len(found) <= MOST
    for one in found:
        x0, y0, x1, y1 = one.box
        assert 0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1
        assert 0 <= one.priority <= 1
    assert [one.priority for one in found] == sorted((a.priority for a in found), reverse=True)
