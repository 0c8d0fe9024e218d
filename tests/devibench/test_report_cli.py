"""``devibench report``, from argv to files."""

from __future__ import annotations

from pathlib import Path

import pytest

from artic_abr.simulation.reader import parse_curves
from devibench.cli import main
from tests.devibench.report.made import make_run


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "small"
    return make_run(folder, videos=4, per_video=2, policies=("plain",))


def test_a_page_a_table_and_a_confidence_table(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, table = tmp_path / "out" / "page.html", tmp_path / "confidence.csv"
    assert main(["report", str(run), "--out", str(page), "--confidence", str(table)]) == 0
    assert "6 arms" in capsys.readouterr().out
    assert page.read_text().startswith("<!doctype html>")
    assert page.with_suffix(".md").read_text().startswith("# DeViBench: small")
    with table.open() as lines:
        assert len(parse_curves(lines)) == 8


def test_what_is_no_run_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(tmp_path), "--out", str(tmp_path / "page.html")]) == 2
    assert "is not a run" in capsys.readouterr().err
    assert not (tmp_path / "page.html").exists()


def test_an_unknown_reference_ends_with_2(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "page.html")
    assert main(["report", str(run), "--out", out, "--against", "nobody"]) == 2
    assert "--against nobody" in capsys.readouterr().err
