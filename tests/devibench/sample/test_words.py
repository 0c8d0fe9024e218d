from __future__ import annotations

import re

import numpy as np
import pytest

from devibench.sample.palette import PLATES
from devibench.sample.words import KINDS, SignKind

MIXED = re.compile(r"(?=.*[A-Z])(?=.*[0-9])")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.label)
def test_texts_are_short_and_no_word_mixes_what_looks_alike(kind: SignKind) -> None:
    rng = np.random.default_rng(1)
    for _ in range(100):
        wording = kind.draw(rng)
        assert 2 <= len(wording.text) <= 12
        for word in wording.text.split():
            if MIXED.match(word):
                assert not set(word) & set("O0I1LS5B8Z2GQD")
        assert all(also and also != wording.text for also in wording.also)


def test_every_plate_has_a_colour_we_know() -> None:
    assert {plate for kind in KINDS for plate in kind.plates} <= set(PLATES)
