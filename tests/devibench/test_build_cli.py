"""``devibench build``, from argv to exit status."""

from __future__ import annotations

from pathlib import Path

import pytest

from devibench.cli import main
from tests.devibench.build.conftest import write_film


@pytest.fixture
def videos(tmp_path: Path) -> Path:
    folder = tmp_path / "videos"
    folder.mkdir()
    write_film(folder / "gate.mp4", "GATE 7")
    return folder


MODELS = ["--generator", "scripted", "--filter", "scripted", "--verifier", "embedded"]


def test_a_generator_that_repeats_the_prompt_is_told_of(
    videos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "set"
    models = ["--generator", "scripted", "--filter", "scripted ", "--verifier", "scripted"]
    assert main(["build", str(videos), str(out), *models, "--seconds", "1"]) == 0
    said = capsys.readouterr().out
    assert "1 x unknown task type" in said
    assert "0 questions" in said
    assert (out / "review.html").is_file()
    assert (out / "dataset" / "devibench_v2_open.csv").is_file()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--verifier", "scripted"], "a second opinion needs another model"),
        (["--bitrate", "12"], "--bitrate 12: at least 10000"),
        (["--generator", "nobody"], "'nobody' is none of"),
    ],
)
def test_what_cannot_work_ends_with_2(
    videos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str],
    message: str,
) -> None:  # fmt: skip
    assert main(["build", str(videos), str(tmp_path / "set"), *MODELS, *arguments]) == 2
    assert message in capsys.readouterr().err


def test_a_folder_that_is_none_ends_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", str(tmp_path / "nowhere"), str(tmp_path / "set"), *MODELS]) == 2
    assert "is not a folder" in capsys.readouterr().err
