from __future__ import annotations

import pytest

from articgw.errors import ConfigError
from devibench.sample.photos import FLOORS, MURALS, WALLS, photo


@pytest.mark.parametrize("name", sorted({*FLOORS, *MURALS, *WALLS}))
def test_every_photograph_is_inside_the_wheel(name: str) -> None:
    picture = photo(name)
    assert picture.ndim == 3 and picture.shape[2] == 3 and min(picture.shape[:2]) >= 300


def test_a_photograph_that_is_not_there_is_not_fetched() -> None:
    with pytest.raises(ConfigError, match="does not carry skin.jpg"):
        photo("skin.jpg")
