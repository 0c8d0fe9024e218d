from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np

from articgw.backends.embedded.aim import Aim
from articgw.backends.embedded.jobs import Ask, Failed, Look, Ready, Seek, Setup, Sought
from tests.articgw.backends.embedded.pictures import scene, sign


def test_messages_survive_the_pipe() -> None:
    yuv = np.zeros((12, 8), np.uint8)
    glimpse = scene(sign("EXIT", (0.1, 0.1, 0.2, 0.2)))
    for message in (Setup(Path("models")), Ready(True), Failed("why")):
        assert pickle.loads(pickle.dumps(message)) == message
    ask = pickle.loads(pickle.dumps(Ask(yuv, 1.0, "what?", glimpse)))
    assert ask.glimpse == glimpse and ask.yuv.shape == (12, 8)
    assert pickle.loads(pickle.dumps(Look(yuv, 2.0))).captured_t == 2.0


def test_what_is_sought_survives_the_pipe() -> None:
    for message in (
        Seek("where?", None, 1.0, scene()),
        Sought(1.0, (Aim((0.1, 0.1, 0.2, 0.2), 0.5, None, "text"),)),
    ):
        assert pickle.loads(pickle.dumps(message)) == message
