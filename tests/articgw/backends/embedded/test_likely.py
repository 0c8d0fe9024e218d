from __future__ import annotations

from dataclasses import replace

import pytest

from articgw.backends.embedded import likely, match
from articgw.backends.embedded.question import parse
from tests.articgw.backends.embedded.pictures import scene, sign

PRICE = sign("$12.50", (0.7, 0.2, 0.8, 0.26))
WORD = sign("COFFEE", (0.1, 0.2, 0.2, 0.26), "red")
BLANK = sign("", (0.4, 0.2, 0.5, 0.26))
WHERE = replace(scene(PRICE, WORD), unread=(BLANK,))


def weights(question: str) -> dict[str, float]:
    intent = parse(question)
    pool = map(match.of_sign, (PRICE, WORD, BLANK))
    return {one.text: likely.weigh(intent, one, WHERE) for one in pool}


def test_what_could_not_be_read_lies_between_what_fits_and_what_does_not() -> None:
    found = weights("What is the price?")
    assert found["$12.50"] > found[""] > found["COFFEE"] > 0.0


def test_nothing_is_impossible() -> None:
    assert all(
        weight > 0 for weight in weights("What does the blue sign that says TEA say?").values()
    )


@pytest.mark.parametrize(
    ("text", "score", "trust"),
    [("COFFEE", 0.95, 1.0), ("COFFEE", 0.725, 0.5), ("COFFEE", 0.5, 0.0), ("", 0.99, 0.0),
     ("A", 0.95, 1 / 3), ("--", 0.95, 0.0)],
)  # fmt: skip
def test_how_far_a_text_is_trusted(text: str, score: float, trust: float) -> None:
    one = match.of_sign(sign(text, (0.1, 0.1, 0.2, 0.2), score=score))
    assert likely.trust(one) == pytest.approx(trust)
