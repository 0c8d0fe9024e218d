"""Pictures stand before the question that was asked about them."""

from __future__ import annotations

import pytest

from articgw.backends import Shown
from articgw.backends.wire.layout import Exchange, Layout, Place, first_of, layout_of
from articgw.frame import Frame
from articgw.testing import picture

FRAME = Frame(picture(64, 36), 0.0)
PLACES = tuple(Place(name=str(number)) for number in range(5))


def shown(words: str = "", answer: str = "") -> Shown:
    return Shown(FRAME, words, answer)


def test_one_picture_stands_alone() -> None:
    assert layout_of((), PLACES[:1]) == Layout((), PLACES[:1])


def test_a_picture_that_nobody_asked_about_goes_with_the_next_question() -> None:
    earlier = (shown(), shown("what?", "a sign"), shown("and now?", "a door"), shown())
    assert layout_of(earlier, PLACES) == Layout(
        (Exchange(PLACES[:2], "what?", "a sign"), Exchange(PLACES[2:3], "and now?", "a door")),
        PLACES[3:],
    )


def test_the_bytes_of_what_the_server_has_are_not_sent() -> None:
    held = Place(name="a", is_held=True)
    assert layout_of((shown("what?", "a sign"), shown()), (held, Place(), held)).sent == (
        False,
        True,
        False,
    )


def test_of_too_many_the_oldest_go_by_halves() -> None:
    assert [first_of(count, 8) for count in range(1, 18)] == [0] * 8 + [4] * 4 + [8] * 4 + [12]
    assert [first_of(count, 1) for count in (1, 2, 3)] == [0, 1, 2]
    assert all(count - first_of(count, most) <= most for count in range(1, 40) for most in (1, 3))


def test_there_is_a_newest_picture() -> None:
    with pytest.raises(IndexError):
        layout_of((), ())
