"""Server-sent events out of bytes (WHATWG HTML, 9.2.6), without I/O.

Rejected: aiohttp-sse-client (last release 2021; owns session and reconnects, its line reader fails
at 64 KiB), httpx-sse (needs httpx: twice the work per token), sseclient-py (blocks), all of which
read the stream themselves, so that neither the wait for the next token nor the size of a line
could be bounded here. Liberal where servers are: an event that the end of the stream cuts off is
given out all the same, and its reader decides.
"""

from __future__ import annotations

import re

MAX_EVENT_BYTES = 1 << 20
_LINE_END = re.compile(rb"\r\n|\n|\r(?=[^\n])")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class TooLong(ValueError):
    """An event that does not end."""


class EventDecoder:
    """One stream."""

    def __init__(self, max_event_bytes: int = MAX_EVENT_BYTES) -> None:
        self._max_bytes = max_event_bytes
        self._rest = b""
        self._data: list[bytes] = []
        self._held_bytes = 0
        self._begun = False

    def feed(self, data: bytes) -> list[bytes]:
        """The data of the events that ``data`` completes. Raises `TooLong`."""
        self._rest += data
        if not self._begun and len(self._rest) >= len(_BYTE_ORDER_MARK):
            self._begun = True
            self._rest = self._rest.removeprefix(_BYTE_ORDER_MARK)
        *lines, self._rest = _LINE_END.split(self._rest)
        events = [event for line in lines if (event := self._take(line)) is not None]
        if len(self._rest) + self._held_bytes > self._max_bytes:
            raise TooLong(f"an event has more than {self._max_bytes} bytes")
        return events

    def close(self) -> list[bytes]:
        """The stream has ended: what was still open. Raises `TooLong`."""
        return self.feed(b"\n\n")

    def _take(self, line: bytes) -> bytes | None:
        if not line:
            event, self._data, self._held_bytes = b"\n".join(self._data), [], 0
            return event or None
        name, _, value = line.partition(b":")
        if name == b"data":
            self._data.append(value.removeprefix(b" "))
            self._held_bytes += len(value)
        return None


class WholeDecoder:
    """The same for a server that answers in one piece: its whole body is one event."""

    def __init__(self, max_bytes: int = MAX_EVENT_BYTES) -> None:
        self._max_bytes = max_bytes
        self._body = b""

    def feed(self, data: bytes) -> list[bytes]:
        """Nothing yet. Raises `TooLong`."""
        self._body += data
        if len(self._body) > self._max_bytes:
            raise TooLong(f"the answer has more than {self._max_bytes} bytes")
        return []

    def close(self) -> list[bytes]:
        """The body."""
        return [self._body] if self._body.strip() else []
