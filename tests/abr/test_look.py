"""Look quality carries its source, and a readability carries the look it was said of."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from artic_abr import LookQuality, LookSource, Readability, ReadabilitySource


def test_a_readability_tells_how_well_its_look_came_through() -> None:
    look = LookQuality(34.5, LookSource.QP, region_qp=29.0, frame_bits=12_000)
    said = Readability(0.9, ReadabilitySource.RECOGNITION, "q1", 1.0, 2.0, look)
    assert said.look is look
    assert Readability(0.9, ReadabilitySource.RECOGNITION, "q1", 1.0, 2.0).look is None


def test_what_was_measured_is_not_changed_afterwards() -> None:
    look = LookQuality(34.5, LookSource.MEASURED)
    with pytest.raises(FrozenInstanceError):
        look.db = 40.0  # type: ignore[misc]


@pytest.mark.parametrize("source", ["measured", "qp", "bits"])
def test_the_sources_are_the_words_of_the_protocol(source: str) -> None:
    assert LookSource(source) == source
