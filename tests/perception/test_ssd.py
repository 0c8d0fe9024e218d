from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from artic_perception.ssd import Ssd, suppress


def test_suppression_keeps_one_box_per_object_and_class() -> None:
    boxes = np.array(
        [[0, 0, 0.5, 0.5], [0.02, 0, 0.5, 0.5], [0.6, 0.6, 0.9, 0.9], [0.3, 0.3, 0.3, 0.4]],
        np.float32,
    )
    assert suppress(boxes, np.array([1, 1, 1, 1]), 0.5).tolist() == [0, 2]
    assert suppress(boxes, np.array([1, 2, 1, 1]), 0.5).tolist() == [0, 1, 2]


def test_bytes_that_are_no_network(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="not a network"):
        Ssd(b"weights", b"graph", ("person",))
    capfd.readouterr()


@pytest.fixture(scope="module")
def detector() -> Ssd:
    from articgw.models import FILES, default_models_dir, missing

    folder = Path(os.environ.get("ARTICGW_MODELS_DIR", default_models_dir()))
    if missing(folder):
        pytest.skip("the detector is not there: articgw models fetch")
    weights, graph, labels = ((folder / name).read_bytes() for name in FILES)
    return Ssd(weights, graph, tuple(labels.decode().splitlines()))


def test_photographs(detector: Ssd) -> None:
    from skimage import data

    for name, label in (("astronaut", "person"), ("chelsea", "cat"), ("coffee", "cup")):
        assert label in detector.see(getattr(data, name)()).labels
    assert len(detector.see(np.full((72, 128, 3), 127, np.uint8))) == 0
