"""Each family has an adapter."""

from __future__ import annotations

import pytest

from articgw.backends.adapters import adapter_for
from articgw.backends.families import FAMILIES, Family
from articgw.backends.wire.target import parse


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_it_is_made_of_a_target(family: Family) -> None:
    backend = adapter_for(family)(parse(f"{family.name}:m@http://127.0.0.1:1", family))
    assert backend.model == "m" and "on this machine" in backend.about
