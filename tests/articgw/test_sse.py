"""Server-sent events, however the bytes are cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.sse import EventDecoder, TooLong, WholeDecoder

STREAMS = [
    ("plain", b"data: a\n\ndata: b\n\n", [b"a", b"b"]),
    ("CRLF", b"data: a\r\n\r\ndata: b\r\n\r\n", [b"a", b"b"]),
    ("CR", b"data: a\r\rdata: b\r\r", [b"a", b"b"]),
    ("no space", b"data:a\n\n", [b"a"]),
    ("two lines", b"data: a\ndata: b\n\n", [b"a\nb"]),
    ("comments", b": hello\n\n:\ndata: a\n: x\n\n", [b"a"]),
    ("other fields", b"event: x\nid: 1\nretry: 5\ndata: a\n\nevent: y\n\n", [b"a"]),
    ("a mark in front", b"\xef\xbb\xbfdata: a\n\n", [b"a"]),
    ("cut off at the end", b"data: a\n\ndata: b", [b"a", b"b"]),
    ("nothing", b"", []),
    ("no events", b"<html>\n\n</html>", []),
    ("letters of several bytes", "data: Größe €\n\n".encode(), ["Größe €".encode()]),
]


@pytest.mark.parametrize(
    ("stream", "events"), [case[1:] for case in STREAMS], ids=[case[0] for case in STREAMS]
)
@pytest.mark.parametrize("step", [1, 2, 3, 1000])
def test_streams(stream: bytes, events: list[bytes], step: int) -> None:
    decoder = EventDecoder()
    found = []
    for start in range(0, len(stream), step):
        found += decoder.feed(stream[start : start + step])
    assert found + decoder.close() == events


@given(
    st.lists(st.binary(min_size=1, max_size=20).filter(lambda b: not set(b"\r\n") & set(b))),
    st.data(),
)
def test_cuts_change_nothing(payloads: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(b"data: " + payload + b"\r\n\r\n" for payload in payloads)
    decoder, found, at = EventDecoder(), [], 0
    while at < len(stream):
        step = data.draw(st.integers(1, 30))
        found += decoder.feed(stream[at : at + step])
        at += step
    assert found + decoder.close() == payloads


@pytest.mark.parametrize("line", [b"data: " + b"x" * 200, b"data: " + b"x" * 30 + b"\n"])
def test_an_event_that_does_not_end_is_refused(line: bytes) -> None:
    decoder = EventDecoder(max_event_bytes=100)
    with pytest.raises(TooLong, match="100 bytes"):
        for _ in range(5):
            decoder.feed(line)


def test_a_body_in_one_piece_is_one_event() -> None:
    decoder = WholeDecoder(max_bytes=20)
    assert decoder.feed(b'{"a"') == decoder.feed(b": 1}") == []
    assert decoder.close() == [b'{"a": 1}']
    assert WholeDecoder().close() == []
    with pytest.raises(TooLong):
        decoder.feed(b"x" * 20)
