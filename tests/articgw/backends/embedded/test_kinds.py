from __future__ import annotations

import pytest

from articgw.backends.embedded import kinds


@pytest.mark.parametrize(
    ("kind", "text", "part"),
    [
        ("price", "PRICE 4.99", "4.99"),
        ("price", "$57.99", "$57.99"),
        ("price", "3 EUR", "3 EUR"),
        ("price", "EXIT 12", None),
        ("time", "OPEN 9:00", "9:00"),
        ("time", "closes 6 pm", "6 pm"),
        ("year", "SINCE 1987", "1987"),
        ("phone", "CALL 555-0199 22", "555-0199 22"),
        ("percent", "SALE 50%", "50%"),
        ("room", "B214", "B214"),
        ("room", "ROOM 12", "ROOM 12"),
        ("room", "EXIT 12", None),
        ("number", "BUS 627", "627"),
        ("plate", "B-AB 1234", "B-AB 1234"),
        ("web", "see www.example.org today", "www.example.org"),
        ("word", "42", None),
        ("event", "DANCE CLASS", "DANCE CLASS"),
        ("event", "MUSEUM", None),
    ],
)
def test_parts(kind: str, text: str, part: str | None) -> None:
    assert kinds.part(text, kind) == part


@pytest.mark.parametrize(
    ("kind", "better", "worse"),
    [
        ("time", "7:10", "$35.99"),
        ("price", "$35.99", "7:10"),
        ("number", "BUS 627", "$35.99"),
        ("word", "COFFEE", "627"),
        ("event", "OPEN DAY", "627 627"),
        ("room", "A363", "$3.63"),
    ],
)
def test_the_better_of_two(kind: str, better: str, worse: str) -> None:
    assert kinds.fits(better, kind) > kinds.fits(worse, kind)


def test_what_is_asked() -> None:
    assert kinds.asked("what does the sign say?") is None
    assert kinds.asked("how much is it?") == "price"
    assert kinds.asked("when does it open?") == "time"
