from __future__ import annotations

import pytest

from articgw.backends.embedded.geometry import holds, place_fit, relation_fit

HERE = (0.45, 0.45, 0.55, 0.55)
ABOVE, FAR_ABOVE = (0.45, 0.30, 0.55, 0.40), (0.45, 0.05, 0.55, 0.15)
LEFT, ASIDE = (0.30, 0.45, 0.40, 0.55), (0.05, 0.05, 0.15, 0.15)


@pytest.mark.parametrize(
    ("relation", "better", "worse"),
    [
        ("above", ABOVE, FAR_ABOVE),
        ("above", ABOVE, LEFT),
        ("above", ABOVE, ASIDE),
        ("left", LEFT, ABOVE),
        ("left", LEFT, ASIDE),
        ("near", LEFT, ASIDE),
    ],
)
def test_the_nearer_and_straighter_wins(
    relation: str,
    better: tuple[float, float, float, float],
    worse: tuple[float, float, float, float],
) -> None:
    fits = [relation_fit(relation, box, HERE, 16 / 9) for box in (better, worse)]
    assert fits[0] > fits[1]


def test_the_wrong_side_does_not_fit() -> None:
    assert relation_fit("below", ABOVE, HERE, 16 / 9) == 0.0
    assert relation_fit("right", LEFT, HERE, 16 / 9) == 0.0
    assert holds("left", LEFT, HERE) and not holds("left", HERE, LEFT)


def test_places() -> None:
    assert place_fit("left", LEFT) > place_fit("left", HERE) > place_fit("right", LEFT)
    assert place_fit("middle", HERE) > 0.9 > 0.2 > place_fit("middle", ASIDE)
    assert place_fit("yonder", HERE) == 0.0
