"""However the bytes are cut, the events are the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.backends.wire.decoding import Decoder, LineDecoder, events_or_whole, lines
from articgw.sse import EventDecoder, TooLong, WholeDecoder

STREAM = b'{"a": 1}\n\n{"b": "\xc3\xa4"}\r\n{"c": 3}'


@given(st.lists(st.integers(0, len(STREAM)), max_size=6))
def test_lines_come_whole_wherever_they_are_cut(cuts: list[int]) -> None:
    decoder, found = LineDecoder(), []
    edges = [0, *sorted(cuts), len(STREAM)]
    for start, end in zip(edges, edges[1:], strict=False):
        found += decoder.feed(STREAM[start:end])
    found += decoder.close()
    assert [line.strip() for line in found] == [b'{"a": 1}', b'{"b": "\xc3\xa4"}', b'{"c": 3}']


def test_a_line_without_an_end_is_refused() -> None:
    with pytest.raises(TooLong):
        LineDecoder(10).feed(b"x" * 11)


@pytest.mark.parametrize(
    ("content_type", "beginning", "kind"),
    [
        ("text/event-stream", b"data: {}", EventDecoder),
        ("application/json", b"", WholeDecoder),
        ("text/event-stream", b' {"choices"', WholeDecoder),
    ],
)
def test_the_beginning_tells(content_type: str, beginning: bytes, kind: type[Decoder]) -> None:
    assert isinstance(events_or_whole(content_type, beginning), kind)
    assert isinstance(lines(content_type, beginning), LineDecoder)
