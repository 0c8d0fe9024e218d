"""A run that is killed again and again ends as one that nobody killed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench._devibench_evaluate import WORKERS, killed

pytestmark = pytest.mark.integration


async def test_nothing_that_was_recorded_is_asked_again_after_a_kill(tmp_path: Path) -> None:
    found = await killed(tmp_path, kills=2)
    assert found.reasked == 0
    assert found.most_in_flight <= WORKERS
    assert found.equal
    assert found.jobs > 20
