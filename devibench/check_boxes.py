"""Check NAME.csv: a row per object in view per frame, boxes half-open and inside the frame."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from pathlib import Path

from devibench.clipset import CSV_HEADER, ClipMeta
from devibench.complaint import Complaint

Rows = dict[tuple[str, int], int]
"""The line of a box, by object id and frame."""


def check_boxes(file: Path, meta: ClipMeta) -> tuple[list[Complaint], Rows]:
    """All complaints about the rows, and the rows that name an object and a frame."""
    complaints: list[Complaint] = []
    rows: Rows = {}
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        return [Complaint(file, 1, f"is not UTF-8 ({error.reason}); save it as UTF-8")], rows
    reader = csv.reader(text.splitlines())
    if tuple(next(reader, ())) != CSV_HEADER:
        header = ",".join(CSV_HEADER)
        return [Complaint(file, 1, f"wrong header; the first line must be {header}")], rows
    known = {entry.id for entry in meta.objects}
    for row in reader:
        line = reader.line_num
        complaints += [Complaint(file, line, wrong) for wrong in _row(row, meta, known, rows, line)]
    return complaints, rows


def _row(row: list[str], meta: ClipMeta, known: set[str], rows: Rows, line: int) -> Iterator[str]:
    if len(row) != len(CSV_HEADER):
        yield f"{len(row)} columns; write {len(CSV_HEADER)}: {','.join(CSV_HEADER)}"
        return
    try:
        frame = int(row[0])
        x0, y0, x1, y1, visible = (float(cell) for cell in row[2:])
    except ValueError as error:
        yield f"{error}; write a whole number for frame, and numbers for the box and visible"
        return
    if not all(math.isfinite(number) for number in (x0, y0, x1, y1, visible)):
        yield "a number is not finite; write px, and a part of 1 for visible"
        return
    width, height = meta.size_px
    if not 0 <= frame < meta.frames:
        yield f"frame {frame} is not in the clip; write 0 to {meta.frames - 1}"
    if row[1] not in known:
        yield f"no object {row[1]!r} in the JSON; add it there or drop the row"
    if not (x0 < x1 and y0 < y1):
        yield f"box {','.join(row[2:6])} is empty; half-open boxes need x0 < x1 and y0 < y1"
    if not (0 <= x0 and x1 <= width and 0 <= y0 and y1 <= height):
        yield f"box {','.join(row[2:6])} leaves the frame; cut it to 0,0,{width},{height}"
    if not 0 < visible <= 1:
        yield f"visible {row[6]} is not in 0..1; drop the row of what is out of view"
    if (row[1], frame) in rows:
        yield f"{row[1]!r} has a box in frame {frame} on line {rows[row[1], frame]}; keep one"
    rows[row[1], frame] = line
