"""A search for secrets must find them in any spelling, or it says nothing."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench._doors_search import Sentinel, Written, hits, spellings

SECRET = 'ké/y+"=QZ8f0c2d9ab1e7'
values = st.binary(min_size=12, max_size=60)


def found(value: bytes, data: bytes, *, in_parts: bool = True) -> bool:
    sentinel = Sentinel("key", value, in_parts=in_parts)
    return bool(hits([sentinel], [Written("stderr", "log", data)]))


@given(values, st.binary(max_size=7), st.binary(max_size=7))
def test_a_secret_inside_base64_is_found_at_any_place(
    value: bytes, before: bytes, after: bytes
) -> None:
    assert found(value, b64encode(before + value + after), in_parts=False)
    assert found(value, urlsafe_b64encode(before + value + after), in_parts=False)


@pytest.mark.parametrize(
    "spelt",
    [
        SECRET,
        quote(SECRET),
        quote(SECRET, safe=""),
        json.dumps({"message": SECRET}),
        json.dumps({"message": SECRET}, ensure_ascii=False),
        json.dumps({"message": SECRET}).replace("/", "\\/"),
        json.dumps({"raw": json.dumps({"message": SECRET})}),
        repr(SECRET.encode()),
        SECRET.encode().hex(),
        SECRET[:16] + "...",
        "..." + SECRET[-16:],
    ],
)
def test_a_secret_is_found_in_every_spelling(spelt: str) -> None:
    assert found(SECRET.encode(), b"before " + spelt.encode() + b" after")


@given(values, values)
def test_what_is_not_there_is_not_found(value: bytes, other: bytes) -> None:
    assert found(value, other, in_parts=False) == any(
        needle in other for _, needle in spellings(value, in_parts=False)
    )


def test_it_is_told_where_a_secret_was_but_not_the_secret() -> None:
    (hit,) = hits(
        [Sentinel("key", b"0123456789abcdef")],
        [Written("stderr", "log", b"sent 0123456789abcdef to"), Written("trace", "t", b"nothing")],
    )
    assert (hit.sentinel, hit.kind, hit.around) == ("key", "stderr", "sent [here] to")


def test_a_secret_may_be_told_to_whom_it_belongs() -> None:
    session = Sentinel("session", b"0123456789abcdef", frozenset({"stderr"}))
    assert not hits([session], [Written("http", "answer", session.value)])
    assert hits([session], [Written("stderr", "log", session.value)])


def test_a_word_that_is_too_short_to_search_for_is_refused() -> None:
    with pytest.raises(ValueError, match="by chance"):
        dict(spellings(b"abc"))
