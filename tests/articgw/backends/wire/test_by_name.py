"""A picture's bytes are sent once, and again where the server has forgotten it."""

from __future__ import annotations

from articgw.backends.pictures.picture import Picture
from articgw.backends.wire.by_name import MOST, MOST_MISSES, ByName
from articgw.backends.wire.layout import Place

A, B = (Picture(b"/9j/", (64, 36), "high", name) for name in "ab")


def test_what_was_sent_is_named_from_then_on() -> None:
    named = ByName()
    assert named.places([A], names=True) == [Place("high", "a", is_held=False)]
    named.on_sent([A])
    assert named.places([A, B], names=True) == [
        Place("high", "a", is_held=True),
        Place("high", "b", is_held=False),
    ]


def test_a_server_that_keeps_nothing_is_told_no_name() -> None:
    named = ByName()
    named.on_sent([A])
    assert named.places([A], names=False) == [Place("high")]


def test_what_the_server_has_forgotten_is_sent_again() -> None:
    named = ByName()
    named.on_sent([A, B])
    assert named.on_refused([A])
    assert [one.is_held for one in named.places([A, B], names=True)] == [False, True]
    assert not named.on_refused([A]), "its bytes were sent, so that is not it"


def test_a_refusal_of_what_was_sent_whole_is_about_something_else() -> None:
    named = ByName()
    assert not named.on_refused([A])
    named.on_sent([A])
    assert named.on_refused([A, B]) and not named.on_refused([A, B])


def test_a_server_that_keeps_nothing_is_soon_told_nothing() -> None:
    named = ByName()
    for _ in range(MOST_MISSES - 1):
        named.on_sent([A])
        assert named.on_refused([A])
    named.on_sent([A])
    named.on_sent([A])
    for _ in range(MOST_MISSES):
        assert named.places([A], names=True)[0].name, "it had it in between"
        named.on_sent([A])
        assert named.on_refused([A])
    for _ in range(3):
        assert named.places([A], names=True) == [Place("high")]
        named.on_sent([A])


def test_the_oldest_names_are_forgotten() -> None:
    named = ByName()
    pictures = [Picture(b"", (64, 36), name=str(number)) for number in range(MOST + 1)]
    named.on_sent(pictures)
    held = [one.is_held for one in named.places(pictures, names=True)]
    assert held == [False] + [True] * MOST
