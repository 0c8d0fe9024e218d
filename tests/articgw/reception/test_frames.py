"""Whole frames come out in order; what rests on a missing packet does not come out at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.reception.frames import MAX_JUMP, STALL_S, EncodedFrame, FrameBuffer


@dataclass(frozen=True)
class Sent:
    """One packet of a drawn stream: frame, part of it, how many parts, is it a key frame."""

    number: int
    frame: int
    part: int
    parts: int
    key: bool
    marks: bool = True

    @property
    def data(self) -> bytes:
        return f"<{self.frame}.{self.part}/{self.parts}>".encode()


def stream(parts: Iterable[int], keys: Iterable[int] = (0,), *, marks: bool = True) -> list[Sent]:
    """Frame n has parts[n] packets; frames ``keys`` are key frames."""
    sent: list[Sent] = []
    for frame, count in enumerate(parts):
        for part in range(count):
            number = len(sent) + 65_530  # wraps soon
            sent.append(Sent(number & 0xFFFF, frame, part, count, frame in set(keys), marks))
    return sent


def feed(buffer: FrameBuffer, packets: Iterable[Sent], *, now: float = 0.0) -> list[int]:
    """The frames that came out, checked to be whole."""
    frames: list[EncodedFrame] = []
    for packet in packets:
        frames += buffer.on_packet(
            packet.number,
            packet.frame * 3000,
            packet.data,
            marker=packet.marks and packet.part == packet.parts - 1,
            key_start=packet.key and packet.part == 0,
            now=now,
        )
    for frame in frames:
        number, _, count = frame.data[1:].partition(b".")[0], b"", frame.data.count(b"<")
        assert frame.data.endswith(b"/%d>" % count)
        assert frame.timestamp == int(number) * 3000
    return [frame.timestamp // 3000 for frame in frames]


def test_a_frame_is_whole_with_its_marker() -> None:
    buffer = FrameBuffer()
    assert feed(buffer, stream([3])[:2]) == []
    assert feed(buffer, stream([3])[2:]) == [0]


def test_without_markers_the_next_frame_ends_it() -> None:
    buffer = FrameBuffer()
    assert feed(buffer, stream([2, 1], marks=False)) == [0]


def test_reordered_packets_make_the_same_frames() -> None:
    packets = stream([2, 2, 2])
    order = [1, 0, 3, 5, 2, 4]
    assert feed(FrameBuffer(), [packets[i] for i in order]) == [0, 1, 2]


def test_what_rests_on_a_missing_packet_waits_for_it_and_all_comes_out_with_it() -> None:
    packets = stream([1, 2, 2, 1])
    buffer = FrameBuffer()
    assert feed(buffer, [p for p in packets if (p.frame, p.part) != (1, 1)]) == [0]
    assert feed(buffer, [p for p in packets if (p.frame, p.part) == (1, 1)]) == [1, 2, 3]


def test_a_whole_key_frame_further_on_is_jumped_to() -> None:
    packets = stream([1, 2, 1, 2, 1], keys=(0, 3))
    buffer = FrameBuffer()
    assert feed(buffer, [p for p in packets if (p.frame, p.part) != (1, 1)]) == [0, 3, 4]
    assert feed(buffer, [p for p in packets if (p.frame, p.part) == (1, 1)]) == [], "too late"


def test_a_key_frame_begins_with_its_parameter_sets_and_not_behind_them() -> None:
    buffer = FrameBuffer()
    for number, data in enumerate((b"sps", b"idr", b"more")):
        last = number == 2
        came = buffer.on_packet(number, 0, data, marker=last, key_start=not last, now=0.0)
    assert [frame.data for frame in came] == [b"spsidrmore"]


def test_a_stream_that_begins_in_the_middle_waits_for_a_key_frame() -> None:
    buffer = FrameBuffer()
    assert feed(buffer, stream([1, 1, 1], keys=(2,))) == [2]


def test_padding_is_passed_over() -> None:
    buffer = FrameBuffer()
    assert feed(buffer, stream([1])) == [0]
    assert buffer.on_packet(65_531, 0, b"", marker=False, key_start=False, now=0.0) == []
    late = buffer.on_packet(65_532, 3000, b"x", marker=True, key_start=False, now=0.0)
    assert [frame.data for frame in late] == [b"x"]


def test_a_gap_needs_a_key_frame_when_repeats_do_not_come() -> None:
    packets = stream([1, 2, 1, 3, 3], keys=(0, 4))
    buffer = FrameBuffer()
    feed(buffer, [p for p in packets[:4] if (p.frame, p.part) != (1, 1)], now=10.0)
    assert not buffer.needs_keyframe(now=10.0 + STALL_S / 2)
    assert buffer.needs_keyframe(now=10.0 + STALL_S)
    feed(buffer, [p for p in packets if p.frame == 4 and p.part < 2], now=10.4)
    assert not buffer.needs_keyframe(now=12.0), "the one that was asked for is coming in"
    assert feed(buffer, packets[-1:], now=12.0) == [4]
    assert not buffer.needs_keyframe(now=20.0)


def test_a_frame_that_is_still_coming_in_is_not_a_gap() -> None:
    buffer = FrameBuffer()
    feed(buffer, stream([1, 5])[:3], now=0.0)
    assert not buffer.needs_keyframe(now=5.0)


def test_a_leap_in_sequence_numbers_is_a_new_stream() -> None:
    buffer = FrameBuffer()
    feed(buffer, stream([1, 1]))
    far = (65_532 + MAX_JUMP + 5) & 0xFFFF
    assert buffer.on_packet(far, 0, b"p", marker=True, key_start=False, now=0.0) == []
    came = buffer.on_packet(far + 1, 9, b"k", marker=True, key_start=True, now=0.0)
    assert [frame.data for frame in came] == [b"k"]


@given(
    parts=st.lists(st.integers(1, 4), min_size=1, max_size=12),
    keys=st.sets(st.integers(1, 11)),
    shuffle=st.randoms(use_true_random=False),
    lost=st.sets(st.integers(0, 40)),
    marks=st.booleans(),
)
def test_every_frame_that_comes_out_can_be_decoded(
    parts: list[int], keys: set[int], shuffle: object, lost: set[int], marks: bool
) -> None:
    keys = {0} | keys
    packets = [p for i, p in enumerate(stream(parts, keys, marks=marks)) if i not in lost]
    order = sorted(packets, key=lambda p: p.number - 65_530 & 0xFFFF)
    for i in range(len(order) - 1):
        if shuffle.random() < 0.3:  # type: ignore[attr-defined]
            order[i], order[i + 1] = order[i + 1], order[i]
    came = feed(FrameBuffer(), order)
    assert came == sorted(came)
    previous = None
    for frame in came:
        assert frame in keys or frame - 1 == previous
        previous = frame


@pytest.mark.parametrize("count", [5000])
def test_a_sender_that_leaves_all_open_does_not_fill_the_memory(count: int) -> None:
    buffer = FrameBuffer()
    for number in range(count):
        buffer.on_packet(number, number, b"x", marker=False, key_start=False, now=0.0)
    assert len(buffer._packets) <= 2048
