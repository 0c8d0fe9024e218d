"""A run on disk survives what happens to it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from articgw.errors import ConfigError, DatasetError
from devibench.evaluate.store import open_run, read_lines, read_meta, rejudged
from devibench.samples import ANSWERS_FILE, Line, RunMeta

META = RunMeta("set", "f00d", ("original",), "embedded", "words", 1, "0", 2)


def line(key: str, answer: str | None = "yes", arm: str = "original") -> Line:
    return Line(key, arm, answer, True, 0.5, 1000, 10.0, 20.0, 1, None, 1)


def test_what_was_answered_is_done_and_what_failed_is_not(tmp_path: Path) -> None:
    store = open_run(tmp_path / "run", META)
    store.append(line("set/1"))
    store.append(line("set/2", None))
    again = open_run(tmp_path / "run", META)
    assert again.done == {("set/1", "original")}
    again.append(msgspec.structs.replace(line("set/2"), correct=None))
    assert again.done == {("set/1", "original")}
    again.append(line("set/2"))
    assert open_run(tmp_path / "run", META).done == {("set/1", "original"), ("set/2", "original")}


@pytest.mark.parametrize("cut", [1, 20, 60])
def test_a_torn_last_line_is_cut_off_and_the_others_stay(tmp_path: Path, cut: int) -> None:
    store = open_run(tmp_path, META)
    store.append(line("set/1"))
    store.append(line("set/2"))
    file = tmp_path / ANSWERS_FILE
    file.write_bytes(file.read_bytes()[:-cut])
    again = open_run(tmp_path, META)
    assert again.torn
    assert again.done == {("set/1", "original")}


@pytest.mark.parametrize(
    "change", [{"dataset_sha256": "beef"}, {"backend": "scripted"}, {"judge": "x"}, {"seed": 2}]
)
def test_another_runs_folder_is_refused_and_left_as_it_is(
    tmp_path: Path, change: dict[str, object]
) -> None:
    open_run(tmp_path, META).append(line("set/1"))
    with pytest.raises(ConfigError, match="another run"):
        open_run(tmp_path, msgspec.structs.replace(META, **change))
    assert len(read_lines(tmp_path)) == 1


def test_a_folder_with_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(ConfigError, match="not empty"):
        open_run(tmp_path, META)


def test_arms_are_added_to_a_run(tmp_path: Path) -> None:
    open_run(tmp_path, META)
    store = open_run(tmp_path, msgspec.structs.replace(META, arms=("h264:50k",)))
    assert store.meta.arms == ("original", "h264:50k")


def test_a_line_that_is_no_answer_is_named(tmp_path: Path) -> None:
    (tmp_path / ANSWERS_FILE).write_text('{"key": 1}\n')
    with pytest.raises(DatasetError, match=r"answers\.jsonl:1"):
        read_lines(tmp_path)


def test_lines_are_replaced_whole(tmp_path: Path) -> None:
    store = open_run(tmp_path, META)
    store.append(line("set/1"))
    rejudged(tmp_path, msgspec.structs.replace(META, judge="strict"), [line("set/1", "no")])
    assert [one.answer for one in read_lines(tmp_path)] == ["no"]
    assert read_meta(tmp_path).judge == "strict"


def test_an_answer_that_the_second_judge_lacks_is_not_done(tmp_path: Path) -> None:
    store = open_run(tmp_path / "run", msgspec.structs.replace(META, second_judge="openai:x"))
    store.append(line("set/1"))
    assert store.done == set()
    store.append(msgspec.structs.replace(line("set/1"), second=False))
    assert store.done == {("set/1", "original")}
