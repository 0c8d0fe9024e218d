"""Short answers tell how sure the model was; long ones tell nothing."""

from __future__ import annotations

from math import log

import pytest

from articgw.backends.behind.confidence import MAX_WORDS, confidence

CASES: list[tuple[list[tuple[str, float]], float | None]] = [
    ([("7", log(0.9))], 0.9),
    ([("7", log(0.9)), ("\n", log(0.1)), ("", -5.0)], 0.9),
    ([("4", log(0.9)), ("2", log(0.4))], 0.6),
    ([("7", 0.0)], 1.0),
    ([("7", 0.1)], 1.0),
    ([("7", float("-inf"))], 0.0),
    ([], None),
    ([("...", -0.1)], None),
    ([("word", -0.1)] * (MAX_WORDS + 1), None),
]


@pytest.mark.parametrize(("words", "value"), CASES, ids=range(len(CASES)))
def test_confidence(words: list[tuple[str, float]], value: float | None) -> None:
    assert confidence(words) == (None if value is None else pytest.approx(value))
