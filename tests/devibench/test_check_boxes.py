from __future__ import annotations

from pathlib import Path

import pytest

from devibench.check_boxes import check_boxes
from devibench.clipset import ClipMeta, ClipObject

META = ClipMeta(
    fps=10,
    size_px=(640, 360),
    frames=6,
    split="fit",
    objects=(ClipObject("s0", "text", "sign"), ClipObject("o0", "object", "ball")),
)
HEADER = "frame,object,x0,y0,x1,y1,visible"
GOOD = "0,s0,0,0,640,360,1"


def test_a_whole_frame_is_a_box(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f"{HEADER}\n{GOOD}\n5,o0,1.5,2,3,4.25,0.5\n")
    assert check_boxes(file, META) == ([], {("s0", 0): 2, ("o0", 5): 3})


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("0,o0,1,2,3", "5 columns"),
        ("0.5,o0,1,2,3,4,1", "whole number"),
        ("0,o0,1,2,three,4,1", "three"),
        ("0,o0,nan,2,3,4,1", "not finite"),
        ("6,o0,1,2,3,4,1", "write 0 to 5"),
        ("-1,o0,1,2,3,4,1", "write 0 to 5"),
        ("0,o9,1,2,3,4,1", "no object 'o9'"),
        ("0,o0,3,2,3,4,1", "is empty"),
        ("0,o0,1,4,3,2,1", "is empty"),
        ("0,o0,-1,2,3,4,1", "leaves the frame"),
        ("0,o0,1,2,641,4,1", "leaves the frame"),
        ("0,o0,1,2,3,4,0", "not in 0..1"),
        ("0,o0,1,2,3,4,1.2", "not in 0..1"),
        ("0,s0,1,2,3,4,1", "on line 2"),
    ],
)
def test_a_wrong_row_is_named_with_its_line(tmp_path: Path, row: str, says: str) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f"{HEADER}\n{GOOD}\n{row}\n1,o0,1,2,3,4,1\n")
    complaints, _ = check_boxes(file, META)
    assert [(c.file, c.line) for c in complaints] == [(file, 3)]
    assert says in complaints[0].text


def test_all_that_is_wrong_with_a_row_is_said(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f"{HEADER}\n9,o9,3,-2,3,4,7\n")
    assert len(check_boxes(file, META)[0]) == 5
