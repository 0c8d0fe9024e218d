"""Groups by the time of sending."""

from __future__ import annotations

import pytest

from artic_abr.congestion.groups import ArrivalGroups


def test_a_rising_delay_shows_between_groups() -> None:
    groups = ArrivalGroups()
    sent = [0.0, 0.001, 0.033, 0.034, 0.066]
    arrived = [0.100, 0.101, 0.143, 0.144, 0.200]
    told = [groups.on_packet(s, a) for s, a in zip(sent, arrived, strict=True)]
    assert told[:4] == [None] * 4
    assert told[4] is not None
    assert told[4].delay_s == pytest.approx(0.010)


def test_one_that_was_overtaken_is_left_out() -> None:
    groups = ArrivalGroups()
    assert [groups.on_packet(t, t) for t in (0.0, 0.033, 0.066, 0.01)][3] is None
