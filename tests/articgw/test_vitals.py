"""Many calls as one: sums where they add up, the worst where they do not."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from articgw.vitals import Vitals, of_all

CALL = Vitals(
    received_bps=400_000,
    estimate_bps=900_000,
    need_bps=600_000,
    cap_bps=500_000,
    fps=10.0,
    frame_age_ms=40.0,
    queue_ms=5.0,
    readability=0.9,
    asked=False,
    keyframe_requests=1,
)


def calls() -> st.SearchStrategy[list[Vitals]]:
    """Some calls."""
    return st.lists(
        st.builds(
            Vitals,
            received_bps=st.integers(0, 10**7),
            estimate_bps=st.integers(0, 10**7),
            need_bps=st.integers(0, 10**7),
            cap_bps=st.integers(0, 10**7),
            fps=st.floats(0, 60),
            frame_age_ms=st.none() | st.floats(0, 10**5),
            queue_ms=st.floats(0, 10**4),
            readability=st.none() | st.floats(0, 1),
            asked=st.booleans(),
            keyframe_requests=st.integers(0, 100),
        ),
        max_size=5,
    )


def test_no_call_sends_nothing_and_is_known_for_nothing() -> None:
    assert of_all([]) == Vitals(0, 0, 0, 0, 0, None, 0.0, None, False, 0)


def test_one_call_is_itself() -> None:
    assert of_all([CALL]) == CALL


def test_rates_add_up_and_the_worst_call_shows() -> None:
    other = replace(CALL, frame_age_ms=900.0, queue_ms=80.0, readability=0.2, asked=True)
    both = of_all([CALL, other])
    assert (both.received_bps, both.cap_bps, both.fps) == (800_000, 1_000_000, 20.0)
    assert (both.frame_age_ms, both.queue_ms, both.readability) == (900.0, 80.0, 0.2)
    assert both.asked and both.keyframe_requests == 2


def test_a_call_of_which_nothing_is_known_hides_no_other() -> None:
    blind = replace(CALL, frame_age_ms=None, readability=None)
    both = of_all([blind, CALL])
    assert (both.frame_age_ms, both.readability) == (40.0, 0.9)


@given(calls())
def test_the_order_of_calls_does_not_matter(some: list[Vitals]) -> None:
    one, other = of_all(some), of_all(some[::-1])
    assert replace(one, fps=0) == replace(other, fps=0)
