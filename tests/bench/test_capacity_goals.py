"""The capacity bench: where it climbs, what it counts, and that goals come from rows alone."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.bench._capacity_goals import goals_of
from tests.bench._capacity_ladder import next_n
from tests.bench._capacity_recorder import CLOCK_HZ, Recorder, delay_s, quantile
from tests.bench._common import write_apart, write_result


@pytest.mark.parametrize(
    ("held", "failed", "core_share", "n", "wanted"),
    [(8, 0, 0.23, 8, 16), (8, 0, 0.8, 8, 9), (100, 0, 0.9, 100, 108), (8, 0, 0.98, 8, 8),
     (16, 32, 0.9, 32, 24), (31, 32, 0.9, 32, 31), (0, 32, 0.9, 32, 25), (0, 1, 0.9, 1, 1)],
)  # fmt: skip
def test_the_climb(held: int, failed: int, core_share: float, n: int, wanted: int) -> None:
    assert next_n(held, failed, core_share=core_share, n=n) == wanted


def test_delays_are_told_across_the_end_of_the_clock() -> None:
    ticks = int(1000.0 * CLOCK_HZ)
    assert delay_s(ticks % (1 << 32), 1000.25) == pytest.approx(0.25, abs=1e-4)
    assert delay_s((ticks + 900) % (1 << 32), 1000.0) == pytest.approx(-0.01, abs=1e-4)
    late_t = (1 << 32) / CLOCK_HZ + 0.1
    assert delay_s((1 << 32) - CLOCK_HZ, late_t) == pytest.approx(1.1, abs=1e-4)


def test_a_window_tells_delays_ages_and_the_slowest_stream() -> None:
    recorder, began_t = Recorder(), time.monotonic()
    for n in range(10):
        recorder.on_frame("a", int((time.monotonic() - 0.02) * CLOCK_HZ) % (1 << 32))
        if n < 5:
            recorder.on_frame("b", int((time.monotonic() - 0.05) * CLOCK_HZ) % (1 << 32))
    told = recorder.figures(began_t, began_t + 1.0)
    assert told["streams"] == 2 and told["fps_least"] == 5 and told["fps_mean"] == 7.5
    assert 15 < told["delay_p50_ms"] < 40 and 45 < told["delay_p95_ms"] < 80
    assert told["age_p95_ms"] > 900
    recorder.clear()
    assert recorder.figures(began_t, began_t + 1.0)["fps_mean"] == 1.0


def test_a_quantile_is_one_of_the_values() -> None:
    assert quantile([], 0.5) is None
    assert quantile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert quantile([float(n) for n in range(1, 101)], 0.95) == 95.0


def row(part: str, arm: str, state: str, cost: float, **more: object) -> dict[str, object]:
    """One that holds best."""
    return {"part": part, "arm": arm, "state": state, "kind": "plain", "best": True,
            "cpu_s_per_session_s": cost, **more}  # fmt: skip


def test_goals_compare_medians_of_the_repeats() -> None:
    rows = [row("limits", "ours", "idle", cost) for cost in (0.01, 0.02, 0.5)]
    rows += [row("limits", "stock", "idle", 0.1), row("limits", "no decode", "idle", 0.02)]
    rows += [row("limits", "ours", "idle", 0.005, kind="obedient")]
    rows += [{**row("limits", "stock", "asked", 0.12), "best": False}]
    found = {goal.name: goal.value for goal in goals_of(rows)}
    assert found == {"idle_vs_stock": 5.0, "obedient_idle_vs_stock": 20.0, "asked_vs_stock": None,
                     "idle_vs_nodecode": 1.0}  # fmt: skip


def test_goals_of_the_other_parts_come_from_their_rows() -> None:
    ours = {"arm": "ours", "state": "idle", "kind": "plain", "codec": "H264", "fps": 30}
    found = {goal.name: goal.value for goal in goals_of([
        {"part": "each", **ours, "delay_p50_ms": 3.0},
        {"part": "each", **{**ours, "arm": "stock"}, "delay_p50_ms": 40.0},
        {"part": "questions", "group": 20, "codec": "H264", "took_ms": [10.0, 30.0]},
        {"part": "questions", "group": 300, "codec": "H264", "took_ms": [900.0]},
        {"part": "memory", "rss_slope_mib_h": 0.5},
        {"part": "kill", "error": "broken"},
    ])}  # fmt: skip
    assert found == {"fresh_p50_ms": 3.0, "question_to_frame_p95_ms": 30.0, "rss_slope_mib_h": 0.5,
                     "neighbours_age_ratio_on_kill": None, "respawn_s": None}  # fmt: skip
    assert goals_of([]) == []


def test_parts_that_are_measured_apart_take_their_rows_places_and_are_named(tmp_path: Path) -> None:
    file = tmp_path / "capacity.json"
    rows = [{"part": "memory", "rss_slope_mib_h": 7.0}, {"part": "kill", "age_ratio": 1.1}]
    write_result(file, goals=goals_of(rows), rows=rows, seed=1, seconds=9.0, data=None)
    before = json.loads(file.read_text())
    again = [{"part": "memory", "rss_slope_mib_h": 0.5}]
    goals = write_apart(file, rows=again, goals_of=goals_of, seed=3, seconds=2.0)
    after = json.loads(file.read_text())
    assert after["rows"] == [rows[1], again[0]]
    assert {goal.name: goal.value for goal in goals}["rss_slope_mib_h"] == 0.5
    assert after["apart"]["memory"].items() >= {"seconds": 2.0, "seed": 3}.items()
    assert after["seconds"] == 9.0
    assert "apart" not in before and after["commit"] == before["commit"]
