from __future__ import annotations

import pytest

from articgw.backends.embedded.eyes import Eyes
from tests.articgw.backends.embedded.pictures import Plate, draw, rgb


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
