"""One resize, onto the grid, within the limit and the budget."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.backends.sizing.profiles import PROFILES, UNKNOWN, Profile, profile_of
from articgw.backends.sizing.sized import sized

CASES = [
    ("Qwen2.5-VL", (640, 360), 1280, None, (644, 364), "", 299, "whole"),
    ("Qwen3-VL", (640, 360), 1280, None, (640, 352), "", 220, "whole"),
    ("Qwen3-VL", (1920, 1080), 1280, None, (1280, 704), "", 880, "limit"),
    ("gpt-5.4", (1280, 720), 1280, None, (1280, 704), "high", 880, "whole"),
    ("claude-3", (1920, 1080), 4000, None, (1568, 896), "", 1568, "limit"),
    ("gemini-3", (640, 360), 1280, None, (640, 360), "low", 280, "whole"),
    ("gemini-3", (960, 540), 1280, None, (960, 540), "medium", 560, "whole"),
    ("gemini-3", (1280, 720), 1280, None, (1280, 720), "high", 1120, "whole"),
    ("gemini-3", (1280, 720), 1280, 300, (1280, 720), "low", 280, "whole"),
    ("gpt-4o", (1280, 720), 1280, 100, (1280, 720), "low", 85, "whole"),
    ("llava", (1281, 721), 4000, 5, (1281, 721), "", None, "whole"),
    ("llava", (1280, 720), 320, None, (320, 180), "", None, "limit"),
]


@pytest.mark.parametrize(
    ("model", "size_px", "longest_px", "budget", "sent_px", "detail", "tokens", "why"), CASES
)
def test_sizes(
    model: str,
    size_px: tuple[int, int],
    longest_px: int,
    budget: int | None,
    sent_px: tuple[int, int],
    detail: str,
    tokens: int | None,
    why: str,
) -> None:
    found = sized(size_px, profile_of(model), longest_px=longest_px, budget_tokens=budget)
    assert (found.size_px, found.detail, found.why) == (sent_px, detail, why)
    assert found.tokens == (None if tokens is None else pytest.approx(tokens, rel=0.02))


def test_a_budget_is_kept_where_pixels_cost() -> None:
    found = sized((1280, 720), profile_of("Qwen3-VL"), longest_px=1280, budget_tokens=200)
    assert found.tokens is not None and 100 < found.tokens <= 200 and found.why == "budget"


@given(
    st.tuples(st.integers(2, 4000), st.integers(2, 4000)),
    st.integers(64, 4000),
    st.sampled_from([*PROFILES, UNKNOWN]),
    st.none() | st.integers(1, 3000),
)
def test_on_the_grid_within_the_limit_and_never_enlarged(
    size_px: tuple[int, int], longest_px: int, profile: Profile, budget: int | None
) -> None:
    found = sized(size_px, profile, longest_px=longest_px, budget_tokens=budget)
    grid_px = profile.grid_px
    for sent_px, side_px in zip(found.size_px, size_px, strict=True):
        assert grid_px == 2 or sent_px % grid_px == 0
        assert sent_px <= max(side_px + grid_px / 2, grid_px)
        assert sent_px <= max(longest_px, grid_px) or sent_px <= grid_px
