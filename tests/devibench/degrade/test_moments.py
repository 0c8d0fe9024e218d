"""Which moments of a film a model is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from devibench.degrade.moments import moments_s, nearest
from devibench.samples import FramesNeeded, Sample


def sample(needed: FramesNeeded) -> Sample:
    return Sample("s/1", "?", (), ("x",), "", needed, "v", Path("v"), 10.0, 15.0)


def test_one_picture_is_the_newest() -> None:
    assert moments_s(sample("single"), 15.0) == (15.0,)


def test_several_go_from_when_it_was_asked_about_to_the_look() -> None:
    assert moments_s(sample("multi"), 13.0) == pytest.approx((10.0, 11.0, 12.0, 13.0))
    assert moments_s(sample("multi"), 10.0) == (10.0,)


@pytest.mark.parametrize(
    ("captured_s", "places"),
    [
        ((10.0, 10.9, 11.2, 12.1, 12.9, 13.0), [0, 1, 3, 5]),
        ((12.9,), [0]),
        ((12.4, 12.5), [0, 1]),
        ((), []),
    ],
)
def test_the_nearest_pictures_are_taken_once_and_the_newest_always(
    captured_s: tuple[float, ...], places: list[int]
) -> None:
    assert nearest(captured_s, (10.0, 11.0, 12.0, 13.0)) == places
