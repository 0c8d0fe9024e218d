"""Status chunks: known words, every row comes back, rows that cannot be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.transport_cc.chunks import Status, pack_chunks, unpack_chunks

ROWS = st.lists(
    st.tuples(st.sampled_from(Status), st.integers(1, 40) | st.integers(8000, 20_000)), max_size=8
).map(lambda runs: b"".join(bytes([status]) * length for status, length in runs))

KNOWN = {
    # as in the examples of the draft, 3.1.3 and 3.1.4
    "221 that are missing": (b"\0" * 221, "00dd"),
    "24 that came late or early": (b"\2" * 24, "4018"),
    "one bit each": (bytes(map(int, "01111100001110")), "9f0e"),
    "two bits each": (bytes(map(int, "0112200")), "c5a0"),
}


@pytest.mark.parametrize(("statuses", "words"), KNOWN.values(), ids=KNOWN)
def test_known_rows_have_known_words(statuses: bytes, words: str) -> None:
    assert pack_chunks(statuses).hex() == words
    assert unpack_chunks(bytes.fromhex(words), len(statuses)) == (statuses, 2)


@given(ROWS)
def test_every_row_comes_back(statuses: bytes) -> None:
    packed = pack_chunks(statuses)
    assert unpack_chunks(packed + b"rest", len(statuses)) == (statuses, len(packed))


@given(ROWS)
def test_no_chunk_is_spent_on_less_than_seven_packets_but_the_last(statuses: bytes) -> None:
    assert len(pack_chunks(statuses)) // 2 <= len(statuses) // 7 + 1


def test_a_gap_of_any_length_takes_a_word_per_8191_packets() -> None:
    assert len(pack_chunks(bytes(30_000))) == 2 * 4


@pytest.mark.parametrize(
    ("data", "count"),
    [(b"", 1), (b"\x20", 1), (b"\x20\x05", 6), (b"\x60\x01", 1), (b"\xff\xff", 7)],
)
def test_what_is_no_row_is_refused(data: bytes, count: int) -> None:
    with pytest.raises(ValueError, match="status"):
        unpack_chunks(data, count)
