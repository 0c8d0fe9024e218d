"""Every adapter does what every adapter has to do."""

from __future__ import annotations

import pytest

from tests.articgw.backends.conformance import ADAPTERS, CHECKS, Adapter, Check


@pytest.mark.parametrize("check", CHECKS, ids=[check.__name__ for check in CHECKS])
@pytest.mark.parametrize("adapter", ADAPTERS, ids=[adapter.name for adapter in ADAPTERS])
async def test_it(adapter: Adapter, check: Check) -> None:
    await check(adapter)
