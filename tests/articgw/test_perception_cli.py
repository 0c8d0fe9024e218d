"""`articgw perception profile`, with a detector whose file finds the same on every picture."""

from __future__ import annotations

from pathlib import Path

import pytest

from articgw.cli import main
from articgw.perception.profiles import default_profile
from articgw.perception.profiling import run as profile_run
from articgw.perception.profiling.file import load, this_machine
from tests.helpers.detector_files import corners

CUP = corners([(16, 16, 64, 64, 0.9, 0)], names=("cup",), size=128)
BLIND = corners([], names=("cup",), size=128)


@pytest.fixture(autouse=True)
def _short_film(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profile_run, "MOST_FRAMES", 18)
    for name in ("ARTICGW_DETECT_MODEL", "ARTICGW_MODELS_DIR"):
        monkeypatch.delenv(name, raising=False)


def test_a_profile_is_measured_and_lies_where_serve_looks_for_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "cups.onnx").write_bytes(CUP)
    argv = ["--detect_model", str(tmp_path / "cups.onnx"), "--models_dir", str(tmp_path)]
    assert main(["perception", "profile", *argv]) == 0
    profile = load(default_profile(tmp_path, "cups"))
    assert profile.machine == this_machine()
    assert {one.detector.size_px for one in profile.branches} == {128}
    printed = capsys.readouterr().out
    assert "worth having" in printed and "perception-cups.json" in printed.replace("\n", "")


BAD = [
    ("no detector", None, [], "models fetch"),
    ("a blind one", BLIND, [], "nothing was found"),
    ("no film", CUP, ["--film", "gone.mp4"], "gone.mp4"),
    ("junk", b"junk", [], "cannot be used"),
]


@pytest.mark.parametrize(("sentence", "model", "more", "says"), BAD, ids=[row[0] for row in BAD])
def test_what_cannot_be_profiled_is_said_and_exits_with_2(
    sentence: str,
    model: bytes | None,
    more: list[str],
    says: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    argv = ["--models_dir", str(tmp_path), *more]
    if model is not None:
        (tmp_path / "m.onnx").write_bytes(model)
        argv += ["--detect_model", str(tmp_path / "m.onnx")]
    assert main(["perception", "profile", *argv]) == 2
    assert says in capsys.readouterr().err
