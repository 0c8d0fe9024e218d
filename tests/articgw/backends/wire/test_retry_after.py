"""Seconds, milliseconds and dates."""

from __future__ import annotations

import pytest
from multidict import CIMultiDict

from articgw.backends.wire.retry_after import retry_after_s

NOON = 1_793_966_400.0
"""Fri, 06 Nov 2026 12:00:00 GMT"""

CASES: list[tuple[dict[str, str], float | None]] = [
    ({}, None),
    ({"retry-after": "7"}, 7.0),
    ({"Retry-After": "1.5"}, 1.5),
    ({"Retry-After": "-3"}, 0.0),
    ({"Retry-After": "99999999"}, 3600.0),
    ({"Retry-After": "soon"}, None),
    ({"Retry-After": "nan"}, None),
    ({"Retry-After": "Fri, 06 Nov 2026 12:00:30 GMT"}, 30.0),
    ({"Retry-After": "Fri, 06 Nov 2026 11:00:00 GMT"}, 0.0),
    ({"Retry-After-Ms": "250", "Retry-After": "1"}, 0.25),
]


@pytest.mark.parametrize(("headers", "wait_s"), CASES, ids=range(len(CASES)))
def test_retry_after(headers: dict[str, str], wait_s: float | None) -> None:
    assert retry_after_s(CIMultiDict(headers), wall_now=NOON) == wait_s
