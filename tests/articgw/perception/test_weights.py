from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from articgw.backends.embedded.spotter import GRAPH, LABELS, WEIGHTS
from articgw.errors import ConfigError
from articgw.perception.weights import SIDES_PX, Weights, find, load
from tests.helpers.detector_files import columns, corners

CUP = corners([(16, 16, 32, 32, 0.9, 0)], names=("cup",))


def test_the_users_own_file_goes_first(tmp_path: Path) -> None:
    model = tmp_path / "mine.onnx"
    model.write_bytes(CUP)
    assert find(model, None) == Weights(model)
    detector = load(Weights(model))
    assert (detector.model, detector.sides_px) == ("mine", SIDES_PX)
    assert "licence not stated" in detector.about
    seen = detector.see(np.zeros((160, 160, 3), np.uint8), 160)
    assert seen.labels == ("cup",)


def test_a_file_for_one_size_has_one_size(tmp_path: Path) -> None:
    model = tmp_path / "fixed.onnx"
    model.write_bytes(corners([], size=128))
    assert load(Weights(model)).sides_px == (128,)


def test_what_was_fetched_is_found_whole_or_not_at_all(tmp_path: Path) -> None:
    assert find(None, None) is None
    for name in (WEIGHTS, GRAPH):
        (tmp_path / name).write_bytes(b"")
    assert find(None, tmp_path) is None
    (tmp_path / LABELS).write_text("person\n")
    assert find(None, tmp_path) == Weights(tmp_path)
    with pytest.raises(ConfigError, match="cannot be used"):
        load(Weights(tmp_path))


def test_a_pt_file_is_told_to_be_exported(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"articgw models export .*yolo.pt --out yolo.onnx"):
        find(tmp_path / "yolo.pt", tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone.onnx: there is no such file"):
        find(tmp_path / "gone.onnx", tmp_path)


BAD = [("corrupt", b"junk"), ("another count of kinds", columns([], 3, names=("cup",)))]


@pytest.mark.parametrize(("sentence", "contents"), BAD, ids=[row[0] for row in BAD])
def test_a_file_of_no_use_is_named(sentence: str, contents: bytes, tmp_path: Path) -> None:
    (tmp_path / "bad.onnx").write_bytes(contents)
    with pytest.raises(ConfigError, match=r"bad.onnx cannot be used"):
        load(Weights(tmp_path / "bad.onnx"))
