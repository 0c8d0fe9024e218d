"""What is reached without looking, and what looking brings."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from devibench.report.blind import blind_arms, lacking, looking
from devibench.report.keepsakes import QUESTIONS_FILE
from devibench.report.runs import Arm, Run, arms_of, read_run


def arms(found: Run) -> tuple[Arm, ...]:
    return arms_of([found])


@pytest.fixture(scope="module")
def monday(run: Path) -> Run:
    return read_run(run)


def test_the_commonest_answer_and_the_text_alone_are_arms(monday: Run) -> None:
    asked, common = blind_arms([monday], arms(monday))
    assert (asked.arm, common.arm, common.name) == ("text-only", "majority", "majority (open)")
    assert len(common.lines) == 72
    assert sum(bool(line.correct) for line in common.lines.values()) == 72 / 6
    assert {line.answer for line in common.lines.values()} == {"open"}
    assert {line.kbps for line in common.lines.values()} == {0.0}


def test_what_looking_brings_is_told_of_each_arm_in_pairs(monday: Run) -> None:
    seeing = [arm for arm in arms(monday) if not arm.text_only]
    rows = {row.arm.name: row.over for row in looking(seeing, blind_arms([monday], arms(monday)))}
    assert rows.keys() == {arm.name for arm in seeing}
    gain = rows["original"]["majority"].gain
    right = sum(bool(line.correct) for line in seeing[0].lines.values())
    assert gain.value == pytest.approx((right - 12) / 72)
    assert gain.low > 0.5
    assert rows["original"]["text-only"].gain.low > 0.5


def test_a_run_that_lacks_one_is_named_with_what_to_do(run: Path, tmp_path: Path) -> None:
    own = Path(shutil.copytree(run, tmp_path / "own", ignore=shutil.ignore_patterns("pictures")))
    (own / QUESTIONS_FILE).unlink()
    lines = (own / "answers.jsonl").read_text().splitlines(keepends=True)
    (own / "answers.jsonl").write_text("".join(x for x in lines if '"arm":"text-only"' not in x))
    found = read_run(own)
    blind = blind_arms([found], arms(found))
    assert blind == ()
    assert looking(arms(found), blind) == ()
    text_only, common = lacking([found], blind)
    assert "own: " in text_only and "--degrade text-only" in text_only
    assert "kept no questions" in common
