"""`articgw models`: which action is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from articgw import models, models_export
from articgw.cli import main


def test_fetch_goes_where_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []
    monkeypatch.setattr(models, "fetch", lambda folder, report: asked.append(folder))
    monkeypatch.setenv("ARTICGW_MODELS_DIR", str(tmp_path / "env"))
    assert main(["models", "fetch"]) == 0
    assert main(["models", "fetch", "--models_dir", str(tmp_path / "flag")]) == 0
    assert [path.name for path in asked] == ["env", "flag"]


def test_export_takes_a_model_and_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Path, Path]] = []
    monkeypatch.setattr(
        models_export, "export", lambda model, out, report: asked.append((model, out))
    )
    assert main(["models", "export", "a.pt", "--out", "b.onnx"]) == 0
    assert asked == [(Path("a.pt"), Path("b.onnx"))]


def test_a_missing_model_is_said_and_exits_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", "export", str(tmp_path / "no.pt"), "--out", "b.onnx"]) == 2
    assert "there is no file" in capsys.readouterr().err


@pytest.mark.parametrize("argv", [[], ["dance"], ["export", "a.pt"]])
def test_half_a_command_exits_with_2(argv: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["models", *argv])
    assert caught.value.code == 2


@pytest.mark.parametrize("action", ["fetch", "export"])
def test_each_action_has_examples(action: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["models", action, "--help"])
    assert f"  articgw models {action}" in capsys.readouterr().out
