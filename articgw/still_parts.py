"""A still on the wire: binary messages of the data channel, and what comes together from them.

    id 32 | offset 32 | data, up to 16 KiB           … and one without data, which ends it

All big-endian. The channel is ordered and reliable, so a part that does not follow on the one
before is not a hole but a mistake, and the still is over. An end at offset 0 means that there will
be none.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

HEAD_BYTES = 8
DATA_BYTES = 16 * 1024 - HEAD_BYTES
"""So much of it our senders put into a part: messages stay within 16 KiB."""
MAX_DATA_BYTES = 16 * 1024
"""So much is taken."""
MAX_STILL_BYTES = 256 * 1024
"""Of a whole still, whatever is asked for: a 720p picture of good quality."""


class StillError(Exception):
    """What came is no still; the message says why."""


@dataclass(frozen=True, slots=True)
class StillPart:
    """One binary message."""

    id: int
    """Of the request, 32 bits."""
    offset: int
    data: bytes

    def pack(self) -> bytes:
        """As it goes over the wire."""
        return struct.pack("!LL", self.id, self.offset) + self.data


def unpack_part(message: bytes) -> StillPart:
    """The reverse. Raises `StillError` where it is too short or too long."""
    if not HEAD_BYTES <= len(message) <= HEAD_BYTES + MAX_DATA_BYTES:
        raise StillError(f"a part has {HEAD_BYTES} to {HEAD_BYTES + MAX_DATA_BYTES} bytes")
    id, offset = struct.unpack_from("!LL", message)
    return StillPart(id, offset, message[HEAD_BYTES:])


def parts_of(id: int, data: bytes) -> Iterator[StillPart]:
    """A whole still, cut; its end comes last."""
    for offset in range(0, len(data), DATA_BYTES):
        yield StillPart(id, offset, data[offset : offset + DATA_BYTES])
    yield StillPart(id, len(data), b"")


class Assembly:
    """One still that is coming in."""

    def __init__(self, id: int, most_bytes: int = MAX_STILL_BYTES) -> None:
        self.id = id
        self._most_bytes = min(most_bytes, MAX_STILL_BYTES)
        self._data = bytearray()

    def on_part(self, part: StillPart) -> bytes | None:
        """The whole once it has ended; parts of another still are passed over.

        Raises `StillError` where it is torn, too large, or declined.
        """
        if part.id != self.id:
            return None
        if part.offset != len(self._data):
            raise StillError(f"torn: a part at {part.offset} follows on {len(self._data)} bytes")
        if not part.data:
            if not self._data:
                raise StillError("declined")
            return bytes(self._data)
        self._data += part.data
        if len(self._data) > self._most_bytes:
            raise StillError(f"larger than {self._most_bytes} bytes")
        return None
