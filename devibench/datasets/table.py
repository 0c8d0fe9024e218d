"""A table of questions as DeViBench publishes them, row by row.

    v1   sample_folder,start_time,question,options,standard_answer,task_type
    v2   sample_id,start_time,question,std_answer,Frame,task_type

The header tells which; tables of one's own have either form. In v1 the options are one text, "A) …
B) …", and the answer is a letter; nothing there says how many frames are needed. Encoded as UTF-8,
with or without a byte order mark. A line is where a row begins: options go over several.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from articgw.errors import DatasetError
from devibench.complaint import Complaint
from devibench.samples import FramesNeeded

Form = Literal["v1", "v2"]
HEADERS: dict[tuple[str, ...], Form] = {
    ("sample_folder", "start_time", "question", "options", "standard_answer", "task_type"): "v1",
    ("sample_id", "start_time", "question", "std_answer", "Frame", "task_type"): "v2",
}
FRAMES: dict[str, FramesNeeded] = {"single": "single", "multi": "multi"}
_OPTION = re.compile(r"(?:^|\s)([A-Z])\)\s*")


@dataclass(frozen=True, slots=True)
class Row:
    """One question as it stands in the table."""

    number: int
    """From 1, the header not counted."""
    line: int
    folder: str
    """Of the video, such as ``sample_7``."""
    start_s: float
    question: str
    options: tuple[str, ...]
    answers: tuple[str, ...]
    """Of multiple choice the letter and the text."""
    frames_needed: FramesNeeded
    task_type: str


def read_table(file: Path) -> tuple[list[Row], list[Complaint]]:
    """All rows that can be used, and what is wrong with the others.

    Raises `DatasetError` where it is no such table at all.
    """
    rows: list[Row] = []
    complaints: list[Complaint] = []
    for number, (line, form, cells) in enumerate(_lines(file), 1):
        try:
            rows.append(_row(number, line, form, cells))
        except ValueError as error:
            complaints.append(Complaint(file, line, str(error)))
    return rows, complaints


def duplicates(rows: list[Row], file: Path) -> list[Complaint]:
    """Rows that ask what an earlier one asked; they are kept, the key is the row."""
    seen: dict[tuple[str, float, str], int] = {}
    found = []
    for row in rows:
        about = (row.folder, row.start_s, row.question)
        if about in seen:
            text = f"row {row.number} asks what row {seen[about]} asked; both are kept"
            found.append(Complaint(file, row.line, text))
        seen.setdefault(about, row.number)
    return found


def _lines(file: Path) -> Iterator[tuple[int, Form, list[str]]]:
    line = 1
    try:
        with file.open(newline="", encoding="utf-8-sig") as text:
            reader = csv.reader(text, strict=True)
            form = HEADERS.get(tuple(next(reader, ())))
            if form is None:
                wanted = " or ".join(",".join(header) for header in HEADERS)
                raise DatasetError(f"{file}:1", f"the header must be {wanted}")
            line = reader.line_num + 1
            for cells in reader:
                if cells:
                    yield line, form, cells
                line = reader.line_num + 1
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(f"{file}:{line}", f"cannot be read ({error})") from error


def _row(number: int, line: int, form: Form, cells: list[str]) -> Row:
    if len(cells) != 6:
        raise ValueError(f"has {len(cells)} columns, not 6")
    where, start, question, fourth, fifth, task_type = (cell.strip() for cell in cells)
    for name, cell in (("video", where), ("question", question), ("task type", task_type)):
        if not cell:
            raise ValueError(f"has no {name}")
    if not re.fullmatch(r"[\w.-]+", where) or where.strip(".") == "":
        raise ValueError(f"{where!r} cannot be the name of a folder")
    options, answers, frames = _open(fourth, fifth) if form == "v2" else _choice(fourth, fifth)
    folder = where if form == "v1" else f"sample_{where.removeprefix('sample_')}"
    start_s = _start_s(start)
    return Row(number, line, folder, start_s, question, options, answers, frames, task_type)


def _start_s(text: str) -> float:
    if not re.fullmatch(r"\d{1,6}(\.\d+)?", text):
        raise ValueError(f"start_time {text!r} is not seconds from 0 on")
    return float(text)


def _open(answer: str, frames: str) -> tuple[tuple[str, ...], tuple[str, ...], FramesNeeded]:
    if not answer:
        raise ValueError("has no answer")
    if frames.lower() not in FRAMES:
        raise ValueError(f"Frame {frames!r} is neither Single nor Multi")
    return (), (answer,), FRAMES[frames.lower()]


def _choice(options: str, letter: str) -> tuple[tuple[str, ...], tuple[str, ...], FramesNeeded]:
    parts = _OPTION.split(options)
    letters, texts = parts[1::2], tuple(" ".join(text.split()) for text in parts[2::2])
    if len(texts) < 2 or parts[0].strip() or letters != [chr(65 + n) for n in range(len(texts))]:
        raise ValueError("the options are not A) … B) … and so on")
    if letter not in letters:
        raise ValueError(f"the answer {letter!r} is none of {', '.join(letters)}")
    return texts, (letter, texts[letters.index(letter)]), "single"
