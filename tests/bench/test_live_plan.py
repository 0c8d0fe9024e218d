"""Which calls run side by side, and which never do."""

from __future__ import annotations

from tests.bench._live_plan import ORDERS, _abreast, jobs


def test_only_where_no_time_is_measured_do_calls_run_side_by_side() -> None:
    assert {order.label for order in ORDERS if order.abreast > 1} == {"stalled", "idle", "asked"}


def test_side_by_side_are_only_calls_of_one_part_and_one_repeat_and_none_is_lost() -> None:
    wanted = list(jobs([], quick=False))
    groups = [list(group) for group in _abreast(wanted)]
    assert [job for group in groups for job in group] == wanted
    for group in groups:
        assert len({(job.order, job.repeat) for job in group}) == 1
        assert len(group) <= group[0].order.abreast
    assert max(map(len, groups)) == 2
