"""What is remembered of a stream, and where in it a part of the camera's frame is."""

from __future__ import annotations

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_codecs import Box
from articgw.coded import REMEMBERED_S, Coded, CodedMemory, CodedPicture, note
from tests.articgw.test_quantisers import HEIGHT, SIGN, WIDTH, coded, decoder, shown, still

Ends = tuple[float, float]
WHOLE: Box = (0.0, 0.0, 1.0, 1.0)
TIMES = [10.0, 10.2, 10.4, 11.1]
"""Of four pictures whose sign is sharp in the second."""


def seen(memory: CodedMemory, picture: av.VideoFrame, t: float) -> Coded:
    note(picture, b"12345")
    return memory.on_picture(picture, t)


def remembered(times: list[float]) -> list[Coded]:
    memory = CodedMemory()
    pictures = shown(moves=True)
    return [seen(memory, one, t) for one, t in zip(pictures, times, strict=True)]


def test_a_region_is_as_good_as_it_was_at_its_best_in_the_last_second() -> None:
    first, *others = [one.region_qp(SIGN) for one in remembered(TIMES)]
    assert first is not None and len(set(others)) == 1
    assert others[0] is not None and others[0] < first - 8
    late = remembered([10.0, 10.2, 10.4, 10.2 + REMEMBERED_S])[-1].region_qp(SIGN)
    assert late is not None and late > others[0] + 5


def test_what_nobody_told_is_unknown() -> None:
    memory, quiet = CodedMemory(), decoder(tells=False)
    for data in coded("libx264", [still()], tune="zerolatency"):
        for picture in quiet.decode(av.Packet(data)):
            known = seen(memory, picture, 1.0)
            assert known.region_qp(SIGN) is None
            assert known.own.bits == 40


def test_the_bits_of_a_picture_come_with_it() -> None:
    (picture, *_) = shown()
    note(picture, bytes(WIDTH * HEIGHT // 16))
    assert CodedMemory().on_picture(picture, 1.0).bits_per_px == 0.5
    picture.opaque = "not ours"
    assert CodedMemory().on_picture(picture, 1.0).bits_per_px is None


def test_pictures_of_another_size_tell_nothing_of_this_one() -> None:
    memory = CodedMemory()
    seen(memory, shown()[0], 5.0)
    for data in coded("libx264", [av.VideoFrame(98, 34, "yuv420p")], tune="zerolatency"):
        for picture in decoder().decode(av.Packet(data)):
            small = seen(memory, picture, 5.1)
            alone = seen(CodedMemory(), picture, 5.1)
            assert small.region_qp(WHOLE) == alone.region_qp(WHOLE)


def packed_picture() -> Coded:
    """QP 20 in the window, which is the left half of the picture; 40 in the rest."""
    qps = np.full((10, 20), 40, np.uint8)
    qps[:, :10] = 20
    own = CodedPicture(1.0, (320, 160), qps, None)
    return Coded(own).packed(window=(0.4, 0.4, 0.6, 0.6), window_at=(0.0, 0.0, 0.5, 1.0))


@pytest.mark.parametrize(
    ("box", "qp"),
    [
        ((0.45, 0.45, 0.5, 0.5), 20),
        ((0.3, 0.3, 0.5, 0.5), 20),
        (WHOLE, 20),
        ((0.1, 0.1, 0.2, 0.2), None),
        ((0.6, 0.4, 0.8, 0.6), None),
    ],
    ids=["inside", "partly", "all around", "elsewhere", "beside"],
)
def test_of_a_packed_picture_only_the_window_counts(box: Box, qp: float | None) -> None:
    assert packed_picture().region_qp(box) == qp


sides = st.tuples(st.floats(0, 0.99), st.floats(0.001, 1)).map(
    lambda ends: (ends[0], max(ends[0] + 0.001, ends[1]))
)


@given(sides, sides)
def test_any_box_is_in_the_window_or_unknown(
    x: tuple[float, float], y: tuple[float, float]
) -> None:
    assert packed_picture().region_qp((x[0], y[0], x[1], y[1])) in (None, 20)
