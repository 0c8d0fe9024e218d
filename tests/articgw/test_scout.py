from __future__ import annotations

import asyncio
import importlib.util
from importlib.machinery import ModuleSpec
from pathlib import Path

import psutil
import pytest

from artic_codecs import Region
from articgw.backends.embedded import EmbeddedBackend, seeking
from articgw.backends.embedded.worker import Worker
from articgw.backends.scripted import ScriptedBackend, echo
from articgw.errors import BackendUnavailable, ConfigError
from articgw.frame import Frame
from articgw.scout import ElseScout, NoScout, OwnScout, Scout, scout_for
from tests.articgw.backends.embedded import tiny_clip
from tests.articgw.backends.embedded.pictures import Plate, box_px, draw, frame

PLATE = Plate((0.3, 0.4), "EXIT 12", 26, "red", "white")
PICTURE = draw([PLATE])


def test_who_can_scout_scouts(tmp_path: Path) -> None:
    backend = EmbeddedBackend(tmp_path)
    assert scout_for(backend, tmp_path) is backend
    assert isinstance(NoScout(), Scout)


async def test_in_front_of_another_model_one_of_our_own(tmp_path: Path) -> None:
    backend = ScriptedBackend(echo)
    assert isinstance(scout_for(backend, tmp_path), OwnScout)
    assert isinstance(scout_for(backend, None), NoScout)


@pytest.mark.parametrize("missing", ["rapidocr", "onnxruntime"])
def test_none_where_its_packages_are_not_installed(
    missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec

    def without(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == missing else find(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", without)
    assert isinstance(scout_for(ScriptedBackend(echo), tmp_path), NoScout)


async def test_who_does_not_scout_finds_nothing() -> None:
    scout = NoScout()
    scout.wake()
    assert not scout.spare
    assert await scout.spot("What does the red sign say?", frame(PICTURE), None) == ()
    await scout.close()


async def test_one_that_cannot_start_says_so_and_finds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def refuse(worker: Worker) -> None:
        raise BackendUnavailable("no such model")

    monkeypatch.setattr(Worker, "start", refuse)
    scout = OwnScout(tmp_path)
    scout.wake()
    assert scout._starting is not None
    await scout._starting
    assert await scout.spot("What does the sign say?", frame(PICTURE), None) == ()
    assert "no such model" in caplog.text
    await scout.close()


@pytest.mark.integration
async def test_it_starts_when_a_call_begins_and_leaves_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seeking, "PATIENCE_S", 30.0)
    scout = OwnScout(tmp_path)
    assert not scout.spare
    look = frame(PICTURE, captured_t=5.0)
    assert await scout.spot("What does the red sign say?", look, "a glimpse of another") == ()
    assert scout._starting is not None
    await scout._starting
    assert scout.spare
    (region,) = await scout.spot("What does the red sign say?", look, None)
    x0, y0, x1, y1 = box_px(PLATE)
    assert region.box[0] <= x0 / 960 + 0.01 and region.box[2] >= x1 / 960 - 0.01
    assert region.box[1] <= y0 / 540 + 0.01 and region.box[3] >= y1 / 540 - 0.01
    assert (region.frame_t, region.expires_t) == (5.0, 5.0 + seeking.EXPIRY_S)
    await scout.close()
    await scout.close()
    assert not psutil.Process().children(recursive=True)


async def test_closed_before_it_was_needed(tmp_path: Path) -> None:
    await OwnScout(tmp_path).close()


async def test_the_image_text_model_is_asked_where_nothing_read_fits(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="model.safetensors"):
        scout_for(ScriptedBackend(echo), None, tmp_path)
    scout = scout_for(ScriptedBackend(echo), None, tiny_clip.write(tmp_path))
    assert not scout.spare, "it has not loaded"
    async with asyncio.timeout(20):
        while not (regions := await scout.spot("A red sign", frame(PICTURE), None)):
            await asyncio.sleep(0)
    assert {region.min_text_px for region in regions} == {None}
    assert scout.spare
    await scout.close()


async def test_what_the_first_finds_is_not_sought_again() -> None:
    first = Region((0.1, 0.1, 0.2, 0.2), 1.0, 1.0, 9.0)

    class Knows(NoScout):
        spare = True

        async def spot(
            self, question: str, frame: Frame, glimpse: object | None
        ) -> tuple[Region, ...]:
            return (first,)

    for both in (ElseScout(Knows(), NoScout()), ElseScout(NoScout(), Knows())):
        assert await both.spot("", frame(PICTURE), None) == (first,)
        assert both.spare == isinstance(both._both[0], Knows)
        both.wake()
        await both.close()
