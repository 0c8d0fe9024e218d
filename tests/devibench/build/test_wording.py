"""The judge that compares words."""

from __future__ import annotations

import pytest

from devibench.build.wording import same_words


@pytest.mark.parametrize(
    ("reference", "answer", "same"),
    [
        ("Gate 7", "It says GATE 7.", True),
        ("7", "GATE 17", False),
        ("61:30", "61:30", True),
        ("Gate 7", "7 gate", False),
        ("", "anything", False),
        ("yes", "", False),
    ],
)
async def test_words_are_compared_whole_and_in_order(
    reference: str, answer: str, same: bool
) -> None:
    assert await same_words("Which?", reference, answer) is same
