"""What `articgw models export` makes of a file, with and without ultralytics behind it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

from articgw.errors import ConfigError
from articgw.models_export import OFFLINE, SIDE_PX, by_ultralytics, export
from tests.helpers.detector_files import corners

GOOD = corners([(0, 0, 9, 9, 0.9, 0)], names=("cup",))


class Exporter:
    """Writes the same bytes for every model, and notes what it was given."""

    def __init__(self, made: bytes = GOOD) -> None:
        self.made = made
        self.given: list[bytes] = []

    def __call__(self, model: Path, folder: Path) -> Path:
        self.given.append(model.read_bytes())
        out = folder / "made.onnx"
        out.write_bytes(self.made)
        return out


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "mine.pt"
    path.write_bytes(b"weights")
    return path


def test_the_result_is_tried_and_written_with_what_it_says_of_itself(
    model: Path, tmp_path: Path
) -> None:
    said, exporter, out = list[str](), Exporter(), tmp_path / "new" / "mine.onnx"
    assert export(model, out, said.append, exporter) == out
    assert out.read_bytes() == GOOD
    assert exporter.given == [b"weights"]
    assert "trust" in said[0]
    assert "1 kinds" in said[-1] and "licence: not stated" in said[-1]
    assert [path.name for path in out.parent.iterdir()] == ["mine.onnx"]


def test_a_result_of_no_use_is_not_written(model: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="of no use"):
        export(model, tmp_path / "out.onnx", print, Exporter(b"garbled"))
    assert [path.name for path in tmp_path.iterdir()] == ["mine.pt"]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no file .*gone.pt"):
        export(tmp_path / "gone.pt", tmp_path / "out.onnx", print, Exporter())


def test_a_place_that_cannot_be_written_to_is_named(model: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be written"):
        export(model, model / "out.onnx", print, Exporter())


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*OFFLINE, "YOLO_CONFIG_DIR"):
        monkeypatch.setenv(name, "of old")


@pytest.mark.parametrize("gone", ["onnx", "ultralytics"])
@pytest.mark.usefixtures("settings")
def test_without_the_extra_the_command_to_get_it_is_said(
    gone: str, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("onnx", "ultralytics"):
        monkeypatch.setitem(sys.modules, name, None if name == gone else ModuleType(name))
    with pytest.raises(ConfigError, match="pip install"):
        by_ultralytics(model, tmp_path)


class Ultralytics(ModuleType):
    """As much of it as is used."""

    def __init__(self) -> None:
        super().__init__("ultralytics")
        self.asked: dict[str, object] = {}
        self.fails = False

    def YOLO(self, path: str) -> Ultralytics:
        if self.fails:
            raise RuntimeError("\n not a checkpoint \nmore of it")
        return self

    def export(self, **asked: object) -> str:
        self.asked = asked
        return "made.onnx"


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch, settings: None) -> Ultralytics:
    made = Ultralytics()
    monkeypatch.setitem(sys.modules, "onnx", ModuleType("onnx"))
    monkeypatch.setitem(sys.modules, "ultralytics", made)
    return made


def test_ultralytics_is_asked_for_any_size_and_stays_off_the_network(
    library: Ultralytics, model: Path, tmp_path: Path
) -> None:
    assert by_ultralytics(model, tmp_path) == Path("made.onnx")
    assert library.asked == {"format": "onnx", "imgsz": SIDE_PX, "dynamic": True, "nms": False}
    assert {name: os.environ[name] for name in OFFLINE} == OFFLINE
    assert os.environ["YOLO_CONFIG_DIR"] == str(tmp_path)


def test_what_ultralytics_cannot_load_is_said_in_one_line(
    library: Ultralytics, model: Path, tmp_path: Path
) -> None:
    library.fails = True
    with pytest.raises(ConfigError, match="RuntimeError: not a checkpoint$"):
        by_ultralytics(model, tmp_path)
