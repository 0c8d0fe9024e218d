"""The command writes what the gateway reads."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from articgw.backends.calibrated import read_table
from devibench.cli import main
from devibench.evaluate.store import open_run
from devibench.samples import RunMeta
from tests.devibench.test_calibration import lines

META = RunMeta("set", "f00d", ("a",), "embedded", "words", 1, "0", 40)


def test_a_table_is_written_for_the_gateway(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = open_run(tmp_path / "run", META)
    for line in lines(40, 0.5):
        store.append(line)
    out = tmp_path / "table.json"
    assert main(["calibrate", str(tmp_path / "run"), "--out", str(out)]) == 0
    assert "40 answers" in capsys.readouterr().out
    assert read_table(out).backend == "embedded"


@pytest.mark.parametrize(("option", "said"), [("guess", "--source"), ("", "only 0 answers")])
def test_what_cannot_work_is_said(
    tmp_path: Path, option: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    open_run(tmp_path / "run", META)
    wanted = ["calibrate", str(tmp_path / "run"), "--out", str(tmp_path / "t.json")]
    assert main([*wanted, "--source", option]) == 2
    assert said in capsys.readouterr().err


def test_runs_of_two_models_make_no_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("one", "two"):
        open_run(tmp_path / name, msgspec.structs.replace(META, backend=name))
    runs = [str(tmp_path / name) for name in ("one", "two")]
    assert main(["calibrate", *runs, "--out", str(tmp_path / "t.json")]) == 2
    assert "2 back ends" in capsys.readouterr().err
