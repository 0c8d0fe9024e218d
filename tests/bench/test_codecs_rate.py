"""The rate bench: what it says of frames that are known, and one run of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from artic_codecs.steer import Treatment
from articgw.testing.traces import steps
from devibench.clipset import Box, Clip, ClipMeta, ClipObject
from tests.bench._codecs_client_cost import measure as measure_cost
from tests.bench._codecs_film import Film
from tests.bench._codecs_rate import drive, measure
from tests.bench._codecs_rate_course import Course, SentFrame, step_courses
from tests.bench._codecs_rate_told import by_arm, over_cap_1s, row_of

SIZE_PX = (640, 368)
LEVEL = steps([(0.0, 100e3)])


def film(frames: int = 30) -> Film:
    rng = np.random.default_rng(4)
    width, height = SIZE_PX
    ground = np.kron(rng.integers(40, 200, (height // 8, width // 8)), np.ones((8, 8)))
    pictures = []
    for number in range(frames):
        yuv = np.full((height * 3 // 2, width), 128, np.uint8)
        yuv[:height] = np.roll(ground, 2 * number, axis=1)
        pictures.append(yuv)
    thing = ClipObject("s0", "text", "sign", text="EXIT", height_px=12.0)
    meta = ClipMeta(10.0, SIZE_PX, frames, "score", ("pan",), (thing,))
    seen = {("s0", number): Box(280, 160, 360, 200, 1.0) for number in range(frames)}
    return Film(Clip("drawn", Path("drawn.mkv"), meta, seen), pictures)


def sent(bits: list[float], fps: float, *, keys: tuple[int, ...] = (0,)) -> list[SentFrame]:
    return [
        SentFrame(n / fps, 1 / fps, one, n in keys, n == 0, at_best=False)
        for n, one in enumerate(bits)
    ]


def test_what_is_over_in_one_second_is_told() -> None:
    course = Course("level", LEVEL, 12.0, 10.0)
    bits = [10e3] * 120
    bits[50] = 35e3
    row = row_of(film(2), Treatment.WHOLE, course, sent(bits, 10.0))
    assert row.over_cap == pytest.approx(0.25, abs=0.01)
    assert row.largest_frame == pytest.approx(3.5)
    assert row.use_10s == pytest.approx(1.025)
    assert (row.unasked_keyframes, row.left_out) == (0, 0)


def test_below_five_frames_a_second_four_looks_count() -> None:
    course = Course("level", LEVEL, 12.0, 2.0)
    bits = [40e3, 60e3] * 12
    assert row_of(film(2), Treatment.QP, course, sent(bits, 2.0)).over_cap < 0.01


def test_a_row_of_looks_counts_as_one_keyframe_and_an_idle_time_shows() -> None:
    course = Course("level", LEVEL, 12.0, 10.0)
    bits = [10e3] * 60 + [0.0] * 60
    row = row_of(film(2), Treatment.QP, course, sent(bits, 10.0, keys=(0, 30, 31, 32)))
    assert row.unasked_keyframes == 1
    assert row.use_10s == pytest.approx(0.4, abs=0.02)
    assert row.left_out == 0.5


def test_a_short_run_of_every_treatment_keeps_its_cap() -> None:
    steep = steps([(0.0, 100e3), (2.0, 500e3), (4.0, 100e3)])
    course = Course("short", steep, 6.0, 10.0, rises=(2.0,))
    rows = measure([film()], along=[course])
    assert [row.how for row in rows] == ["whole", "qp", "packed"]
    worst = over_cap_1s(rows)
    assert worst is not None and worst <= 0.1
    assert max(row.largest_frame for row in rows) <= 3


def test_runs_are_the_same_twice() -> None:
    course = Course("short", LEVEL, 1.0, 10.0)
    runs = [drive(film(), Treatment.QP, course) for _ in range(2)]
    assert runs[0] == runs[1]


def test_the_courses_fall_and_rise() -> None:
    course = step_courses()[0]
    assert [course.cap_bps(t) for t in (0.0, 10.0, 19.9, 20.0)] == [100e3, 1000e3, 1000e3, 100e3]
    assert course.rises == (10.0,)


def test_costs_are_told_by_path() -> None:
    rows = measure_cost(film(), frames=3)
    assert {row.path for row in rows} >= {"plain x264", "packing", "client, packed"}
    assert all(0 < row.p50_ms <= row.p95_ms for row in rows)


def test_of_every_treatment_the_worst_is_told() -> None:
    course = Course("level", LEVEL, 12.0, 10.0)
    idle, busy = [10e3] * 60 + [0.0] * 60, [10e3] * 60 + [35e3] + [10e3] * 59
    rows = [row_of(film(2), Treatment.QP, course, sent(bits, 10.0)) for bits in (idle, busy)]
    (told,) = by_arm(rows)
    assert told["arm"] == "client, qp"
    assert told["use_10s"] == pytest.approx(0.4, abs=0.02)
    assert told["over_cap"] == pytest.approx(0.25, abs=0.01)
