"""No key, token, picture or word that was said is in anything that a gateway writes.

The short form of what `make bench-doors` does: the same marked secrets in the same places, fewer
failures.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench._doors_goals import ENOUGH_HAPPENED
from tests.bench._doors_secrets import rehearse

pytestmark = pytest.mark.integration


async def test_nothing_that_a_gateway_writes_gives_a_secret_away(tmp_path: Path) -> None:
    run = await rehearse(tmp_path, thorough=False)
    lacking = {
        name: run.happened[name]
        for name, least in ENOUGH_HAPPENED.items()
        if run.happened[name] < least
    }
    assert lacking == {}, run.happened
    assert {one.kind for one in run.written} >= {"stdout", "stderr", "trace", "metrics", "cli"}
    found = [f"{hit.sentinel} in {hit.kind} {hit.name}: {hit.around}" for hit in run.hits()]
    assert found == []
