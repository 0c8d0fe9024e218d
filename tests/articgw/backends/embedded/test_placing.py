from __future__ import annotations

import pytest

from articgw.backends.embedded.placing import check, position
from articgw.backends.embedded.question import parse
from tests.articgw.backends.embedded.pictures import scene, sign

WORLD = scene(
    sign("EXIT", (0.05, 0.05, 0.2, 0.15), "green", "white"),
    sign("SHOP", (0.8, 0.8, 0.95, 0.9), "red", "white"),
)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Where is the exit sign?", "top left"),
        ("Where is the red sign?", "bottom right"),
        ("On which side is the red sign?", "right"),
        ("Is the green sign on the left or on the right?", "on the left"),
        ("Is the red sign left or right of the green sign?", "to the right of it"),
        ("Is the green sign above or below the red sign?", "above it"),
        ("Where is the blue sign?", "can't find"),
    ],
)
def test_positions(question: str, words: str) -> None:
    assert words in position(parse(question), WORLD).text


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("Is the sign that says EXIT green?", "Yes"),
        ("Is the sign that says EXIT blue?", "No"),
        ("Is the red sign below the green sign?", "Yes"),
        ("Is the red sign to the left of the green sign?", "No"),
        ("Does the red sign say SHOP?", "Yes"),
        ("Does the red sign say OPEN?", "No"),
    ],
)
def test_claims(question: str, word: str) -> None:
    assert check(parse(question), WORLD).text.startswith(word)
