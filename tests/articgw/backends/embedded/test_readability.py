from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from articgw.backends.embedded import readability

SCORES = st.floats(0, 1)
HEIGHTS_PX = st.floats(0, 200)


@given(SCORES, SCORES, HEIGHTS_PX, HEIGHTS_PX)
def test_more_never_reads_worse(s: float, t: float, h: float, k: float) -> None:
    low = readability.of_text(min(s, t), min(h, k))
    high = readability.of_text(max(s, t), max(h, k))
    assert 0.0 <= low <= high <= 1.0


def test_ends() -> None:
    assert readability.of_text(0.99, 24.0) == 1.0
    assert readability.of_text(0.5, 24.0) == 0.0
    assert readability.of_text(0.99, 6.0) < readability.CLEAR
    assert readability.of_object(0.7) == 0.7
