from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.backends.embedded.clip_words import (
    END,
    MOST_TOKENS,
    START,
    ClipWords,
    merges_in,
)
from tests.articgw.backends.embedded import tiny_clip as tiny

VOCABULARY = tiny.vocabulary()
WORDS = ClipWords(VOCABULARY, tiny.MERGES)
PIECES = {number: piece for piece, number in VOCABULARY.items()}


def pieces(sentence: str) -> list[str]:
    start, *between, end = [PIECES[number] for number in WORDS(sentence)]
    assert (start, end) == (START, END)
    return between


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("exit", ["exit</w>"]),
        ("  The EXIT ", ["the</w>", "exit</w>"]),
        ("exits", ["exi", "t", "s</w>"]),
        ("4b", ["4</w>", "b</w>"]),
        ("it's", ["i", "t</w>", "'", "s</w>"]),
        ("a_?", ["a</w>", "_", "?</w>"]),
        ("é", ["Ã", "©</w>"]),
        ("", []),
    ],
)
def test_pieces(sentence: str, expected: list[str]) -> None:
    assert pieces(sentence) == expected


def test_pairs_that_were_learned_first_are_joined_first() -> None:
    either = ClipWords(VOCABULARY, [("t", "h"), ("e", "x")])
    assert [PIECES[number] for number in either("exth")[1:-1]] == ["ex", "t", "h</w>"]


@given(st.text(max_size=3000))
def test_any_text_is_a_sentence_that_fits(text: str) -> None:
    numbers = WORDS(text)
    assert 2 <= len(numbers) <= MOST_TOKENS
    assert numbers[0] == VOCABULARY[START] and numbers[-1] == VOCABULARY[END]
    assert not {VOCABULARY[START], VOCABULARY[END]} & set(numbers[1:-1])


def test_a_file_of_pairs() -> None:
    assert merges_in("#version: 0.2\ni n\nt h\n\nbroken\n") == [("i", "n"), ("t", "h")]


def test_another_vocabulary_is_refused() -> None:
    with pytest.raises(ValueError, match="startoftext"):
        ClipWords({"a": 1}, [])
