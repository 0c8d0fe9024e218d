"""Traces are found and read, and policies compared."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from artic_abr.need import THRESHOLD
from artic_abr.simulation import Reader
from artic_abr.simulation.service import constant
from articgw.errors import ConfigError
from devibench.network import (
    compare,
    curves_of,
    drawn_curves,
    maker_of,
    read_trace,
    short_name,
    trace_files,
    trace_name,
)


def test_all_forms_are_found_at_any_depth(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.up.gz").write_bytes(gzip.compress(b"5\n9\n"))
    (tmp_path / "b.up").write_text("5\n9\n")
    (tmp_path / "c.csv").write_text("time_s,mbps\n0.0,1\n0.1,2\n")
    (tmp_path / "confidence.csv").write_text("i,a,b,c,d,e,f\n1,0,0,0.8,0.9,1,1\n")
    files = trace_files(tmp_path)
    assert sorted(trace_name(path) for path in files) == ["a", "b", "c"]
    assert all(read_trace(path).mean_bps > 0 for path in files)
    assert [curve.enough_bps() for curve in curves_of(tmp_path, 1)] == [610_000]


def test_a_recording_may_have_gaps_and_opportunities_are_whole_packets(tmp_path: Path) -> None:
    (tmp_path / "gap.csv").write_text("time_s,mbps\n5.0,8\n5.1,0\n7.0,8\n")
    gap = read_trace(tmp_path / "gap.csv")
    assert gap.when(99_000) == pytest.approx(0.099)
    assert gap.when(105_000) == pytest.approx(2.005)
    (tmp_path / "two.up").write_text("5\n5\n9\n")
    two = read_trace(tmp_path / "two.up")
    assert [two.at(t) for t in (0.0049, 0.006)] == [1500, 4500]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.csv", "time_s,mbps\n0,x\n", ":2: "),
        ("a.csv", "time_s,mbps\n0,1\n0.1,nan\n", ":3: "),
        ("a.csv", "time_s,mbps\n0,-1\n", ":2: "),
        ("a.csv", "time_s,mbps\n0,0\n1,0\n", "0 throughout"),
        ("a.up", "7\n3\n", ":2: "),
        ("a.up", "1\nx\n", ":2: "),
        ("a.up", "", ":1: "),
        ("a.up.gz", "7", ""),
    ],
)
def test_what_is_no_trace_is_named(tmp_path: Path, name: str, text: str, says: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(ConfigError, match=rf"{name}.*{says}"):
        read_trace(tmp_path / name)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="holds no"):
        trace_files(tmp_path)


def test_curves_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "confidence.csv").write_text("heading\n1,2\n")
    with pytest.raises(ConfigError, match="line 2"):
        curves_of(tmp_path, 1)


def test_drawn_curves_never_fall_and_reach_the_threshold() -> None:
    for curve in drawn_curves(4):
        assert list(curve.values) == sorted(curve.values)
        assert curve.values[-1] >= THRESHOLD


def test_ours_needs_less_than_all_that_is_allowed() -> None:
    outcomes = compare(
        {"flat": constant(5e6)}, ["ours", "all"], Reader(drawn_curves(1)),
        fps=30.0, seconds=20.0, seed=1,
    )  # fmt: skip
    ours, everything = outcomes
    assert ours.score.mean_bps < 0.5 * everything.score.mean_bps
    assert ours.ratio < 1.2


def test_a_policy_that_is_not_known_is_refused() -> None:
    with pytest.raises(ConfigError, match="no policy is called x"):
        compare({}, ["x"], Reader(drawn_curves(1)), fps=30.0, seconds=1.0, seed=1)


LEARNED = Path(__file__).parent / "learned_policy.py"


def test_a_learned_policy_is_replayed_beside_ours() -> None:
    names = ["ours", f"{LEARNED}:make", "all"]
    ours, learned, everything = compare(
        {"flat": constant(5e6)}, names, Reader(drawn_curves(1)), fps=30.0, seconds=20.0, seed=1
    )
    assert learned.policy == names[1] and short_name(names[1]) == "learned_policy.py-make"
    assert 150e3 < learned.score.mean_bps < everything.score.mean_bps
    assert learned.score.mean_bps != ours.score.mean_bps


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("theirs", "no policy is called theirs; there are ours"),
        ("nowhere.py:make", "nowhere.py:make: FileNotFoundError"),
        (f"{LEARNED}:absent", "defines no absent"),
        (f"{LEARNED}:nonsense", "makes a str, not"),
    ],
)
def test_what_is_no_policy_is_said(name: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        maker_of(name)
