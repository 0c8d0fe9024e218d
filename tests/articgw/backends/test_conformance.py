"""Every adapter does what every adapter has to do."""

from __future__ import annotations

import pytest

from tests.articgw.backends.before import BEFORE
from tests.articgw.backends.conformance import ADAPTERS, CHECKS, Adapter, Check

ALL = (*CHECKS, *BEFORE)


@pytest.mark.parametrize("check", ALL, ids=[check.__name__ for check in ALL])
@pytest.mark.parametrize("adapter", ADAPTERS, ids=[adapter.name for adapter in ADAPTERS])
async def test_it(adapter: Adapter, check: Check) -> None:
    await check(adapter)
