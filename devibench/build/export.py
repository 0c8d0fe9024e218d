"""Export: what was built, in the form of DeViBench v2, and the sheet for people.

    OUT/dataset/devibench_v2_open.csv      sample_id,start_time,question,std_answer,Frame,task_type
    OUT/dataset/sample_N/video.EXT         a link to the video, or a copy where links are refused
    OUT/review.csv, OUT/review.html        every question with its pictures, to be ticked

The CSV begins with a byte order mark, as the published one does.
"""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HEADER = ("sample_id", "start_time", "question", "std_answer", "Frame", "task_type")
REVIEW_HEADER = (
    "key", "video", "start_time", "question", "std_answer", "task_type", "on_original",
    "on_degraded", "verifier", "picture", "answerable", "answer_right", "remark",
)  # fmt: skip
CSV_NAME = "devibench_v2_open.csv"


@dataclass(frozen=True, slots=True)
class Built:
    """One question that survived."""

    key: str
    video: str
    start_s: float
    stem: str
    question: str
    answer: str
    task_type: str
    frames: str
    on_original: str
    on_degraded: str
    verifier: str
    bps: int
    """Of the degraded segment."""


def export(built: Sequence[Built], videos: Path, out: Path) -> Path:
    """Write the data set; the CSV. Raises ``OSError`` where the disk is full."""
    folder = out / "dataset"
    folder.mkdir(parents=True, exist_ok=True)
    ids = {video: place for place, video in enumerate(dict.fromkeys(b.video for b in built), 1)}
    for video, number in ids.items():
        _link(videos / video, folder / f"sample_{number}" / f"video{Path(video).suffix}")
    rows = [
        (ids[b.video], f"{b.start_s:g}", b.question, b.answer, b.frames, b.task_type) for b in built
    ]
    return _written(folder / CSV_NAME, HEADER, rows)


def review_csv(built: Sequence[Built], out: Path) -> Path:
    """Write the sheet: three empty columns at the end are for the reader."""
    rows = [
        (
            b.key, b.video, f"{b.start_s:g}", b.question, b.answer, b.task_type, b.on_original,
            b.on_degraded, b.verifier, f"pictures/{b.stem}.jpg", "", "", "",
        )
        for b in built
    ]  # fmt: skip
    return _written(out / "review.csv", REVIEW_HEADER, rows)


def _written(file: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    part = file.with_suffix(".part")
    with part.open("w", newline="", encoding="utf-8-sig") as lines:
        writer = csv.writer(lines)
        writer.writerow(header)
        writer.writerows(rows)
    part.replace(file)
    return file


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        return
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
