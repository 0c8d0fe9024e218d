from __future__ import annotations

from pathlib import Path

from devibench.complaint import Complaint


def test_a_complaint_reads_as_a_place_and_a_text() -> None:
    assert str(Complaint(Path("set/a.csv"), 7, "wrong; mend it")) == "set/a.csv:7: wrong; mend it"


def test_lines_are_ordered_as_numbers() -> None:
    file = Path("a")
    late, early = Complaint(file, 10, "x"), Complaint(file, 9, "x")
    assert sorted([late, early], key=Complaint.order) == [early, late]
