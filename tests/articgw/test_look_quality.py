from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_abr import LookSource
from artic_codecs import Region
from articgw.coded import Coded, CodedPicture
from articgw.look_quality import (
    BEST_DB,
    TOLD_S,
    Told,
    db_of_bits,
    db_of_qp,
    look_quality,
    told_by,
)
from articgw.protocol import Stats, SteerAck

ASKED = (Region((0.1, 0.1, 0.4, 0.4), 10.0, 1.0, 20.0),)
QPS = np.full((9, 16), 30, np.uint8)
H264 = Coded(CodedPicture(10.0, (256, 144), QPS, 9_000))
VP8 = Coded(CodedPicture(10.0, (256, 144), None, 9_000))
UNKNOWN = Coded(CodedPicture(10.0, (256, 144), None, None))
TOLD = Told(db=33.0, qp=24.0, told_t=10.0)


@pytest.mark.parametrize(
    ("coded", "told", "source", "region_qp", "bits"),
    [
        (H264, TOLD, LookSource.MEASURED, 30, 9_000),
        (VP8, TOLD, LookSource.MEASURED, 24, 9_000),
        (None, TOLD, LookSource.MEASURED, 24, None),
        (H264, None, LookSource.QP, 30, 9_000),
        (VP8, None, LookSource.BITS, None, 9_000),
    ],
)
def test_who_knows_best_is_believed(
    coded: Coded | None, told: Told | None, source: LookSource, region_qp: float, bits: int
) -> None:
    look = look_quality(coded, ASKED, told, looked_t=10.2)
    assert look is not None
    assert (look.source, look.region_qp, look.frame_bits) == (source, region_qp, bits)
    expected = {LookSource.MEASURED: 33.0, LookSource.QP: db_of_qp(30)}
    assert look.db == expected.get(source, db_of_bits(9_000 / (256 * 144)))


@pytest.mark.parametrize("coded", [UNKNOWN, None])
def test_nobody_knows(coded: Coded | None) -> None:
    assert look_quality(coded, ASKED, None, looked_t=10.0) is None


@pytest.mark.parametrize("looked_t", [10.1 + TOLD_S, 9.9 - TOLD_S])
def test_what_was_said_of_another_look_does_not_count(looked_t: float) -> None:
    look = look_quality(H264, ASKED, TOLD, looked_t=looked_t)
    assert look is not None and look.source is LookSource.QP


def test_what_a_sender_says_of_itself() -> None:
    assert told_by(Stats(region_db=31.5, region_qp=22.0), now=4.0) == Told(31.5, 22.0, 4.0)
    assert told_by(Stats(bps=1.0), now=4.0) is None
    assert told_by(SteerAck(seq=1), now=4.0) is None


@given(st.floats(0, 51), st.floats(0, 51))
def test_finer_quantisers_are_never_worse(one: float, other: float) -> None:
    assert 0 <= db_of_qp(max(one, other)) <= db_of_qp(min(one, other)) <= BEST_DB


@given(st.floats(0, 100), st.floats(0, 100))
def test_more_bits_are_never_worse(one: float, other: float) -> None:
    assert 0 <= db_of_bits(min(one, other)) <= db_of_bits(max(one, other)) <= BEST_DB


@pytest.mark.parametrize(("db", "bounded"), [(-3.0, 0.0), (99.0, BEST_DB), (math.nan, 0.0)])
def test_what_cannot_be_is_bounded(db: float, bounded: float) -> None:
    look = look_quality(None, ASKED, Told(db, None, 1.0), looked_t=1.0)
    assert look is not None and look.db == bounded
