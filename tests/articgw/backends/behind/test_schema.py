"""The answer's string is shown while the object around it is not whole."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.backends.behind.schema import Schema


def _fed(text: str, step: int) -> tuple[str, str]:
    schema = Schema()
    shown = "".join(schema.feed(text[i : i + step]) for i in range(0, len(text), step))
    return shown + schema.end(), schema.evidence


OBJECT = (
    '{"answer": "It says \\"EXIT\\"\\n\\u20ac \\ud83d\\ude00", "readability": 80, "regions": []}'
)
TEXTS = [
    ("an object", OBJECT, 'It says "EXIT"\n€ 😀', OBJECT),
    ("white space", '\n {\n "answer" : "a"\n}', "a", '\n {\n "answer" : "a"\n}'),
    ("a fence", '```json\n{"answer": "a"}\n```', "a", '```json\n{"answer": "a"}\n```'),
    ("another order", '{"readability": 1, "answer": "a"}', "a",
     '{"readability": 1, "answer": "a"}'),
    ("cut off", '{"answer": "a b', "a b", '{"answer": "a b'),
    ("cut in an escape", '{"answer": "a\\', "a", '{"answer": "a\\'),
    ("half a pair", '{"answer": "a\\ud83d', "a", '{"answer": "a\\ud83d'),
    ("prose", "It says EXIT.", "It says EXIT.", ""),
    ("prose with a trailer", "EXIT\n@@look {}", "EXIT", " {}"),
    ("nothing", "", "", ""),
    ("white space only", "  \n", "  \n", ""),
    ("no answer in it", '{"a": 1}', "", '{"a": 1}'),
    ("code first", "`make` does it", "`make` does it", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "shown", "evidence"), [case[1:] for case in TEXTS], ids=[case[0] for case in TEXTS]
)
@pytest.mark.parametrize("step", [1, 3, 1000])
def test_texts(text: str, shown: str, evidence: str, step: int) -> None:
    assert _fed(text, step) == (shown, evidence)


def test_words_are_shown_as_they_come() -> None:
    schema = Schema()
    pieces = ["{", '"ans', 'wer": "It', " says", ' EXIT", "rea', 'dability": 1}']
    assert [schema.feed(piece) for piece in pieces] == ["", "", "It", " says", " EXIT", ""]


@given(st.text(), st.integers(1, 7), st.booleans())
def test_any_answer_comes_out_as_it_was(text: str, step: int, ascii_only: bool) -> None:
    written = json.dumps({"answer": text, "readability": 5}, ensure_ascii=ascii_only)
    assert _fed(written, step)[0] == text


def test_half_a_pair_does_not_break_what_comes_out() -> None:
    shown, _ = _fed('{"answer": "a\\udc00b"}', 4)
    shown.encode()
