"""What Prometheus reads, parsed by the parser of its own library."""

from __future__ import annotations

from dataclasses import replace

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_open
from prometheus_client.parser import text_string_to_metric_families as parse

from articgw.metrics import ANSWERED, Metrics, Standing
from tests.articgw.test_vitals import CALL

NOBODY = Standing(
    calls=(),
    frames_received=0,
    frames_decoded=0,
    keyframe_requests=0,
    loop_lag_max_ms=0.0,
    load=0.0,
    tasks=0,
)


def samples(metrics: Metrics) -> dict[str, float]:
    """Every figure by its name and, where there is one, its outcome or bucket."""
    text = metrics.page("")[0].decode()
    found = {}
    for family in parse(text):
        for sample in family.samples:
            labels = "".join(f"{{{value}}}" for value in sample.labels.values())
            found[sample.name + labels] = sample.value
    return found


def test_the_live_calls_are_read_when_somebody_asks() -> None:
    standing = NOBODY
    metrics = Metrics()
    metrics.watch(lambda: standing)
    assert samples(metrics)["articgw_sessions"] == 0
    other = replace(CALL, frame_age_ms=300.0, asked=True)
    standing = Standing(
        calls=(CALL, other),
        frames_received=77,
        frames_decoded=7,
        keyframe_requests=4,
        loop_lag_max_ms=12.5,
        load=0.25,
        tasks=9,
    )
    now = samples(metrics)
    assert now["articgw_sessions"] == 2 and now["articgw_asked"] == 1
    assert now["articgw_received_bps"] == 800_000 and now["articgw_estimate_bps"] == 1_800_000
    assert now["articgw_cap_bps"] == 1_000_000 and now["articgw_fps"] == 20
    assert now["articgw_frame_age_ms"] == 300 and now["articgw_readability"] == 0.9
    assert now["articgw_frames_decoded_total"] == 7
    assert now["articgw_frames_received_total"] == 77 and now["articgw_tasks"] == 9
    assert now["articgw_keyframe_requests_total"] == 4
    assert now["articgw_loop_lag_max_ms"] == 12.5 and now["articgw_load"] == 0.25
    assert now["process_resident_memory_bytes"] > 0


def test_what_is_not_known_is_not_shown() -> None:
    metrics = Metrics()
    metrics.watch(lambda: NOBODY)
    assert not {"articgw_frame_age_ms", "articgw_readability"} & set(samples(metrics))


def test_answers_are_counted_and_timed() -> None:
    metrics = Metrics()
    metrics.on_answer(ANSWERED, 0.4, 1.5, 0.06)
    now = samples(metrics)
    assert now["articgw_questions_total{answered}"] == 1
    assert now["articgw_answer_seconds_sum"] == 1.5
    assert now["articgw_first_text_seconds_sum"] == 0.4
    assert now["articgw_frame_age_at_ask_seconds_sum"] == 0.06
    assert now["articgw_answer_seconds_bucket{1.0}"] == 0
    assert now["articgw_answer_seconds_bucket{2.0}"] == 1


@pytest.mark.parametrize("outcome", ["no_frame", "superseded", "backend_unavailable"])
def test_a_question_that_fails_is_counted_and_not_timed_as_an_answer(outcome: str) -> None:
    metrics = Metrics()
    assert samples(metrics)[f"articgw_questions_total{{{outcome}}}"] == 0
    metrics.on_answer(outcome, None, 30.0, None)
    now = samples(metrics)
    assert now[f"articgw_questions_total{{{outcome}}}"] == 1
    assert now["articgw_answer_seconds_count"] == 0
    assert now["articgw_frame_age_at_ask_seconds_count"] == 0


def test_two_gateways_of_one_process_count_apart() -> None:
    one, other = Metrics(), Metrics()
    one.on_answer(ANSWERED, None, 1.0, None)
    assert samples(other)["articgw_questions_total{answered}"] == 0


def test_who_wants_openmetrics_gets_it() -> None:
    metrics = Metrics()
    metrics.watch(lambda: NOBODY)
    body, content_type = metrics.page("application/openmetrics-text; version=1.0.0")
    assert content_type.startswith("application/openmetrics-text")
    parsed = parse_open(body.decode())  # type: ignore[no-untyped-call]
    families = {family.name: family for family in parsed}
    assert all(family.documentation for family in families.values())
    assert families["articgw_frames_received"].type == "counter"
