"""Reading runs, whole and broken."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest

from articgw.errors import ConfigError
from devibench.report.runs import arms_of, read_run, same_questions
from devibench.samples import ANSWERS_FILE, RUN_FILE, Line
from tests.devibench.report.made import arms, make_run


@pytest.fixture
def own(run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(run, tmp_path / "own", ignore=shutil.ignore_patterns("pictures")))


def test_a_run_has_its_arms_in_their_order(run: Path) -> None:
    found = read_run(run)
    assert [arm.name for arm in arms_of([found])] == arms()
    assert {len(arm.lines) for arm in arms_of([found])} == {72}
    assert [arm.arm for arm in arms_of([found]) if arm.text_only] == ["text-only"]


def test_arms_of_several_runs_bear_their_names(run: Path, own: Path) -> None:
    names = [arm.name for arm in arms_of([read_run(run), read_run(own)])]
    assert names[0] == "monday: original"
    assert names[-1] == "own: text-only"


def test_the_last_answer_counts_and_a_torn_line_does_not(own: Path) -> None:
    lines = (own / ANSWERS_FILE).read_bytes().splitlines()
    first = msgspec.json.decode(lines[0], type=Line)
    again = msgspec.structs.replace(first, answer="again", attempt=2)
    with (own / ANSWERS_FILE).open("ab") as file:
        file.write(msgspec.json.encode(again) + b'\n{"key": "made/1", "ar')
    found = {(line.key, line.arm): line.answer for line in read_run(own).lines}
    assert found[first.key, first.arm] == "again"
    assert len(found) == len(lines)


def test_what_failed_is_counted_and_left_out(own: Path) -> None:
    lines = (own / ANSWERS_FILE).read_bytes().splitlines()
    first = msgspec.json.decode(lines[0], type=Line)
    failed = msgspec.structs.replace(first, answer=None, correct=None, why="busy")
    (own / ANSWERS_FILE).write_bytes(b"\n".join([*lines, msgspec.json.encode(failed), b""]))
    found = read_run(own)
    assert (found.failed, len(found.lines)) == (1, len(lines) - 1)


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        (RUN_FILE, None, "is not a run: it has no run.json"),
        (RUN_FILE, b"{}", "run.json: .*dataset"),
        (ANSWERS_FILE, None, "holds no answer"),
        (ANSWERS_FILE, b'{"key": 7}\n', "answers.jsonl:1: .*not an answer"),
    ],
)
def test_what_is_no_run_says_so(
    own: Path, file: str, content: bytes | None, message: str
) -> None:  # fmt: skip
    (own / file).unlink()
    if content is not None:
        (own / file).write_bytes(content)
    with pytest.raises(ConfigError, match=message):
        read_run(own)


def test_other_data_are_other_questions(run: Path, tmp_path: Path) -> None:
    other = make_run(tmp_path / "other", videos=2, sha256="0" * 64, policies=("ours",))
    assert not same_questions([read_run(run), read_run(other)])
    assert same_questions([read_run(run), read_run(run)])
