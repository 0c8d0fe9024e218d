"""A frame is taken when the link is free for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_abr.report import Packet, Report
from articgw.client.pacing import ALLOWED, MOST_QUEUE_S, MOST_WAIT_S, LinkPacing

BPS = 400_000
FRAME_BYTES = 5_000
RTT_S = 0.05


def test_none_is_taken_while_one_waits_and_then_at_once() -> None:
    pacing = LinkPacing()
    assert pacing.wait_s(FRAME_BYTES, BPS, 0.0) == 0
    pacing.on_frame(FRAME_BYTES, BPS, 0.0)
    takes_s = ALLOWED * 8 * FRAME_BYTES / BPS
    assert pacing.wait_s(FRAME_BYTES, BPS, 0.0) == pytest.approx(takes_s - MOST_QUEUE_S)
    assert pacing.wait_s(FRAME_BYTES, BPS, takes_s - 0.99 * MOST_QUEUE_S) == 0


def test_a_link_that_nobody_knows_is_free() -> None:
    pacing = LinkPacing()
    pacing.on_frame(10**6, None, 0.0)
    assert pacing.wait_s(FRAME_BYTES, None, 0.0) == 0


def call(seconds: float, outage: tuple[float, float], *, reports: bool = True) -> list[float]:
    """Thirty frames a second, each a packet; when those were that were taken."""
    pacing, k = LinkPacing(), 0
    taken: list[float] = []
    flight: list[tuple[int, float]] = []
    for ms in range(int(1000 * seconds)):
        now = ms / 1000
        while flight and now >= flight[0][1] + RTT_S:
            number, sent_t = flight.pop(0)
            if reports and not outage[0] <= sent_t < outage[1]:
                packet = Packet(number, sent_t, sent_t, 1200)
                pacing.on_report(Report((packet,)), now)
        if ms % 33 == 0 and pacing.wait_s(600, 10 * BPS, now) == 0:
            pacing.on_sent(k, 600, now)
            pacing.on_frame(600, 10 * BPS, now)
            flight.append((k, now))
            taken.append(now)
            k += 1
    return taken


def test_frames_stop_when_reports_do_and_go_on_when_they_come_back() -> None:
    taken = call(12.0, (3.0, 8.0))
    gone = [t for t in taken if 3.25 <= t < 8.0]
    assert len([t for t in taken if t < 3.0]) == pytest.approx(90, abs=3)
    assert 5 <= len(gone) <= 13, "now and then one, to see whether it lives"
    assert max(b - a for a, b in zip(gone, gone[1:], strict=False)) < 0.5
    assert len([t for t in taken if t >= 11.0]) == pytest.approx(30, abs=3)


def test_without_any_reports_frames_go_on() -> None:
    assert len(call(4.0, (0.0, 0.0), reports=False)) == pytest.approx(120, abs=4)


@given(
    st.lists(
        st.tuples(st.integers(0, 10**7), st.none() | st.floats(0, 1e8), st.floats(-4000, 4000)),
        max_size=30,
    )
)
def test_no_frame_waits_longer_than_a_second_for_another(
    frames: list[tuple[int, float | None, float]],
) -> None:
    pacing, now = LinkPacing(), 5000.0
    for size_bytes, bps, step_s in frames:
        now += step_s
        pacing.on_frame(size_bytes, bps, now)
        assert 0 <= pacing.wait_s(FRAME_BYTES, bps, now) <= MOST_WAIT_S
