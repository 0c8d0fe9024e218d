"""Replies are kept by what was asked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from articgw.errors import ConfigError
from devibench.evaluate.replies import Replies, Said, asked_of
from devibench.samples import Usage

GREY = np.full((12, 8), 128, np.uint8)
SAID = Said("EXIT", 0.9, Usage(output=2), 120.0)


def test_a_reply_is_there_again_for_whoever_opens_the_file(tmp_path: Path) -> None:
    first = Replies(tmp_path / "deep" / "replies.sqlite")
    first.put("a", SAID)
    first.close()
    second = Replies(tmp_path / "deep" / "replies.sqlite")
    assert second.get("a") == SAID
    assert second.get("b") is None
    second.close()
    second.close()


def test_none_keeps_nothing() -> None:
    kept = Replies(None)
    kept.put("a", SAID)
    assert kept.get("a") is None


def test_every_part_of_what_was_asked_counts() -> None:
    asked = {
        asked_of("m", "q", (GREY,)),
        asked_of("n", "q", (GREY,)),
        asked_of("m", "r", (GREY,)),
        asked_of("m", "q", (GREY.reshape(6, 16),)),
        asked_of("m", "q", ()),
        asked_of("m", "q", (GREY + 1,)),
    }
    assert len(asked) == 6


def test_a_file_that_is_no_cache_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("these are my notes, not a database of yours")
    with pytest.raises(ConfigError, match=r"notes\.txt"):
        Replies(tmp_path / "notes.txt")
