"""What somebody who wants DeViBench must get, and whether it is there.

Nothing is downloaded: the tables are small and under their authors' terms, and the videos are those
of StreamingBench, tens of gigabytes behind a dataset host whose terms each user accepts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from devibench.datasets.published import SUFFIXES, TableDataset
from devibench.datasets.table import duplicates, read_table

SHOWN = 5
"""Missing videos and bad rows that are named; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Source:
    """One published table."""

    name: str
    file: str
    rows: int
    where: str


SOURCES = (
    Source("DeViBench v1, multiple choice", "devibench_v1_mcq.csv", 1074,
           "https://github.com/pku-netvideo/DeViBench (MIT)"),
    Source("DeViBench v2, open-ended", "devibench_v2_open.csv", 1968,
           "https://github.com/JiangkaiWu/DeViBench (MIT)"),
)  # fmt: skip
VIDEOS = (
    "StreamingBench, part Real-Time Visual Understanding: https://github.com/THUNLP-MT/"
    "StreamingBench names the host; unpack its archives so that VIDEOS/sample_1/video.mp4 exists"
)


def instructions() -> Iterator[str]:
    """What to get, and how to say where it is."""
    yield "Tables:"
    for source in SOURCES:
        yield f"  {source.name}: {source.rows} questions, from {source.where}"
        yield f"    keep it as {source.file}"
    yield "Videos, for both:"
    yield f"  {VIDEOS}"
    yield "Then: devibench fetch TABLE.csv --videos VIDEOS"


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found, line by line."""

    told: tuple[str, ...]
    complete: bool
    """All rows can be used and all videos are there."""


def check(table: Path, videos: Path) -> Checked:
    """One table and its videos. Raises `DatasetError` where the table cannot be read at all."""
    rows, complaints = read_table(table)
    told = [str(complaint) for complaint in complaints[:SHOWN]]
    if len(complaints) > SHOWN:
        told.append(f"{len(complaints) - SHOWN} more rows cannot be used")
    repeated = tuple(duplicates(rows, table))
    told += [f"{warning}" for warning in repeated]
    told.append(f"{table}: {len(rows)} questions about {len({row.folder for row in rows})} videos")
    source = next((one for one in SOURCES if one.file == table.name), None)
    short = source is not None and len(rows) != source.rows
    if source is not None and short:
        told.append(f"{table}: {source.name} has {source.rows}; get it from {source.where}")
    dataset = TableDataset(table, videos, tuple(rows), repeated)
    missing = dataset.missing
    if missing:
        named = ", ".join(missing[:SHOWN]) + (", …" if len(missing) > SHOWN else "")
        told.append(f"{videos}: {len(dataset.found)} videos are there, {len(missing)} are missing")
        told.append(f"  missing: {named} (as {missing[0]}/video.mp4; {', '.join(SUFFIXES)})")
        told.append(f"  {VIDEOS}")
    else:
        told.append(f"{videos}: all {len(dataset.found)} videos are there")
    return Checked(tuple(told), not (complaints or missing or short))
