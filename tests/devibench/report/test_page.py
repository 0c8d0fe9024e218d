"""The whole report."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from articgw.errors import ConfigError
from devibench.report.keepsakes import QUESTIONS_FILE
from devibench.report.page import Report, html, markdown, report_on
from devibench.report.runs import read_run
from tests.devibench.report.made import make_run


@pytest.fixture(scope="module")
def report(run: Path) -> Report:
    return report_on([read_run(run)])


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three videos, one curve, no pictures."""
    folder = tmp_path_factory.mktemp("runs") / "small"
    return make_run(folder, videos=3, policies=("ours",))


@pytest.fixture(scope="module")
def page(report: Report) -> str:
    return html(report)


def test_the_page_needs_nothing_else(page: str) -> None:
    assert re.findall(r"(?:src|href)=\"(?!data:image|#)", page) == []
    assert "<script" not in page
    assert "url(http" not in page


def test_the_page_has_all_of_it(page: str) -> None:
    headings = re.findall(r"<h2>(.*?)</h2>", page)
    assert [re.sub("<.*?>", "", heading) for heading in headings] == [
        "Accuracy against bits",
        "Accuracy against delay",
        "How many bits are enough",
        "By task type",
        "Can its confidence be trusted?",
        "All arms",
        "What looking brings",
        "Against x264:*+plain",
        "Whole curves",
        "By task type and frames needed",
        "Worst flips",
    ]
    assert page.count("<svg") == 5
    assert page.count("<img") >= 2


def test_it_is_made_for_phones_and_for_the_dark(page: str) -> None:
    assert 'name="viewport" content="width=device-width' in page
    assert "prefers-color-scheme: dark" in page


def test_the_first_curve_is_what_the_others_are_held_against(report: Report) -> None:
    assert report.against.name == "x264:*+plain"
    pairs = {(row.arm.name, row.against.name) for row in report.versus}
    assert ("x264:50k+ours", "x264:50k+plain") in pairs
    assert len(pairs) == 8


@pytest.mark.parametrize("against", ["original", "x264:*+ours", "x264:200k+ours"])
def test_anything_can_be_the_reference(small: Path, against: str) -> None:
    assert report_on([read_run(small)], against).against.name == against


def test_an_unknown_reference_is_named(small: Path) -> None:
    with pytest.raises(ConfigError, match=r"--against nobody: .*x264:\*\+ours"):
        report_on([read_run(small)], "nobody")


def test_the_table_is_markdown(report: Report) -> None:
    lines = markdown(report).splitlines()
    tables = [line for line in lines if line.startswith("|")]
    assert "| x264:200k+ours |" in "\n".join(tables)
    assert "| majority (open) | 16.7 |" in "\n".join(tables)
    assert any(line.startswith("| arm | points over text-only |") for line in tables)
    for block in "\n".join(lines).split("\n\n"):
        rows = [line for line in block.splitlines() if line.startswith("|")]
        assert len({row.count("|") for row in rows}) <= 1


def test_runs_of_different_data_are_shown_and_not_paired(small: Path, tmp_path: Path) -> None:
    other = make_run(tmp_path / "other", videos=3, sha256="0" * 64, policies=("ours",))
    found = report_on([read_run(small), read_run(other)])
    assert (found.versus, found.deltas, found.flips) == ((), (), ())
    assert any("different data sets" in warning for warning in found.warnings)
    assert any("only 3 videos" in warning for warning in found.warnings)
    assert "other: x264:100k+ours" in html(found)


def test_two_runs_of_the_same_data_are_paired(small: Path, tmp_path: Path) -> None:
    again = make_run(tmp_path / "again", videos=3, policies=("plain",))
    found = report_on([read_run(small), read_run(again)], "small: x264:*+ours")
    assert ("again: x264:50k+plain", "small: x264:50k+ours") in {
        (row.arm.name, row.against.name) for row in found.versus
    }


def test_words_of_a_question_are_no_markup(small: Path, tmp_path: Path) -> None:
    own = Path(shutil.copytree(small, tmp_path / "own"))
    text = (own / QUESTIONS_FILE).read_text()
    (own / QUESTIONS_FILE).write_text(text.replace("What does", "<script>What</script> does"))
    page = html(report_on([read_run(own)]))
    assert "&lt;script&gt;What" in page
    assert "<script" not in page
    assert "<img" not in page


def test_a_run_with_nothing_but_blanks_has_no_report(small: Path, tmp_path: Path) -> None:
    own = Path(shutil.copytree(small, tmp_path / "own"))
    lines = (own / "answers.jsonl").read_text().splitlines(keepends=True)
    (own / "answers.jsonl").write_text("".join(x for x in lines if '"arm":"text-only"' in x))
    with pytest.raises(ConfigError, match="no arm has a judged answer"):
        report_on([read_run(own)])
