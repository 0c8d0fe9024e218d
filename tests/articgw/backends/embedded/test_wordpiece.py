"""The numbers are those of the library `tokenizers` on the published vocabulary of 30522 pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.backends.embedded.wordpiece import MOST_TOKENS, WordPiece, words_of

PIECES = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "un",
    "##aff",
    "##able",
    "able",
    "caf",
    "##e",
    "?",
    "日",
]
SPLIT = WordPiece(PIECES)


@pytest.mark.parametrize(
    ("sentence", "numbers"),
    [
        ("unaffable", [4, 5, 6]),
        ("Unable Café?", [4, 6, 8, 9, 10]),
        ("xyz able", [1, 7]),
        ("日日", [11, 11]),
        ("able" * 26, [1]),
        ("", []),
    ],
)
def test_the_longest_known_piece_again_and_again(sentence: str, numbers: list[int]) -> None:
    assert SPLIT(sentence) == [2, *numbers, 3]


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("What's on the EXIT sign?", ["what", "'", "s", "on", "the", "exit", "sign", "?"]),
        ("naïve façade – $9.99", ["naive", "facade", "–", "$", "9", ".", "99"]),
        ("zero\u200bwidth\tand\x00null", ["zerowidth", "andnull"]),
        ("„Straße“ 12,50\u00a0€", ["„", "straße", "“", "12", ",", "50", "€"]),
    ],
)
def test_words_are_lower_case_without_accents_and_marks_stand_alone(
    sentence: str, words: list[str]
) -> None:
    assert words_of(sentence) == words


@given(st.text())
def test_any_text_has_numbers_and_not_too_many(sentence: str) -> None:
    numbers = SPLIT(sentence)
    assert numbers[0] == 2 and numbers[-1] == 3
    assert len(numbers) <= MOST_TOKENS


def test_another_vocabulary_is_refused() -> None:
    with pytest.raises(ValueError, match="UNK"):
        WordPiece(["a", "b"])
