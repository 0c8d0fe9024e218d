"""A call in which objects are looked for, in a real process."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import psutil
import pytest

from articgw.config import Config
from articgw.errors import ConfigError
from articgw.perception.detecting import Detecting, SharedDetecting, detecting_for
from articgw.perception.weights import NO_WEIGHTS
from articgw.protocol import AnswerDone, Ask, Objects
from articgw.testing import ScriptedBackend, Turn, loopback_call, picture
from tests.helpers.detector_files import Row, corners

pytestmark = pytest.mark.integration

CUP: Row = (96.0, 96.0, 192.0, 192.0, 0.9, 0)
"""In pixels of the largest picture that a detector gets."""
SLO_MS = 5000.0
CALL = Config(detect_ms=SLO_MS)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "cups.onnx"
    path.write_bytes(corners([CUP], names=("cup",)))
    return path


async def test_boxes_of_the_newest_frame_reach_the_client(model: Path) -> None:
    detecting = detecting_for(SLO_MS, model, None)
    backend = _backend()
    async with loopback_call(backend, config=CALL, detecting=detecting, can=("objects",)) as peer:
        for _ in range(3):
            peer.clock.advance(0.2)
            frame = peer.show(picture(640, 384), age_s=0.05)
            told = await peer.hears(Objects)
            (box,) = told.boxes
            assert (box.label, box.score) == ("cup", 0.9)
            assert box.box == pytest.approx((0.1, 1 / 6, 0.2, 1 / 3), abs=1e-3)
            assert told.age_ms == pytest.approx(1000 * (peer.clock() - frame.captured_t), abs=1)
            assert not told.late
        peer.say(Ask(id="1", text="Where is the cup?"))
        await peer.hears(AnswerDone)
        assert backend.prompts[-1].objects == "1 cup"
        assert "1 cup" in backend.prompts[-1].words
    await detecting.close()
    await detecting.close()


async def test_a_client_that_cannot_show_boxes_is_not_told_of_them(model: Path) -> None:
    detecting = detecting_for(SLO_MS, model, None)
    async with loopback_call(_backend(), config=CALL, detecting=detecting) as peer:
        peer.show(picture(640, 384))
        await _once(detecting)
        peer.say(Ask(id="1", text="?"))
        await peer.hears(AnswerDone)
        assert not any(isinstance(message, Objects) for message in peer.heard)
    await detecting.close()


async def test_two_calls_share_one_process(model: Path) -> None:
    detecting = detecting_for(SLO_MS, model, None)
    can = ("objects",)
    async with (
        loopback_call(_backend(), config=CALL, detecting=detecting, can=can) as one,
        loopback_call(_backend(), config=CALL, detecting=detecting, can=can) as other,
    ):
        for peer in (one, other):
            peer.show(picture(640, 384))
        for peer in (one, other):
            assert (await peer.hears(Objects)).boxes
        assert isinstance(detecting, SharedDetecting) and detecting.pid is not None
        process = psutil.Process(detecting.pid)
        assert process.nice() < 10
    await detecting.close()
    assert not process.is_running()


async def test_a_process_that_dies_is_started_again(model: Path) -> None:
    detecting = detecting_for(SLO_MS, model, None)
    can = ("objects",)
    async with loopback_call(_backend(), config=CALL, detecting=detecting, can=can) as peer:
        peer.show(picture(640, 384))
        await peer.hears(Objects)
        assert isinstance(detecting, SharedDetecting) and detecting.pid is not None
        psutil.Process(detecting.pid).kill()
        for _ in range(200):
            peer.clock.advance(0.2)
            peer.show(picture(640, 384))
            await asyncio.sleep(0.05)
            if any(isinstance(message, Objects) for message in peer.heard[-1:]):
                break
        else:
            pytest.fail("no boxes after the process died")
    await detecting.close()


BAD = [
    ("corrupt", b"not a model at all", "ONNX Runtime can load"),
    ("another count of kinds", corners([(0, 0, 9, 9, 0.9, 7)], names=("cup",)), "names 1 kinds"),
]


@pytest.mark.parametrize(("sentence", "contents", "says"), BAD, ids=[row[0] for row in BAD])
async def test_a_model_of_no_use_is_said_and_the_call_goes_on(
    sentence: str, contents: bytes, says: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "bad.onnx"
    path.write_bytes(contents)
    detecting = detecting_for(SLO_MS, path, None)
    async with loopback_call(_backend(), config=CALL, detecting=detecting) as peer:
        with caplog.at_level(logging.WARNING):
            peer.show(picture(640, 384))
            await _once(detecting)
        peer.say(Ask(id="1", text="?"))
        await peer.hears(AnswerDone)
    assert says in detecting.off
    assert says in caplog.text and str(path) in caplog.text
    await detecting.close()


async def test_without_any_weights_the_call_goes_on_and_the_log_says_what_to_do(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    detecting = detecting_for(SLO_MS, None, tmp_path)
    assert NO_WEIGHTS in caplog.text and detecting.off == NO_WEIGHTS
    async with loopback_call(_backend(), config=CALL, detecting=detecting) as peer:
        peer.show(picture(640, 384))
        peer.say(Ask(id="1", text="?"))
        await peer.hears(AnswerDone)


def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        detecting_for(SLO_MS, tmp_path / "no.onnx", None)


def _backend() -> ScriptedBackend:
    return ScriptedBackend(lambda prompt: Turn("Here."))


async def _once(detecting: Detecting) -> None:
    """Until the detector is known to work, or not to."""
    for _ in range(400):
        if detecting.off or (isinstance(detecting, SharedDetecting) and detecting.is_ready):
            return
        await asyncio.sleep(0.05)
    pytest.fail("the detector neither started nor failed")
