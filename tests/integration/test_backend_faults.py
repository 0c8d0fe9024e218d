"""Whatever a model server does, every adapter says in time what it was and what to do."""

from __future__ import annotations

import logging

import pytest

from tests.articgw.backends.conformance import ADAPTERS, KEY, QUESTION, Adapter
from tests.articgw.backends.misfortunes import MISFORTUNES, Misfortune, wrong

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("misfortune", MISFORTUNES, ids=[one.name for one in MISFORTUNES])
@pytest.mark.parametrize("adapter", ADAPTERS, ids=[adapter.name for adapter in ADAPTERS])
async def test_every_misfortune_is_typed_in_time_and_keeps_secrets(
    adapter: Adapter, misfortune: Misfortune, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        assert await wrong(adapter, misfortune) == ""
    assert KEY not in caplog.text and QUESTION not in caplog.text
