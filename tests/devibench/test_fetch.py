from __future__ import annotations

from pathlib import Path

from devibench.fetch import SOURCES, check, instructions
from tests.devibench.datasets.conftest import OPEN, V2


def test_both_tables_and_the_videos_are_named() -> None:
    told = "\n".join(instructions())
    assert all(source.where in told and source.file in told for source in SOURCES)
    assert "StreamingBench" in told


def test_what_is_missing_is_said_and_then_that_nothing_is(tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text(V2 + OPEN + OPEN.replace("7,", "8,", 1))
    checked = check(table, tmp_path / "videos")
    assert not checked.complete
    told = "\n".join(checked.told)
    assert "2 questions about 2 videos" in told
    assert "0 videos are there, 2 are missing" in told
    assert "sample_7, sample_8" in told and "StreamingBench" in told
    for name in ("sample_7", "sample_8"):
        (tmp_path / "videos" / name).mkdir(parents=True)
        (tmp_path / "videos" / name / "video.mp4").touch()
    checked = check(table, tmp_path / "videos")
    assert checked.complete
    assert "all 2 videos are there" in checked.told[-1]


def test_bad_rows_repeats_and_a_short_table_are_told(tmp_path: Path) -> None:
    table = tmp_path / SOURCES[1].file
    table.write_text(V2 + OPEN * 2 + OPEN.replace("Multi", "None") * 7)
    told = "\n".join(check(table, tmp_path).told)
    assert f"{table}:4: Frame 'None'" in told
    assert "2 more rows cannot be used" in told
    assert "row 2 asks what row 1 asked" in told
    assert "v2, open-ended has 1968" in told
