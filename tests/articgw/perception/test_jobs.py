from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from articgw.perception.jobs import Look, Ready, Setup, Sighting, Thing
from articgw.perception.machine import Busy
from articgw.perception.weights import Weights

MESSAGES = [
    Setup(Weights(Path("a.onnx")), Path("models"), Path("profile.json")),
    Ready(spots_objects=True, about="a"),
    Sighting(
        1.0, 0.9, (Thing((0, 0, 1, 1), "cup", 0.5, 7),), "b", "first", 3.0, False, Busy(1, 1, 1, 1)
    ),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda one: type(one).__name__)
def test_messages_survive_the_pipe(message: object) -> None:
    assert pickle.loads(pickle.dumps(message)) == message


def test_a_picture_survives_the_pipe() -> None:
    yuv = np.arange(12, dtype=np.uint8).reshape(3, 4)
    sent: Look = pickle.loads(pickle.dumps(Look(3, yuv, 1.0, 100.0)))
    np.testing.assert_array_equal(sent.yuv, yuv)
    assert (sent.call, sent.kind) == (3, "frame")
