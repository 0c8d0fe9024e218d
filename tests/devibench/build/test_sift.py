"""Original right, degraded wrong, and a second model that agrees."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from articgw.backends import Prompt
from articgw.testing import ScriptedBackend, Turn
from devibench.build.degraded import Pair, _write
from devibench.build.ledger import Decision
from devibench.build.sift import (
    DISAGREES,
    RIGHT_ON_DEGRADED,
    WRONG_ON_ORIGINAL,
    sift,
    verify,
)
from devibench.build.wording import same_words

CANDIDATE = Decision("v@0#01", data={"question": "What gate?", "answer": "7"})


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    bright, dark = (np.full((64, 64, 3), level, np.uint8) for level in (250, 5))
    pair = Pair(bright, dark, 0.0)
    _write(tmp_path / "v.original.png", pair.original)
    _write(tmp_path / "v.degraded.png", pair.degraded)
    return tmp_path


def _model(bright: str, dark: str) -> ScriptedBackend:
    def script(prompt: Prompt) -> Turn:
        return Turn(bright if prompt.frame.yuv()[0, 0] > 128 else dark)

    return ScriptedBackend(script)


@pytest.mark.parametrize(
    ("bright", "dark", "reason", "asked"),
    [
        ("7", "1", "", 2),
        ("7", "7", RIGHT_ON_DEGRADED, 2),
        ("1", "7", WRONG_ON_ORIGINAL, 1),
    ],
)
async def test_the_filter(
    pictures: Path, bright: str, dark: str, reason: str, asked: int
) -> None:  # fmt: skip
    backend = _model(bright, dark)
    found = await sift(CANDIDATE, pictures, "v", backend, same_words, 1.0)
    assert (found.key, found.reason) == ("v@0#01", reason)
    assert len(backend.prompts) == asked
    assert found.data["on_original"] == bright


@pytest.mark.parametrize(("said", "reason"), [("It is 7", ""), ("8", DISAGREES)])
async def test_the_verifier_sees_the_original(pictures: Path, said: str, reason: str) -> None:
    found = await verify(CANDIDATE, pictures, "v", _model(said, "7"), same_words, 1.0)
    assert (found.reason, found.data) == (reason, {"verifier": said})
