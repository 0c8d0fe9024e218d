from __future__ import annotations

from articgw.backends.embedded.intent import Phrase


def test_a_phrase_is_vague_until_something_separates_it() -> None:
    assert Phrase(noun="sign", is_sign=True, hints=("wall",)).vague
    assert not Phrase(noun="sign", colour="red").vague
    assert not Phrase(mentions=("EXIT",)).vague
