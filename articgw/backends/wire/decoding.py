"""Events out of the bytes of a response: server-sent ones, one per line, or all in one piece."""

from __future__ import annotations

from typing import Protocol

from articgw.sse import MAX_EVENT_BYTES, EventDecoder, TooLong, WholeDecoder


class Decoder(Protocol):
    """Of one response."""

    def feed(self, data: bytes) -> list[bytes]:
        """The events that ``data`` completes. Raises `articgw.sse.TooLong`."""

    def close(self) -> list[bytes]:
        """The response has ended: what was still open."""


class LineDecoder:
    """A JSON object per line, as Ollama streams."""

    def __init__(self, max_line_bytes: int = MAX_EVENT_BYTES) -> None:
        self._max_bytes = max_line_bytes
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that ``data`` completes. Raises `TooLong`."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > self._max_bytes:
            raise TooLong(f"a line has more than {self._max_bytes} bytes")
        return [line for line in lines if line.strip()]

    def close(self) -> list[bytes]:
        """What stood behind the last line's end."""
        return self.feed(b"\n")


def events_or_whole(content_type: str, beginning: bytes) -> Decoder:
    """A server may ignore that it was asked to stream, whatever it calls its answer."""
    if content_type == "application/json" or beginning.lstrip()[:1] == b"{":
        return WholeDecoder()
    return EventDecoder()


def lines(_content_type: str, _beginning: bytes) -> Decoder:
    """One object is one line, so an answer in one piece needs no other decoder."""
    return LineDecoder()
