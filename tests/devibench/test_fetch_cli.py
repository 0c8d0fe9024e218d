from __future__ import annotations

from pathlib import Path

import pytest

from devibench.cli import main
from tests.devibench.datasets.conftest import OPEN, V2


def test_without_a_table_it_says_what_to_get(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fetch"]) == 0
    assert "1968 questions" in capsys.readouterr().out


def test_with_a_table_it_checks_and_says_so_in_its_status(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "mine.csv"
    table.write_text(V2 + OPEN)
    assert main(["fetch", str(table)]) == 1
    assert f"{tmp_path / 'videos'}: 0 videos" in capsys.readouterr().out
    (tmp_path / "sample_7.mp4").touch()
    assert main(["fetch", str(table), "--videos", str(tmp_path)]) == 0


def test_a_table_that_is_not_there_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fetch", str(tmp_path / "none.csv")]) == 1
    assert "none.csv:1" in capsys.readouterr().err
