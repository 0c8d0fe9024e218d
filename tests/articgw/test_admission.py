"""When one call more is taken, and when not."""

from __future__ import annotations

from math import inf

import pytest

from articgw.admission import COSTS, EVERY_S, WINDOW_S, Admission, Burden


def busy(
    admission: Admission,
    *,
    loop: float = 0.0,
    process: float = 0.0,
    late_ms: float = 0.0,
    calls: int = 0,
    since: float = 0.0,
) -> float:
    """Some seconds of so much work; returns when they end."""
    steps = int(2 * WINDOW_S / EVERY_S)
    for n in range(steps + 1):
        t = since + n * EVERY_S
        admission.on_burden(Burden(t, loop * t, process * t, late_ms, calls))
    return since + steps * EVERY_S


def test_nothing_known_is_nothing_in_the_way() -> None:
    room = Admission(0.85, cores=2).decide(now=0.0)
    assert room.is_there and room.load == 0.0


@pytest.mark.parametrize(
    ("work", "load"),
    [({"loop": 0.5}, 0.5), ({"process": 1.0}, 0.5), ({"late_ms": 25.0}, 0.5),
     ({"loop": 0.3, "process": 1.8}, 0.9), ({"loop": 0.2, "late_ms": 60.0}, 1.2)],
)  # fmt: skip
def test_the_load_is_the_worst_of_three(work: dict[str, float], load: float) -> None:
    admission = Admission(0.85, cores=2)
    busy(admission, **work)  # type: ignore[arg-type]
    assert admission.load() == pytest.approx(load)


def test_beyond_the_limit_nobody_is_taken_until_it_has_passed() -> None:
    admission = Admission(0.85, cores=2)
    now = busy(admission, loop=0.9, calls=20)
    room = admission.decide(now=now)
    assert not room.is_there and "0.9" in room.why
    now = busy(admission, loop=0.2, calls=20, since=now)
    assert admission.decide(now=now).is_there


def test_a_crowd_at_once_is_not_let_in_before_its_load_is_seen() -> None:
    admission = Admission(0.85, cores=2)
    taken = 0
    while admission.decide(now=0.0).is_there:
        admission.on_call(now=0.0)
        taken += 1
    assert taken == int(0.85 / COSTS)
    assert admission.decide(now=WINDOW_S + 0.1).is_there


def test_what_a_call_costs_is_learned_from_those_that_are_there() -> None:
    dear = Admission(0.85, cores=2)
    now = busy(dear, loop=0.8, calls=8)
    assert not dear.decide(now=now).is_there
    cheap = Admission(0.85, cores=2)
    now = busy(cheap, loop=0.8, calls=40)
    assert cheap.decide(now=now).is_there


def test_without_a_limit_everybody_is_taken() -> None:
    admission = Admission(inf, cores=1)
    now = busy(admission, loop=1.0, late_ms=900.0, calls=3)
    assert admission.decide(now=now).is_there
