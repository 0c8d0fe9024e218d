"""Reports: a known one, every one comes back, those that do not fit, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.transport_cc.report import MAX_COUNT, MOST_STEP, TICKS_WRAP, Report, pack, unpack


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Of packets with gaps, in any order of arrival, near the wrap of everything too."""
    gaps = draw(st.lists(st.integers(0, 3) | st.integers(8000, 9000), min_size=1, max_size=6))
    steps = st.integers(0, 20) | st.integers(-300, 300) | st.integers(-(1 << 15), MOST_STEP)
    tick = draw(st.integers(0, TICKS_WRAP - 1))
    place, arrivals = -1, []
    for gap in gaps:
        place += gap + 1
        arrivals.append((place, tick))
        tick = (tick + draw(steps)) % TICKS_WRAP
    count = place + 1 + draw(st.integers(0, 20))
    return Report(draw(st.integers(0, 0xFFFF)), count, tuple(arrivals), draw(st.integers(0, 255)))


@given(reports())
def test_every_report_comes_back(report: Report) -> None:
    packed = pack(report)
    assert len(packed) % 4 == 0
    assert unpack(packed) == report


def test_a_known_report_has_known_bytes() -> None:
    """Worked out by hand from the draft: 64 ms x 3, then 4, 1 and -1 ms; one packet is missing."""
    report = Report(0xFFFE, 4, ((0, 3 * 256 + 16), (1, 3 * 256 + 20), (3, 3 * 256 + 16)), 9)
    assert pack(report).hex() == "fffe000400000309d4801004fffc0000"


def test_a_report_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one packet"):
        pack(Report(0, 1, (), 0))


@pytest.mark.parametrize(
    "arrivals", [((0, 0), (1, MOST_STEP + 1)), ((0, 40_000), (1, 0)), ((5, 0),), ((-1, 0),)]
)
def test_a_report_that_does_not_fit_is_refused(arrivals: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(ValueError):
        pack(Report(0, 2, arrivals, 0))


def test_a_row_is_not_longer_than_its_field() -> None:
    assert unpack(pack(Report(0, MAX_COUNT, ((MAX_COUNT - 1, 0),), 0))).count == MAX_COUNT
    with pytest.raises(ValueError):
        pack(Report(0, MAX_COUNT + 1, ((0, 0),), 0))


@given(reports(), st.data())
def test_a_report_that_was_cut_is_refused_or_only_lost_its_padding(
    report: Report, data: st.DataObject
) -> None:
    packed = pack(report)
    cut = packed[: data.draw(st.integers(0, len(packed) - 1))]
    try:
        assert unpack(cut) == report
    except ValueError:
        return
    assert len(packed) - len(cut) < 4


@given(st.binary(max_size=64))
def test_any_bytes_are_a_report_or_refused(data: bytes) -> None:
    try:
        report = unpack(data)
    except ValueError:
        return
    assert len(report.arrivals) <= report.count <= MAX_COUNT
