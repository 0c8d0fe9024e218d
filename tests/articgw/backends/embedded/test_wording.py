from __future__ import annotations

from articgw.backends.embedded import wording
from articgw.backends.embedded.intent import Phrase


def test_articles_and_plurals() -> None:
    assert wording.a("exit sign") == "an exit sign"
    assert [wording.plural(n) for n in ("dog", "person", "bus")] == ["dogs", "people", "buses"]


def test_names_of_what_is_meant() -> None:
    red = Phrase("sign", is_sign=True, colour="red")
    assert wording.named(red) == "a red sign"
    assert wording.subject(red, 0) == "The red sign"
    assert wording.subject(Phrase("text", is_sign=True), 2) == "The most prominent sign"
    assert wording.subject(Phrase(), 0) == "It"
    assert wording.named(Phrase("sign", is_sign=True, mentions=("EXIT",))) == (
        "the sign that says EXIT"
    )


def test_places() -> None:
    assert wording.where((0.0, 0.0, 0.1, 0.1)) == "at the top left"
    assert wording.where((0.4, 0.4, 0.6, 0.6)) == "in the middle"
    assert wording.where((0.8, 0.4, 0.9, 0.6)) == "on the right"
    assert wording.where((0.4, 0.8, 0.6, 0.9)) == "at the bottom"
