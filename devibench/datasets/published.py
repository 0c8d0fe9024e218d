"""DeViBench's tables with the videos of StreamingBench, and sets of one's own of the same form.

    VIDEOS/sample_7/video.mp4      as StreamingBench unpacks; any one video in a folder of that name
    VIDEOS/…/sample_7/…            at any depth, since each of its archives has a folder of its own
    VIDEOS/sample_7.mp4            for sets of one's own

A question is about the `SEGMENT_S` after its start time, as published. Videos may be absent: their
questions load all the same, and `devibench fetch` says what to get.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from articgw.errors import DatasetError
from devibench.complaint import Complaint
from devibench.datasets.table import Row, duplicates, read_table
from devibench.datasets.video import VideoFilm
from devibench.samples import Sample

log = logging.getLogger(__name__)

SEGMENT_S = 5.0
"""Each published question refers to so much from its start time on (artic.md 4.4)."""
SUFFIXES = (".mp4", ".mkv", ".webm", ".mov", ".avi")
_HEAD_BYTES = 1 << 20


@dataclass(frozen=True)
class TableDataset:
    """A table and a folder of videos."""

    table: Path
    videos: Path
    rows: tuple[Row, ...]
    warnings: tuple[Complaint, ...]
    """Questions that stand there twice."""

    @classmethod
    def open(cls, table: Path, videos: Path) -> TableDataset:
        """Raises `DatasetError` with file and line of the first row that cannot be used."""
        rows, complaints = read_table(table)
        if complaints:
            first = complaints[0]
            more = f"; {len(complaints) - 1} more" if len(complaints) > 1 else ""
            raise DatasetError(f"{first.file}:{first.line}", first.text + more)
        if not rows:
            raise DatasetError(f"{table}:1", "holds no question")
        warnings = tuple(duplicates(rows, table))
        for warning in warnings:
            log.warning("%s", warning)
        return cls(table, videos, tuple(rows), warnings)

    @property
    def name(self) -> str:
        """The table's."""
        return "-".join(self.table.stem.split())

    @cached_property
    def sha256(self) -> str:
        """Over the table, and name, size and first MiB of each video."""
        digest = hashlib.sha256(self.table.read_bytes())
        for folder, video in sorted(self.found.items()):
            with video.open("rb") as content:
                head = content.read(_HEAD_BYTES)
            digest.update(f"{folder}\0{video.stat().st_size}\0".encode() + head)
        return digest.hexdigest()

    @cached_property
    def found(self) -> dict[str, Path]:
        """Videos by folder; those that are there."""
        wanted = {row.folder for row in self.rows}
        found: dict[str, Path] = {}
        for file in sorted(self.videos.rglob("*")) if self.videos.is_dir() else ():
            if file.suffix.lower() not in SUFFIXES or not file.is_file():
                continue
            for name in (file.stem, file.parent.name, file.parent.name.removesuffix("_real")):
                if name in wanted:
                    found.setdefault(name, file)
        return found

    @property
    def missing(self) -> tuple[str, ...]:
        """Folders whose video is absent, in the order of the table."""
        wanted = dict.fromkeys(row.folder for row in self.rows)
        return tuple(folder for folder in wanted if folder not in self.found)

    def samples(self) -> Sequence[Sample]:
        """All of them, those without a video too."""
        return [
            Sample(
                key=f"{self.name}/{row.number}",
                question=row.question,
                options=row.options,
                answers=row.answers,
                task_type=row.task_type,
                frames_needed=row.frames_needed,
                group=row.folder,
                video=self.found.get(row.folder),
                from_s=row.start_s,
                to_s=row.start_s + SEGMENT_S,
            )
            for row in self.rows
        ]

    def film(self, sample: Sample) -> VideoFilm:
        """Raises `DatasetError` where it is absent or cannot be read."""
        if sample.video is None:
            number = int(sample.key.rpartition("/")[2])
            where = f"{self.table}:{self.rows[number - 1].line}"
            raise DatasetError(
                where, f"{sample.group} has no video below {self.videos}; see `devibench fetch`"
            )
        return VideoFilm.open(sample.video)
