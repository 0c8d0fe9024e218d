"""What was built is read as the published tables are."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

from devibench.build.export import HEADER, REVIEW_HEADER, Built, export, review_csv
from devibench.datasets.published import TableDataset

BUILT = Built(
    key="gate.mp4@00001.000#01", video="gate.mp4", start_s=1.0, stem="gate",
    question='A "gate", 7?', answer="7", task_type="Counting", frames="Multi",
    on_original="7", on_degraded="1", verifier="seven", bps=200_000,
)  # fmt: skip


def test_it_loads_as_a_data_set(videos: Path, tmp_path: Path) -> None:
    other = replace(BUILT, video="more/exit.mkv", start_s=0.0, frames="Single", question="Where?")
    table = export([BUILT, other, replace(BUILT, question="Again?")], videos, tmp_path)
    assert table.read_bytes().startswith(b"\xef\xbb\xbf" + ",".join(HEADER).encode())
    found = TableDataset.open(table, table.parent)
    assert found.missing == ()
    first, second, third = found.samples()
    assert (first.question, first.answers, first.from_s) == ('A "gate", 7?', ("7",), 1.0)
    assert (first.frames_needed, second.frames_needed) == ("multi", "single")
    assert (first.group == third.group, first.group == second.group) == (True, False)
    assert found.film(second).size_px == (640, 360)


def test_it_can_be_exported_again(videos: Path, tmp_path: Path) -> None:
    one = export([BUILT], videos, tmp_path).read_bytes()
    assert export([BUILT], videos, tmp_path).read_bytes() == one
    assert not list(tmp_path.rglob("*.part"))


def test_the_sheet_has_room_for_people(tmp_path: Path) -> None:
    with review_csv([BUILT], tmp_path).open(encoding="utf-8-sig", newline="") as lines:
        (row,) = csv.DictReader(lines)
    assert tuple(row) == REVIEW_HEADER
    assert (row["picture"], row["answerable"], row["remark"]) == ("pictures/gate.jpg", "", "")
