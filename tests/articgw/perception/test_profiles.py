from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from articgw.errors import ConfigError
from articgw.perception.profiles import default_profile, profile_for
from articgw.perception.profiling.file import save, this_machine
from articgw.perception.rough import ROUGH, rough_profile
from articgw.perception.sight import Sight
from tests.helpers.sights import Finder, Ticking

CLOCK = Ticking()
FINDER = Finder({160: 0.02, 320: 0.08}, CLOCK)
MEASURED = replace(rough_profile(FINDER, CLOCK), made_by="a test", machine=this_machine())


def test_without_a_profile_a_rough_one_is_made(tmp_path: Path) -> None:
    assert profile_for(None, tmp_path, FINDER, CLOCK).made_by == ROUGH


def test_the_default_one_is_used_where_it_is_there(tmp_path: Path) -> None:
    save(MEASURED, default_profile(tmp_path, FINDER.model))
    assert profile_for(None, tmp_path, FINDER, CLOCK).made_by == "a test"


def test_only_sizes_that_the_detector_has_are_used(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    save(MEASURED, path)
    small = Finder({160: 0.02}, CLOCK)
    branches = profile_for(path, tmp_path, small, CLOCK).branches
    assert {one.detector.size_px for one in branches} == {160}


def test_a_profile_of_another_detector_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    save(MEASURED, path)
    other = Finder({160: 0.02}, CLOCK)
    other.model = "another"
    with pytest.raises(ConfigError, match=r"is of finder and the detector is another.*profile"):
        profile_for(path, tmp_path, other, CLOCK)


@pytest.mark.parametrize("text", ["", "{}", "no profile"])
def test_a_file_that_is_none_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text(text)
    with pytest.raises(ConfigError, match="articgw perception profile"):
        profile_for(path, tmp_path, FINDER, CLOCK)


def test_a_profile_that_is_named_and_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        profile_for(tmp_path / "gone.json", tmp_path, FINDER, CLOCK)


@pytest.mark.parametrize(("machine", "advised"), [(this_machine(), False), ("a toaster", True)])
def test_a_profile_of_another_machine_is_used_and_another_advised(
    machine: str, advised: bool
) -> None:
    about = Sight({1: FINDER}, replace(MEASURED, machine=machine), clock=CLOCK).ready.about
    assert ("a toaster" in about and "make another" in about) == advised
