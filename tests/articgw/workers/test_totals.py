"""The figures of several processes as those of one."""

from __future__ import annotations

from dataclasses import replace

from prometheus_client.parser import text_string_to_metric_families as parse

from articgw.metrics import ANSWERED, Metrics
from articgw.workers.totals import Totals
from tests.articgw.test_metrics import NOBODY
from tests.articgw.test_vitals import CALL


def page(answers: int, frame_age_ms: float, readability: float, frames: int) -> str:
    """What a real worker shows."""
    call = replace(CALL, frame_age_ms=frame_age_ms, readability=readability)
    metrics = Metrics()
    metrics.watch(lambda: replace(NOBODY, calls=(call,), frames_received=frames))
    for _ in range(answers):
        metrics.on_answer(ANSWERED, 0.1, 0.4, 0.05)
    return metrics.page("")[0].decode()


def shown(totals: Totals) -> dict[str, float]:
    """Every figure by its name and labels."""
    return {
        sample.name + "".join(f"{{{value}}}" for value in sample.labels.values()): sample.value
        for family in parse(totals.page("")[0].decode())
        for sample in family.samples
    }


def test_counts_are_summed_and_of_gauges_the_worst_is_shown_where_each_shows_its_worst() -> None:
    totals = Totals(lambda: (2, 1))
    assert totals.on_page("1", page(2, 40.0, 0.9, 100)) == 1
    totals.on_page("2", page(3, 90.0, 0.4, 50))
    now = shown(totals)
    assert now["articgw_workers"] == 2 and now["articgw_worker_spares"] == 1
    assert now["articgw_sessions"] == 2
    assert now["articgw_frame_age_ms"] == 90.0 and now["articgw_readability"] == 0.4
    assert now["articgw_received_bps"] == 2 * CALL.received_bps
    assert now["articgw_questions_total{answered}"] == 5
    assert now["articgw_frames_received_total"] == 150
    assert now["articgw_answer_seconds_count"] == 5
    assert now["articgw_answer_seconds_bucket{0.5}"] == 5
    assert now["articgw_answer_seconds_bucket{0.25}"] == 0
    assert not any(name.endswith("_created") for name in now)


def test_counters_never_go_backwards_when_a_worker_dies() -> None:
    totals = Totals(lambda: (1, 0))
    totals.on_page("1", page(2, 40.0, 0.9, 100))
    totals.on_page("2", page(3, 90.0, 0.4, 50))
    before = shown(totals)
    totals.on_gone("2", unasked=True)
    after = shown(totals)
    assert after["articgw_sessions"] == 1 and after["articgw_frame_age_ms"] == 40.0
    assert after["articgw_worker_ends_total"] == 1
    for name in ("articgw_questions_total{answered}", "articgw_answer_seconds_sum",
                 "articgw_frames_received_total"):  # fmt: skip
        assert after[name] == before[name]
    totals.on_page("3", page(1, 10.0, 0.4, 5))
    assert shown(totals)["articgw_questions_total{answered}"] == 6


def test_a_worker_that_was_told_to_go_is_not_counted_as_a_death() -> None:
    totals = Totals(lambda: (0, 0))
    totals.on_page("1", page(1, 40.0, 0.9, 1))
    totals.on_gone("1", unasked=False)
    assert shown(totals)["articgw_worker_ends_total"] == 0


def test_a_newer_page_is_in_place_of_the_older() -> None:
    totals = Totals(lambda: (1, 0))
    totals.on_page("1", page(1, 40.0, 0.9, 10))
    totals.on_page("1", page(2, 50.0, 0.9, 20))
    assert shown(totals)["articgw_frames_received_total"] == 20


def test_the_page_of_a_dead_worker_comes_too_late() -> None:
    totals = Totals(lambda: (1, 0))
    totals.on_page("1", page(1, 40.0, 0.9, 10))
    totals.on_gone("1", unasked=True)
    totals.on_page("1", page(1, 40.0, 0.9, 10))
    now = shown(totals)
    assert "articgw_sessions" not in now
