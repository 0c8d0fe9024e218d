from __future__ import annotations

from pathlib import Path

import pytest

from articgw.errors import DatasetError
from devibench.datasets.table import duplicates, read_table
from tests.devibench.datasets.conftest import CHOICE, OPEN, V1, V2


def test_choices_are_read_with_letter_and_text(v1: Path) -> None:
    rows, complaints = read_table(v1)
    assert not complaints
    assert [row.line for row in rows] == [2, 6]
    assert rows[0].options == ("6", "64", "46", "4")
    assert rows[0].answers == ("B", "64")
    assert (rows[0].folder, rows[0].start_s, rows[0].frames_needed) == ("sample_1", 10.0, "single")


def test_open_questions_are_read(v2: Path) -> None:
    rows, complaints = read_table(v2)
    assert not complaints
    row = rows[0]
    assert (row.folder, row.options, row.answers) == ("sample_7", (), ("yellow",))
    assert row.frames_needed == "multi"


def test_what_is_asked_twice_is_told_and_kept(v2: Path) -> None:
    rows, _ = read_table(v2)
    (complaint,) = duplicates(rows, v2)
    assert len(rows) == 2
    assert str(complaint) == f"{v2}:3: row 2 asks what row 1 asked; both are kept"


@pytest.mark.parametrize(
    ("header", "row", "says"),
    [
        (V2, OPEN.replace(",yellow", ","), "has no answer"),
        (V2, OPEN.replace("What colour is the cup?", ""), "has no question"),
        (V2, OPEN.replace("100", "-1"), "start_time '-1' is not seconds"),
        (V2, OPEN.replace("100", "nan"), "start_time 'nan'"),
        (V2, OPEN.replace("Multi", "Both"), "Frame 'Both'"),
        (V2, OPEN.replace("7,", "../7,", 1), "cannot be the name of a folder"),
        (V2, "7,100,What?\n", "has 3 columns, not 6"),
        (V1, CHOICE.replace(",B,", ",E,"), "the answer 'E' is none of A, B, C, D"),
        (V1, CHOICE.replace("C) 46\n", ""), "the options are not"),
        (V1, CHOICE.replace("A) 6", "6"), "the options are not"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_with_its_line(
    tmp_path: Path, header: str, row: str, says: str
) -> None:
    file = tmp_path / "bad.csv"
    good = OPEN if header == V2 else CHOICE
    file.write_text(header + good + row + good)
    rows, complaints = read_table(file)
    assert len(rows) == 2
    (complaint,) = complaints
    assert complaint.line == (3 if header == V2 else 6)
    assert says in complaint.text


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", ":1: the header must be"),
        (b"a,b\n", ":1: the header must be"),
        (V2.encode() + b'7,1,"What', ":2: cannot be read"),
        (V2.encode() + b"\xff\xfe", "cannot be read"),
    ],
)
def test_what_is_no_table_is_an_error(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "bad.csv"
    file.write_bytes(content)
    with pytest.raises(DatasetError, match=says):
        read_table(file)


def test_a_table_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=":1: cannot be read"):
        read_table(tmp_path / "none.csv")
