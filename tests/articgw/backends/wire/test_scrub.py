"""A server's words can be shown: nothing private is left in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.backends.wire.scrub import MAX_CHARS, scrubbed

KEY = "my-own-key-0123"
QUESTION = "What does the letter say?"

CASES = [
    ("the key", f"Incorrect key {KEY} given", "Incorrect key … given"),
    ("a question", f"input: {QUESTION}", "input: …"),
    ("somebody's key", "key sk-proj-abc***XYZ is wrong", "key … is wrong"),
    ("a header", "Authorization: Bearer abc.def", "Authorization: …"),
    ("a picture", "cannot load data:image/jpeg;base64,/9j/4AAQ here", "cannot load … here"),
    ("base64 alone", "got " + "A1b2" * 20, "got …"),
    ("lines", "a\n\n  b\x00c", "a b c"),
    ("a model's name", "no mistralai/Mistral-Small-3.1-24B-Instruct-2503 here",
     "no mistralai/Mistral-Small-3.1-24B-Instruct-2503 here"),
    ("figures", "At most 8 image(s) may be provided (parameter=image)",
     "At most 8 image(s) may be provided (parameter=image)"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "shown"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_scrubbed(said: str, shown: str) -> None:
    assert scrubbed(said, (KEY, QUESTION)) == shown


def test_words_that_stand_in_for_a_key_are_left() -> None:
    assert scrubbed("none of that", ("none", "")) == "none of that"


@given(st.text(), st.text())
def test_whatever_stands_around_it_a_secret_is_gone_and_the_text_short(a: str, b: str) -> None:
    shown = scrubbed(a + KEY + b, (KEY,))
    assert KEY not in shown and len(shown) <= MAX_CHARS and shown.isprintable()
