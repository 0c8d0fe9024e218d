from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from articgw.errors import ConfigError
from devibench.check import check_set

NAME = "000-still-day"


def test_a_made_set_is_in_order(made_set: Path) -> None:
    checked = check_set(made_set)
    assert [str(complaint) for complaint in checked.complaints] == []
    assert len(checked.clips) == 3


def drop_fps(clip: dict[str, Any]) -> None:
    del clip["fps"]


def wrong_split(clip: dict[str, Any]) -> None:
    clip["split"] = "train"


def same_object_id(clip: dict[str, Any]) -> None:
    clip["objects"][1]["id"] = clip["objects"][0]["id"]


def text_without_text(clip: dict[str, Any]) -> None:
    clip["objects"][0]["text"] = None


def no_answers(clip: dict[str, Any]) -> None:
    clip["questions"][0]["answers"] = []


def unknown_evidence(clip: dict[str, Any]) -> None:
    clip["questions"][0]["objects"] = ["nobody"]


def past_the_end(clip: dict[str, Any]) -> None:
    clip["questions"][0]["to_frame"] = 7


def ends_before_it_starts(clip: dict[str, Any]) -> None:
    clip["questions"][0]["from_frame"] = 4
    clip["questions"][0]["to_frame"] = 2


def same_question_id(clip: dict[str, Any]) -> None:
    clip["questions"][1]["id"] = clip["questions"][0]["id"]


def another_size(clip: dict[str, Any]) -> None:
    clip["size_px"] = [644, 364]


def another_rate(clip: dict[str, Any]) -> None:
    clip["fps"] = 25


def another_length(clip: dict[str, Any]) -> None:
    clip["frames"] = 9


@pytest.mark.parametrize(
    ("spoil", "line_of", "says"),
    [
        (drop_fps, "{", "add fps"),
        (wrong_split, '"split"', '"fit" or "score"'),
        (same_object_id, '"id": "{0}"#2', "is taken"),
        (text_without_text, '"text": null', "what can be read"),
        (no_answers, '"answers": []', "at least one"),
        (unknown_evidence, '"nobody"', "no object 'nobody'"),
        (past_the_end, '"to_frame": 7', "write 5 or less"),
        (ends_before_it_starts, '"from_frame": 4', "is after to_frame"),
        (same_question_id, '"id": "q0"#2', "is taken"),
        (another_size, '"size_px"', "make them agree"),
        (another_rate, '"fps"', "make them agree"),
        (another_length, '"frames"', "make them agree"),
    ],
)
def test_a_defect_of_the_json_is_named_with_its_line(
    own_set: Path, spoil: Callable[[dict[str, Any]], None], line_of: str, says: str
) -> None:
    file = own_set / f"{NAME}.json"
    clip = json.loads(file.read_text())
    spoil(clip)
    text = json.dumps(clip, indent=1)
    file.write_text(text)
    snippet, _, nth = line_of.replace("{0}", clip["objects"][0]["id"]).partition("#")
    lines = [n for n, line in enumerate(text.splitlines(), 1) if snippet in line]
    expected = lines[int(nth or 1) - 1]
    found = [c for c in check_set(own_set).complaints if says in c.text]
    assert [(c.file, c.line) for c in found] == [(file, expected)]


@pytest.mark.parametrize(
    ("file", "content", "line", "says"),
    [
        ("set.json", '{\n "format": "other/1",\n "seed": 1}', 2, "articgw-clips/1"),
        ("set.json", '{\n "format" 1}', 2, "is not JSON"),
        (f"{NAME}.json", "[]", 1, "is not of type 'object'"),
        (f"{NAME}.csv", "a,b\n", 1, "the first line must be"),
        (f"{NAME}.mkv", "not a film", 1, "cannot be decoded"),
    ],
)
def test_a_file_in_the_wrong_form_is_named(
    own_set: Path, file: str, content: str, line: int, says: str
) -> None:
    (own_set / file).write_text(content)
    found = [c for c in check_set(own_set).complaints if says in c.text]
    assert (own_set / file, line) in [(c.file, c.line) for c in found]


@pytest.mark.parametrize("suffix", ["json", "csv", "mkv"])
def test_a_missing_file_is_named(own_set: Path, suffix: str) -> None:
    (own_set / f"{NAME}.{suffix}").unlink()
    complaints = check_set(own_set).complaints
    assert [(c.file.name, c.line) for c in complaints] == [(f"{NAME}.{suffix}", 1)]


def test_evidence_out_of_view_is_named(own_set: Path) -> None:
    boxes = own_set / f"{NAME}.csv"
    rows = [row for row in boxes.read_text().splitlines() if ",s0," not in row]
    boxes.write_text("\n".join(rows) + "\n")
    complaints = check_set(own_set).complaints
    assert complaints and all("'s0' is never in view" in c.text for c in complaints)


def test_all_complaints_are_reported_in_order(own_set: Path) -> None:
    (own_set / "set.json").unlink()
    (own_set / f"{NAME}.csv").write_text("")
    (own_set / "001-walking-day.mkv").unlink()
    names = [c.file.name for c in check_set(own_set).complaints]
    assert names == [f"{NAME}.csv", "001-walking-day.mkv", "set.json"]


def test_an_empty_folder_is_no_set(tmp_path: Path) -> None:
    says = [c.text for c in check_set(tmp_path).complaints]
    assert len(says) == 2 and any("no clips" in text for text in says)


def test_no_folder_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is not a folder"):
        check_set(tmp_path / "nowhere")
