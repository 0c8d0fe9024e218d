"""The page that measures what packing costs still runs."""

from __future__ import annotations

import pytest

from tests.bench._codecs_page_cost import MEASURED, goals_of, measure

pytestmark = pytest.mark.integration


def test_every_work_is_timed_on_every_frame() -> None:
    rows = measure(frames=4)
    assert [row["work"] for row in rows][:1] == [MEASURED] and len(rows) == 4
    for row in rows:
        assert 0 < row["p50_ms"] <= row["p95_ms"] and row["frames"] == 4
    assert [goal.value for goal in goals_of(rows)] == [rows[0]["p50_ms"]]
    assert goals_of([])[0].value is None
