"""What is told of which packets, and when; read back as a sender would."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.transport_cc.feedback import EVERY_S, LATE_S, MAX_ARRIVALS, TransportFeedback
from articgw.transport_cc.report import TICKS_PER_S, Report, pack, unpack

DATAGRAM_BYTES = 1200


class Sender:
    """Knows what it sent, 0, 1, 2 …, and unwraps what it is told."""

    def __init__(self, first: int = 0) -> None:
        self.told: dict[int, int | None] = {}
        """Ticks; None: said to be missing."""
        self._highest = first

    def hear(self, reports: list[Report]) -> None:
        for sent in reports:
            data = pack(sent)
            assert len(data) <= DATAGRAM_BYTES
            report = unpack(data)
            step = (report.base - self._highest + (1 << 15)) % (1 << 16) - (1 << 15)
            base = self._highest + step
            came = dict(report.arrivals)
            for place in range(report.count):
                tick = came.get(place)
                if tick is not None or base + place not in self.told:
                    self.told[base + place] = tick
            self._highest = max(self._highest, base + report.count - 1)


def test_nothing_came_nothing_is_told() -> None:
    assert TransportFeedback().due(now=1.0) == []


def test_it_is_told_every_50_ms_while_packets_come_and_not_otherwise() -> None:
    feedback, told = TransportFeedback(), []
    for ms in range(1000):
        if ms < 500:
            feedback.on_packet(ms, now=ms / 1000)
        told += [ms / 1000] * len(feedback.due(now=ms / 1000))
    pauses_s = [later - earlier for earlier, later in pairwise(told)]
    assert told[0] == 0 and 0.5 <= told[-1] < 0.56
    assert all(EVERY_S <= pause_s < EVERY_S + 0.0021 for pause_s in pauses_s)


def test_what_is_missing_between_others_is_said() -> None:
    feedback, sender = TransportFeedback(), Sender()
    for number in (0, 1, 4):
        feedback.on_packet(number, now=number / 1000)
    sender.hear(feedback.due(now=1.0))
    assert sender.told == {0: 0, 1: 4, 2: None, 3: None, 4: 16}


def test_what_comes_late_is_told_of_after_all_with_what_follows_it() -> None:
    feedback, sender = TransportFeedback(), Sender()
    for number in (0, 2, 3):
        feedback.on_packet(number, now=0.0)
    sender.hear(feedback.due(now=0.0))
    assert sender.told[1] is None
    feedback.on_packet(1, now=0.1)
    [report] = feedback.due(now=0.1)
    assert (report.base, report.count) == (1, 3)
    sender.hear([report])
    assert sender.told[1] == 400


def test_what_comes_far_too_late_is_not_told_of() -> None:
    feedback = TransportFeedback()
    for number in (0, 2, 3):
        feedback.on_packet(number, now=0.0)
    feedback.due(now=0.0)
    feedback.on_packet(4, now=2 * LATE_S)
    feedback.on_packet(1, now=2 * LATE_S)
    [report] = feedback.due(now=2 * LATE_S)
    assert (report.base, report.count) == (4, 1)


def test_of_a_duplicate_the_first_counts_and_it_is_not_told_again() -> None:
    feedback = TransportFeedback()
    feedback.on_packet(7, now=0.0)
    feedback.on_packet(7, now=0.02)
    assert feedback.due(now=0.1) == [Report(7, 1, ((0, 0),), 0)]
    feedback.on_packet(7, now=0.2)
    assert feedback.due(now=0.3) == []


def test_a_pause_that_does_not_fit_between_two_packets_splits_the_report() -> None:
    feedback = TransportFeedback()
    feedback.on_packet(0, now=0.0)
    feedback.on_packet(1, now=9.0)
    assert [(r.base, r.count, r.number) for r in feedback.due(now=9.0)] == [(0, 1, 0), (1, 1, 1)]


def test_a_stall_of_ours_gives_reports_that_each_fit_a_datagram() -> None:
    feedback, sender = TransportFeedback(), Sender()
    for number in range(0, 30_000, 30):
        feedback.on_packet(number & 0xFFFF, now=number / 10_000)
    reports = feedback.due(now=3.0)
    assert len(reports) == -(-1000 // MAX_ARRIVALS)
    sender.hear(reports)
    assert sum(tick is not None for tick in sender.told.values()) == 1000


@pytest.mark.parametrize("gap", [8191, 8192, 20_000, 32_767])
def test_a_long_gap_is_told(gap: int) -> None:
    feedback, sender = TransportFeedback(), Sender()
    feedback.on_packet(0, now=0.0)
    feedback.on_packet(gap, now=0.1)
    sender.hear(feedback.due(now=0.1))
    assert (sender.told[0], sender.told[gap], len(sender.told)) == (0, 400, gap + 1)


def test_a_row_that_begins_anew_is_told_from_there() -> None:
    feedback = TransportFeedback()
    feedback.on_packet(20_000, now=0.0)
    feedback.due(now=0.0)
    feedback.on_packet(5, now=0.1)
    [report] = feedback.due(now=0.1)
    assert (report.base, report.count) == (5, 1)


def test_numbers_of_reports_count_on_and_wrap() -> None:
    feedback, numbers = TransportFeedback(), []
    for number in range(300):
        feedback.on_packet(number, now=float(number))
        numbers += [report.number for report in feedback.due(now=float(number))]
    assert numbers == [number & 0xFF for number in range(300)]


@st.composite
def journeys(draw: st.DrawFn) -> list[tuple[float, int]]:
    """(when, number): lost, reordered by up to 100 ms, and doubled packets, from any number on."""
    first = draw(st.integers(0, 0xFFFF))
    sent_s, came = draw(st.integers(0, 100_000)) / 1000, []
    for place in range(draw(st.integers(1, 80))):
        sent_s += draw(st.sampled_from((0.0, 0.001, 0.011, 0.2)))
        for _ in range(draw(st.sampled_from((1, 1, 1, 0, 2)))):
            came.append((sent_s + draw(st.integers(0, 100)) / 1000, first + place))
    return sorted(came)


@given(journeys(), st.integers(1, 120))
def test_the_sender_learns_of_every_packet_when_it_first_came(
    came: list[tuple[float, int]], poll_ms: int
) -> None:
    feedback = TransportFeedback()
    sender = Sender(came[0][1] if came else 0)
    first_ticks: dict[int, int] = {}
    polled_t = 0.0
    for t, number in came:
        feedback.on_packet(number & 0xFFFF, now=t)
        first_ticks.setdefault(number, int(t * TICKS_PER_S))
        if t - polled_t >= poll_ms / 1000:
            polled_t = t
            sender.hear(feedback.due(now=t))
    sender.hear(feedback.due(now=1000.0))
    assert {n: tick for n, tick in sender.told.items() if tick is not None} == first_ticks
    assert not came or set(sender.told) == set(range(min(first_ticks), max(first_ticks) + 1))


@given(st.lists(st.tuples(st.integers(0, 0xFFFF), st.floats(-10, 10)), max_size=60))
def test_whatever_comes_every_report_can_be_sent(wild: list[tuple[int, float]]) -> None:
    feedback, now = TransportFeedback(), 1000.0
    for number, step_s in wild:
        now += step_s
        feedback.on_packet(number, now=now)
        for report in feedback.due(now=now):
            assert len(pack(report)) <= DATAGRAM_BYTES
    assert len(feedback.due(now=now + 3600)) <= len(wild)
