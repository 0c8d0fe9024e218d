from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from articgw.errors import ConfigError
from articgw.perception.jobs import Look, Ready, Setup, Sighting
from articgw.perception.process import load_sight
from articgw.perception.weights import Weights
from tests.helpers.detector_files import corners

CUP = corners([(16, 16, 32, 32, 0.9, 0)], names=("cup",))


def test_what_a_process_loads_looks_at_pictures_of_any_kind(tmp_path: Path) -> None:
    (tmp_path / "cups.onnx").write_bytes(CUP)
    ready, settle, do = load_sight(Setup(Weights(tmp_path / "cups.onnx"), tmp_path))
    settle()
    assert isinstance(ready, Ready) and "cups" in ready.about
    for number, (height, width) in enumerate([(360, 640), (2, 2), (640, 2)]):
        black = np.zeros((height * 3 // 2, width), np.uint8)
        seen = do(Look(number, black, 1.0, 1000.0))
        assert isinstance(seen, Sighting)
        assert all(0 <= side <= 1 for thing in seen.things for side in thing.box)


def test_a_detector_of_no_use_is_a_setting_that_cannot_work(tmp_path: Path) -> None:
    (tmp_path / "bad.onnx").write_bytes(b"junk")
    with pytest.raises(ConfigError, match="bad.onnx"):
        load_sight(Setup(Weights(tmp_path / "bad.onnx"), tmp_path))
