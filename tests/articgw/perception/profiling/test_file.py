"""Twin of `articgw.perception.profiling.file`: one that contradicts itself is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from articgw.errors import ConfigError
from articgw.perception.profiling.file import advice, load, save, this_machine
from tests.perception.made import PROFILE


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    file = tmp_path / "new" / "profile.json"
    save(PROFILE, file)
    assert load(file) == PROFILE
    assert [one.name for one in file.parent.iterdir()] == ["profile.json"]


def test_a_profile_of_another_machine_is_told_from_one_of_this() -> None:
    assert "make another" in advice(PROFILE)
    assert advice(replace(PROFILE, machine=this_machine())) == ""


def test_a_machine_without_cpuinfo_has_a_name(tmp_path: Path) -> None:
    assert "cores" in this_machine(tmp_path / "missing")


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"machine": 3}', "\x00\xff"])
def test_what_is_no_profile_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "profile.json"
    file.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match="no profile"):
        load(file)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(PROFILE, branches=()),
        replace(PROFILE, detect_s=dict.fromkeys(PROFILE.detect_s, -1.0)),
        replace(PROFILE, detect_s={}),
        replace(PROFILE, survivals={}),
        replace(PROFILE, carry_s={}),
    ],
    ids=("no branches", "times below zero", "no times", "no survivals", "no carrying"),
)
def test_a_profile_that_contradicts_itself_is_refused(tmp_path: Path, wrong: object) -> None:
    file = tmp_path / "profile.json"
    save(wrong, file)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="of no use"):
        load(file)


def test_there_may_be_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "none.json")
