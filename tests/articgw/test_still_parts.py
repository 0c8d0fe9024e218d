"""A still in parts, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.still_parts import (
    DATA_BYTES,
    HEAD_BYTES,
    MAX_DATA_BYTES,
    Assembly,
    StillError,
    StillPart,
    parts_of,
    unpack_part,
)


@given(st.integers(0, 2**32 - 1), st.binary(min_size=1, max_size=3 * DATA_BYTES))
def test_what_is_cut_comes_together_again(id: int, data: bytes) -> None:
    assembly = Assembly(id)
    messages = [part.pack() for part in parts_of(id, data)]
    assert all(len(message) <= 16 * 1024 for message in messages)
    told = [assembly.on_part(unpack_part(message)) for message in messages]
    assert told == [None] * (len(messages) - 1) + [data]


WRONG = [
    ("a hole", [StillPart(1, 0, b"abc"), StillPart(1, 4, b"d")], "torn"),
    ("twice the same", [StillPart(1, 0, b"abc"), StillPart(1, 0, b"abc")], "torn"),
    ("an end that is not there", [StillPart(1, 0, b"abc"), StillPart(1, 9, b"")], "torn"),
    ("too large", [StillPart(1, 0, b"a" * 11)], "larger"),
    ("nothing", [StillPart(1, 0, b"")], "declined"),
]


@pytest.mark.parametrize(
    ("parts", "why"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG]
)
def test_what_is_no_still_is_an_error(parts: list[StillPart], why: str) -> None:
    assembly = Assembly(1, most_bytes=10)
    with pytest.raises(StillError, match=why):
        for part in parts:
            assembly.on_part(part)


def test_parts_of_another_still_are_passed_over() -> None:
    assembly = Assembly(2)
    assert assembly.on_part(StillPart(1, 700, b"late")) is None
    assembly.on_part(StillPart(2, 0, b"data"))
    assert assembly.on_part(StillPart(2, 4, b"")) == b"data"


@pytest.mark.parametrize("length", [0, HEAD_BYTES - 1, HEAD_BYTES + MAX_DATA_BYTES + 1])
def test_a_message_of_another_length_is_no_part(length: int) -> None:
    with pytest.raises(StillError):
        unpack_part(bytes(length))
