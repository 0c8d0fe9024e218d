"""Each way of asking has its carrier, and each answer one of its own."""

from __future__ import annotations

import pytest

from articgw.backends.behind.carrier import Plain
from articgw.backends.behind.carriers import carrier_for
from articgw.backends.behind.instructions import EvidenceBy
from articgw.backends.behind.schema import Schema
from articgw.backends.behind.trailer import Trailer


@pytest.mark.parametrize(
    ("by", "kind"), [("none", Plain), ("trailer", Trailer), ("schema", Schema)]
)
def test_carriers(by: EvidenceBy, kind: type) -> None:
    one, other = carrier_for(by), carrier_for(by)
    assert isinstance(one, kind) and one is not other
