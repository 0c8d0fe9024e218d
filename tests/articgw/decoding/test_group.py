"""What waits to be decoded, and what is done about it when it is long."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from articgw.decoding.group import (
    ANSWERS_S,
    ASK_EVERY_S,
    MOST_BYTES,
    MOST_FRAMES,
    Due,
    Group,
    Pending,
)

H264, VP8 = SimpleNamespace(name="H264"), SimpleNamespace(name="VP8")
NEEDED, NEEDLESS = b"\0\0\0\1\x41rest", b"\0\0\0\1\x01rest"


def frame(
    number: int, *, key: bool = False, data: bytes = NEEDED, fps: float = 30.0, codec: object = H264
) -> Pending:
    return Pending(data, 3000 * number, number / fps, number / fps, codec, key)


def filled(count: int, *, fps: float = 30.0, data: bytes = NEEDED) -> Group:
    group = Group()
    for number in range(count):
        group.on_frame(frame(number, key=number == 0, fps=fps, data=data))
    return group


def test_a_key_frame_lets_go_of_what_came_before_it() -> None:
    group = filled(10)
    group.on_frame(frame(10, key=True))
    group.on_frame(frame(11))
    assert [one.pts for one in group.take()] == [30000, 33000]
    assert group.passed_over == 10 and len(group) == 0


def test_after_a_look_only_what_came_since_is_left() -> None:
    group = filled(5)
    assert len(group.take()) == 5
    group.on_frame(frame(5))
    assert [one.pts for one in group.take()] == [15000]
    assert group.take() == ()


def test_frames_that_nothing_rests_on_are_left_out_but_for_the_last() -> None:
    group = filled(2)
    for number, data in ((2, NEEDLESS), (3, NEEDED), (4, NEEDLESS)):
        group.on_frame(frame(number, data=data))
    assert [one.pts // 3000 for one in group.take()] == [0, 1, 3, 4]
    group.on_frame(frame(5, data=NEEDLESS, codec=VP8))
    group.on_frame(frame(6, codec=VP8))
    assert len(group.take()) == 2, "VP8 does not tell"


ROOM = {"estimate_bps": 2_000_000, "received_bps": 1_000_000}
NO_ROOM = {"estimate_bps": 1_900_000, "received_bps": 1_000_000}


def test_a_short_group_is_left_alone() -> None:
    assert filled(MOST_FRAMES - 1).due(**ROOM, now=4.9) is Due.NOTHING


def test_a_long_one_ends_with_a_key_frame_where_the_link_has_room() -> None:
    assert filled(MOST_FRAMES).due(**ROOM, now=4.97) is Due.KEY_FRAME
    assert filled(MOST_FRAMES).due(**NO_ROOM, now=4.97) is Due.DECODE
    assert filled(10, data=bytes(MOST_BYTES // 10 + 1)).due(**ROOM, now=0.4) is Due.KEY_FRAME


def test_a_sender_that_gives_no_key_frame_is_decoded() -> None:
    group = filled(MOST_FRAMES)
    assert group.due(**ROOM, now=5.0) is Due.KEY_FRAME
    assert group.due(**ROOM, now=5.0 + ANSWERS_S / 2) is Due.NOTHING
    assert group.due(**ROOM, now=5.0 + ANSWERS_S) is Due.DECODE


def test_key_frames_are_asked_for_seldom() -> None:
    group = filled(MOST_FRAMES)
    assert group.due(**ROOM, now=5.0) is Due.KEY_FRAME
    again = [frame(number, key=number == MOST_FRAMES) for number in range(MOST_FRAMES, 300)]
    for one in again:
        group.on_frame(one)
    assert group.due(**ROOM, now=5.0 + ASK_EVERY_S - 0.1) is Due.DECODE
    assert group.due(**ROOM, now=5.0 + ASK_EVERY_S) is Due.KEY_FRAME


@pytest.mark.parametrize("fps", [1.0, 2.0])
def test_frames_that_come_seldom_are_decoded(fps: float) -> None:
    assert filled(12, fps=fps).due(**ROOM, now=12 / fps) is Due.DECODE


def test_it_never_grows_for_ever() -> None:
    group = filled(MOST_FRAMES)
    assert group.due(**ROOM, now=5.0) is Due.KEY_FRAME
    for number in range(MOST_FRAMES, 2 * MOST_FRAMES):
        group.on_frame(frame(number, fps=1000))
    assert group.due(**ROOM, now=5.0 + ANSWERS_S / 2) is Due.DECODE
