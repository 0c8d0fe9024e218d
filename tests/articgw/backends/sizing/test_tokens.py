"""Each family's rule, against its vendor's examples and what servers reported."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.backends.sizing.profiles import PROFILES, profile_of
from articgw.backends.sizing.tokens import fixed, gemini_tiles, patches, tiles

SIZES = ((320, 180), (640, 360), (854, 480), (960, 540), (1280, 720), (1920, 1080))
TABLE = [
    ("Qwen2.5-VL-7B", (66, 299, 510, 646, 1196, 2691)),
    ("gpt-4o", (255, 425, 425, 765, 1105, 1105)),
    ("gpt-5", (210, 350, 350, 630, 910, 910)),
    ("gpt-5.4", (60, 240, 405, 510, 920, 2040)),
    ("gpt-5.4-mini", (98, 389, 657, 827, 1491, 2443)),
    ("claude-sonnet-4-6", (84, 299, 558, 700, 1196, 1560)),
    ("claude-opus-5", (84, 299, 558, 700, 1196, 2691)),
    ("gemini-3.8-flash", (2240,) * 6),
]


@pytest.mark.parametrize(("model", "counts"), TABLE, ids=[case[0] for case in TABLE])
def test_what_vendors_say(model: str, counts: tuple[int, ...]) -> None:
    *_, tokens = profile_of(model).details.values()
    found = [tokens(size) for size in SIZES]
    for ours, theirs in zip(found, counts, strict=True):
        assert ours == pytest.approx(theirs, rel=0.01)


def test_qwen3_counts_as_its_server_did() -> None:
    tokens = patches(32, resized=True)
    assert [tokens(size) for size in SIZES[1:]] == [220, 405, 510, 880, 2040]


def test_fixed_and_tiles() -> None:
    assert fixed(7)((1, 1)) == 7
    assert tiles(85, 170)((512, 512)) == 255
    assert gemini_tiles((384, 384)) == 258 and gemini_tiles((960, 540)) == 258 * 3 * 2


@given(st.tuples(st.integers(1, 6000), st.integers(1, 6000)))
def test_every_picture_costs_something(size_px: tuple[int, int]) -> None:
    for profile in PROFILES:
        assert all(tokens(size_px) >= 1 for tokens in profile.details.values())
