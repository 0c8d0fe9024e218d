from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from artic_codecs.grid import Grid
from artic_codecs.patches import PatchMap
from articgw.errors import ConfigError
from articgw.image_text import (
    FILES,
    MOST_REGIONS,
    Cosines,
    ImageText,
    ImageTextScout,
    places_in,
)
from articgw.scout import Scout
from tests.articgw.backends.embedded import tiny_clip as tiny
from tests.articgw.backends.embedded.pictures import Plate, draw, frame, rgb

QUESTION = "What does the exit sign say?"
PICTURE = draw([Plate((0.3, 0.4), "EXIT 12", 26, "red", "white")])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.write(tmp_path_factory.mktemp("clip"))


def test_a_question_and_a_picture_make_a_map_of_cosines_and_that_a_map_of_quantisers(
    folder: Path,
) -> None:
    model = ImageText.load(folder)
    cosines = model.cosines(QUESTION, rgb(PICTURE))
    assert cosines.shape == (tiny.SIDE, tiny.SIDE)
    assert np.abs(cosines).max() <= 1 + 1e-5 and cosines.std() > 0
    assert (model.cosines("Where is the dog?", rgb(PICTURE)) != cosines).any()
    grid = Grid((960, 540))
    offsets = PatchMap().offsets(cosines, grid)
    assert offsets.shape == grid.shape and offsets.min() == 0.0


def test_what_stands_out_is_a_place() -> None:
    cosines = np.full((7, 7), 0.2, np.float32)
    cosines[1, 4:6] = 0.3
    cosines[5, 0] = 0.27
    first, second = places_in(cosines)
    assert first.box == pytest.approx((4 / 7, 1 / 7, 6 / 7, 2 / 7))
    assert second.box == pytest.approx((0, 5 / 7, 1 / 7, 6 / 7))
    assert first.priority == 1.0 > second.priority > 0


@pytest.mark.parametrize("value", [0.2, np.nan, np.inf])
def test_nothing_stands_out_of_what_is_flat_or_broken(value: float) -> None:
    assert places_in(np.full((7, 7), value, np.float32)) == ()


@given(arrays(np.float32, (5, 5), elements=st.floats(-1, 1, width=32)))
def test_places_lie_in_the_picture_best_first(
    cosines: Cosines,
) -> None:
    places = places_in(cosines)
    assert len(places) <= MOST_REGIONS
    priorities = [place.priority for place in places]
    assert priorities == sorted(priorities, reverse=True)
    for x0, y0, x1, y1 in (place.box for place in places):
        assert 0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1
    assert all(0 < priority <= 1 for priority in priorities)


async def test_it_scouts_once_it_is_loaded(folder: Path) -> None:
    scout = ImageTextScout(folder)
    assert isinstance(scout, Scout)
    assert await scout.spot(QUESTION, frame(PICTURE), None) == ()
    async with asyncio.timeout(20):
        while not (regions := await scout.spot(QUESTION, frame(PICTURE, 3.0), None)):
            await asyncio.sleep(0)
    assert {region.frame_t for region in regions} == {3.0}
    await scout.close()
    await scout.close()
    assert await scout.spot(QUESTION, frame(PICTURE), None) == ()


async def test_what_is_damaged_is_said_and_finds_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tiny.write(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"\x10\0\0\0\0\0\0\0{}")
    scout = ImageTextScout(tmp_path)
    scout.wake()
    with caplog.at_level(logging.WARNING):
        await scout.close()
    assert await scout.spot(QUESTION, frame(PICTURE), None) == ()
    assert "no CLIP" in caplog.text


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_said_at_once(name: str, tmp_path: Path) -> None:
    tiny.write(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(ConfigError, match=name):
        ImageTextScout(tmp_path)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("config.json", "[]"),
        ("config.json", '{"vision_config": {"hidden_act": "gelu"}}'),
        ("vocab.json", "{}"),
        ("vocab.json", "no JSON"),
        ("model.safetensors", ""),
    ],
)
def test_files_of_something_else_are_refused(name: str, text: str, tmp_path: Path) -> None:
    tiny.write(tmp_path)
    (tmp_path / name).write_text(text)
    with pytest.raises(ConfigError, match="image_text_model"):
        ImageText.load(tmp_path)
