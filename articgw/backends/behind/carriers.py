"""Which carrier tells text from what rides behind it, by how that was asked for."""

from __future__ import annotations

from articgw.backends.behind.carrier import Carrier, Plain
from articgw.backends.behind.instructions import EvidenceBy
from articgw.backends.behind.schema import Schema
from articgw.backends.behind.trailer import Trailer

_CARRIERS: dict[EvidenceBy, type[Carrier]] = {"none": Plain, "trailer": Trailer, "schema": Schema}


def carrier_for(by: EvidenceBy) -> Carrier:
    """A new one, for one answer."""
    return _CARRIERS[by]()
