"""What is kept is found again under the same key, and only there."""

from __future__ import annotations

from pathlib import Path

from tests.bench._codecs_arms import ARMS
from tests.bench._codecs_jobs import Job, shuffled, sources_of
from tests.bench._codecs_kept import Kept, below
from tests.bench._codecs_live import SOURCES as live_sources
from tests.bench._codecs_loss import SOURCES as loss_sources
from tests.bench._codecs_rate import SOURCES as rate_sources
from tests.bench._common import ROOT


def test_a_result_is_found_under_its_key(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    kept.put({"a": 1, "b": "x"}, [{"share": 0.5}])
    assert kept.get({"b": "x", "a": 1}) == [{"share": 0.5}]
    assert kept.get({"a": 2, "b": "x"}) is None
    assert [file.suffix for file in tmp_path.rglob("*.*")] == [".json"]


def test_the_sources_of_every_arm_exist() -> None:
    for arm in ARMS:
        assert all((ROOT / path).is_file() for path in sources_of(arm)), arm.name


def test_an_aimed_arm_depends_on_what_aims_it_and_a_plain_one_does_not() -> None:
    by_name = {arm.name: sources_of(arm) for arm in ARMS}
    assert "codecs/artic_codecs/layout_mark.py" in by_name["packed, VP8, 5 fps"]
    assert not any(path.startswith("codecs/") for path in by_name["uniform, 30 fps"])


def test_clips_come_one_after_another_and_every_arm_once() -> None:
    jobs = [Job(arm, Path("set"), clip, (1e5,), Path("kept")) for clip in "ab" for arm in ARMS]
    mixed = shuffled(jobs, 1)
    assert [job.clip for job in mixed] == ["a"] * len(ARMS) + ["b"] * len(ARMS)
    assert {(job.clip, job.arm.name) for job in mixed} == {(j.clip, j.arm.name) for j in jobs}
    assert shuffled(jobs, 1) == mixed


def test_sources_below_a_folder_are_files_of_the_tree() -> None:
    paths = below("codecs/artic_codecs", "articgw/page")
    assert {"codecs/artic_codecs/pack.py", "articgw/page/packing.js"} <= paths
    assert all((ROOT / path).is_file() for path in paths)


def test_what_a_kept_result_may_rest_on_exists() -> None:
    for path in rate_sources | loss_sources | live_sources:
        assert (ROOT / path).is_file(), path
