from __future__ import annotations

import pytest
from PIL import ImageEnhance

from articgw.backends.embedded import boxes
from articgw.backends.embedded.eyes import Eyes
from tests.articgw.backends.embedded.pictures import Plate, box_px, draw, rgb


@pytest.mark.parametrize("capital_px", [12, 20, 40])
def test_heights_are_those_of_capitals(eyes: Eyes, capital_px: int) -> None:
    plate = Plate((0.5, 0.5), "STATION 42", capital_px, "blue", "white")
    (line,) = eyes._reader.read(rgb(draw([plate])))
    assert line.text.replace(" ", "") == "STATION42"
    assert line.score > 0.9
    assert line.height_px == pytest.approx(capital_px, rel=0.25)


def test_nothing_to_read(eyes: Eyes) -> None:
    assert eyes._reader.read(rgb(draw([]))) == ()


def test_it_makes_no_noise(eyes: Eyes, capfd: pytest.CaptureFixture[str]) -> None:
    eyes._reader.read(rgb(draw([])))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("light", [1.0, 0.25], ids=["day", "dim"])
def test_text_is_found_without_being_read(eyes: Eyes, light: float) -> None:
    plate = Plate((0.5, 0.5), "STATION 42", 16, "blue", "white")
    picture = ImageEnhance.Brightness(draw([plate])).enhance(light)
    (line,) = eyes._reader.hunt(rgb(picture))
    x0, y0, x1, y1 = box_px(plate)
    whole = (x0 / 960, y0 / 540, x1 / 960, y1 / 540)
    assert line.text == "" and line.score == 0.0
    assert boxes.inside(line.box, whole) > 0.8
    again = eyes._reader.recognise(rgb(picture), line)
    assert again.text.replace(" ", "") == "STATION42" and again.score > 0.8
    assert again.box == line.box


def test_hunting_leaves_reading_as_it_was(eyes: Eyes) -> None:
    picture = rgb(draw([Plate((0.5, 0.5), "STATION 42", 16, "blue", "white")]))
    before = eyes._reader.read(picture)
    eyes._reader.hunt(picture)
    assert eyes._reader.read(picture) == before


def test_nothing_to_find(eyes: Eyes) -> None:
    assert eyes._reader.hunt(rgb(draw([]))) == ()


def test_each_find_has_the_score_of_its_own_place(eyes: Eyes) -> None:
    clear = Plate((0.5, 0.2), "STATION 42", 24, "blue", "white")
    faint = Plate((0.5, 0.8), "l", 12, "blue", "green")
    picture = rgb(draw([clear, faint]))
    finds = {round(line.box[1], 1): line.found for line in eyes._reader.hunt(picture)}
    alone = {
        round(line.box[1], 1): line.found
        for plate in (clear, faint)
        for line in eyes._reader.hunt(rgb(draw([plate])))
    }
    assert len(finds) == 2 and finds == pytest.approx(alone, abs=0.05)
