"""RTP packets in, whole frames out, in order.

A frame is whole with the packet that has the marker bit (RFC 3550, 5.1), or, where a sender sets
none, with the first packet of the next frame; waiting for that one costs a frame interval.

When a packet is missing, what comes after it is kept, because it may be sent again; meanwhile a
whole key frame further on is better than any repair, and is jumped to. Nothing is handed on that
rests on a missing frame: the picture would be torn and the model would read it. Time counts, not
packets: "give up after so many packets" means a longer freeze the lower the bitrate.
"""

from __future__ import annotations

from dataclasses import dataclass

STALL_S = 0.4
"""A gap that NACKs have not mended by then needs a key frame. Six round trips of 50 ms mend all but
0.4 % of the packets even at 40 % loss, and a key frame would meet the same loss."""
MAX_PACKETS = 2048
"""Two seconds at 10 Mb/s; a sender that leaves more open starts anew."""
MAX_JUMP = 3000
"""libwebrtc's limit for reordering is 3000 as well: a larger step is a new stream."""


@dataclass(frozen=True, slots=True)
class EncodedFrame:
    """What the decoder is given."""

    data: bytes
    timestamp: int
    """RTP time, 90 kHz."""
    key: bool = False
    """It rests on no other frame."""


@dataclass(frozen=True, slots=True)
class _Packet:
    timestamp: int
    marker: bool
    data: bytes


class FrameBuffer:
    """One video stream."""

    def __init__(self) -> None:
        self._packets: dict[int, _Packet] = {}
        self._key_starts: list[int] = []
        self._highest: int | None = None
        self._next: int | None = None
        self._blocked_t: float | None = None
        self._run: tuple[int, int] = (0, 0)
        """From the first of these numbers to before the second all packets are here."""

    def on_packet(
        self,
        sequence_number: int,
        timestamp: int,
        data: bytes,
        *,
        marker: bool,
        key_start: bool,
        now: float,
    ) -> list[EncodedFrame]:
        """``data`` is the payload without its descriptor. Returns the frames that are whole now."""
        number = self._unwrap(sequence_number)
        if number in self._packets or (self._next is not None and number < self._next):
            return []
        self._packets[number] = _Packet(timestamp, marker, data)
        if key_start:
            self._key_starts.append(number)
            self._blocked_t = None
        if len(self._packets) > MAX_PACKETS:
            self._start_anew()
        frames = self._take() if self._may_complete(number) else []
        if frames or not self._is_blocked():
            self._blocked_t = None
        elif self._blocked_t is None:
            self._blocked_t = now
        return frames

    def next_sequence_number(self) -> int | None:
        """The oldest packet that is still waited for; None before the first key frame."""
        return None if self._next is None else self._next & 0xFFFF

    def needs_keyframe(self, *, now: float) -> bool:
        """True while a gap is open for longer than repeats take."""
        return self._blocked_t is not None and now - self._blocked_t >= STALL_S

    def _unwrap(self, sequence_number: int) -> int:
        if self._highest is None:
            self._highest = (1 << 16) + sequence_number
        step = (sequence_number - self._highest + (1 << 15)) % (1 << 16) - (1 << 15)
        number = self._highest + step
        if abs(step) > MAX_JUMP:
            self._start_anew()
            self._highest = number
        self._highest = max(self._highest, number)
        return number

    def _start_anew(self) -> None:
        self._packets.clear()
        self._key_starts.clear()
        self._next = None
        self._run = (0, 0)

    def _is_blocked(self) -> bool:
        """Does a missing packet hold up anything, the key frame that is coming in too?"""
        start = max(self._key_starts, default=self._next)
        if start is None:
            return True
        number = self._run[1] if self._run[0] == start else start
        while number in self._packets:
            number += 1
        self._run = start, number
        assert self._highest is not None
        return self._highest >= number and any(held >= number for held in self._packets)

    def _may_complete(self, number: int) -> bool:
        """Not a packet in the midst of a frame whose end is still on its way: most are."""
        packet, before = self._packets.get(number), self._packets.get(number - 1)
        if packet is None or packet.marker or not packet.data or number + 1 in self._packets:
            return True
        return before is not None and before.timestamp != packet.timestamp

    def _take(self) -> list[EncodedFrame]:
        frames = []
        while frame := self._whole(self._next) or self._jump():
            frames.append(frame)
        return frames

    def _whole(self, start: int | None) -> EncodedFrame | None:
        """The frame that begins with packet ``start``, taken out, if it is whole."""
        if start is None:
            return None
        while (packet := self._packets.get(start)) is not None and not packet.data:
            del self._packets[start]  # padding
            start += 1
            self._next = start
        if packet is None:
            return None
        end, timestamp = start, packet.timestamp
        while (packet := self._packets.get(end)) is not None and packet.timestamp == timestamp:
            end += 1
            if packet.marker:
                break
        else:
            if packet is None:
                return None
        parts = [self._packets.pop(number).data for number in range(start, end)]
        self._next = end
        key = start in self._key_starts
        self._key_starts = [number for number in self._key_starts if number >= end]
        return EncodedFrame(b"".join(parts), timestamp, key)

    def _is_inside(self, number: int) -> bool:
        """H.264: the picture after its parameter sets looks like the start of a key frame too."""
        before, this = self._packets.get(number - 1), self._packets.get(number)
        return before is not None and this is not None and before.timestamp == this.timestamp

    def _jump(self) -> EncodedFrame | None:
        """The newest whole key frame; what comes before it is let go."""
        for start in sorted(self._key_starts, reverse=True):
            frame = None if self._is_inside(start) else self._whole(start)
            if frame is not None:
                assert self._next is not None
                for number in [n for n in self._packets if n < self._next]:
                    del self._packets[number]
                return frame
        return None
