from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from devibench.cli import main

SMALL = ["--size", "320x180", "--seconds", "0.4", "--fps", "10"]


def test_make_then_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "day1"
    assert main(["make-sample", str(out), "--seed", "3", "--clips", "1", *SMALL]) == 0
    assert "1 clips" in capsys.readouterr().out
    assert main(["check", str(out)]) == 0
    assert "day1" in capsys.readouterr().out


def test_check_lists_the_problems_and_their_number(
    own_set: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (own_set / "set.json").write_text("{}")
    assert main(["check", str(own_set)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "4 problems"
    assert all(line.startswith(f"{own_set / 'set.json'}:1: ") for line in lines[:-1])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--seed", "-1", "--clips", "1"], "--seed -1: must be 0 or more"),
        (["--seed", "1", "--clips", "0"], "--clips 0: must be 1 to 1000"),
        (["--seed", "1", "--clips", "1", "--size", "big"], "write WIDTHxHEIGHT"),
        (["--seed", "1", "--clips", "1", "--size", "321x200"], "must be even"),
        (["--seed", "1", "--clips", "1", "--fps", "0"], "--fps 0: must be 1 to 120"),
        (["--seed", "1", "--clips", "1", "--seconds", "0"], "--seconds 0.0: must make"),
        (["--seed", "1", "--clips", "1", "--seconds", "1e400"], "--seconds inf: must make"),
    ],
)
def test_a_setting_that_cannot_work_exits_2(
    tmp_path: Path, arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["make-sample", str(tmp_path / "out"), *arguments]) == 2
    assert says in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_folder_in_use_is_not_written_to(
    made_set: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["make-sample", str(made_set), "--seed", "1", "--clips", "1"]) == 2
    assert "choose another or empty it" in capsys.readouterr().err


def test_no_set_exits_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path / "nowhere")]) == 2
    assert "is not a folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [[], ["fly"], ["make-sample", "out"], ["make-sample", "out", "--seed", "x"]]
)
def test_wrong_arguments_exit_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(arguments)
    assert raised.value.code == 2
    assert "error:" in capsys.readouterr().err


@pytest.mark.parametrize("command", [[], ["make-sample"], ["check"]])
def test_help_has_an_example(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main([*command, "--help"])
    assert raised.value.code == 0
    assert "\n  devibench " in capsys.readouterr().out


def test_it_is_a_module_and_starts_without_the_extras() -> None:
    code = (
        "import sys, devibench.cli, devibench.clipset, devibench.framenumber\n"
        "heavy = {'av', 'cv2', 'skimage', 'matplotlib', 'PIL', 'yaml', 'jsonschema'}\n"
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    shown = subprocess.run(
        [sys.executable, "-m", "devibench", "--help"], check=True, capture_output=True, text=True
    )
    assert "make-sample" in shown.stdout


def test_network_prints_a_line_per_policy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thin.csv").write_text("time_s,mbps\n0.0,1\n0.1,2\n")
    options = ["--policies", "ours,cap", "--seconds", "3"]
    assert main(["network", str(tmp_path), *options]) == 0
    out = capsys.readouterr().out
    assert "Overall" in out and "thin" in out


@pytest.mark.parametrize("options", [["--fps", "0"], ["--seconds", "1e400"], ["--policies", "x"]])
def test_network_with_a_setting_that_cannot_work_exits_2(
    tmp_path: Path, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thin.csv").write_text("time_s,mbps\n0.0,1\n0.1,2\n")
    assert main(["network", str(tmp_path), *options]) == 2
    assert "devibench: " in capsys.readouterr().err
