from __future__ import annotations

import pytest

from articgw.backends.embedded.acts import act_of, asks_ink, claims_of
from articgw.backends.embedded.intent import Act, Phrase


@pytest.mark.parametrize(
    ("plain", "act"),
    [
        ("how many colours are there?", Act.COUNT),
        ("what colour is the sign on the left?", Act.COLOUR),
        ("what is the license plate number of the van?", Act.READ),
        ("what is the number of balls?", Act.COUNT),
        ("what is in the picture?", Act.DESCRIBE),
        ("could you please read the label?", Act.READ),
        ("what is the woman wearing?", Act.UNKNOWN),
        ("what word is on the shirt the man is wearing?", Act.READ),
        ("sing me a song", Act.UNKNOWN),
    ],
)
def test_the_first_rule_that_hits_decides(plain: str, act: Act) -> None:
    assert act_of(plain, plain, Phrase(), "") is act


def test_letters_have_a_colour_of_their_own() -> None:
    assert asks_ink("what colour are the letters on the sign?")
    assert not asks_ink("what colour is the sign?")
    assert not asks_ink("what colour is the background of the text?")


def test_claims() -> None:
    assert claims_of("is it left or right of the door?") == ("left", "right")
    assert claims_of("is the sign red?") == ("red",)
    assert claims_of("is the sign large?") == ()
