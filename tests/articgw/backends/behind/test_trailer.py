"""The trailer is never shown, and nothing else is held back for longer than it must be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.backends.behind.trailer import MAX_EVIDENCE_CHARS, Trailer

JSON = '{"readability": 90, "regions": []}'
ANSWERS = [
    ("as asked for", f"It says EXIT.\n@@look {JSON}", "It says EXIT.", f" {JSON}"),
    ("without a line break", f"It says EXIT. @@look{JSON}", "It says EXIT.", JSON),
    ("shouted", f"EXIT\n@@LOOK {JSON}", "EXIT", f" {JSON}"),
    ("in a fence", f"EXIT\n```json\n@@look {JSON}\n```", "EXIT", f" {JSON}\n```"),
    ("in a bare fence", f"EXIT\n\n```\n@@look {JSON}\n```", "EXIT", f" {JSON}\n```"),
    ("no trailer", "It says EXIT.", "It says EXIT.", ""),
    ("a mark that is none", "Write to a@b.org or @@loop @", "Write to a@b.org or @@loop @", ""),
    ("code", "Run `make` or ```json```", "Run `make` or ```json```", ""),
    ("only a trailer", f"@@look {JSON}", "", f" {JSON}"),
]


def _fed(pieces: list[str]) -> tuple[str, str]:
    trailer = Trailer()
    shown = "".join(trailer.feed(piece) for piece in pieces) + trailer.end()
    return shown, trailer.evidence


@pytest.mark.parametrize(
    ("text", "shown", "behind"), [case[1:] for case in ANSWERS], ids=[case[0] for case in ANSWERS]
)
@pytest.mark.parametrize("step", [1, 2, 5, 1000])
def test_answers(text: str, shown: str, behind: str, step: int) -> None:
    assert _fed([text[i : i + step] for i in range(0, len(text), step)]) == (shown, behind)


@pytest.mark.parametrize("text", ["It", "It says EXIT.", "5 % of a", "a@b.org", "x ` y"])
def test_words_are_shown_at_once(text: str) -> None:
    assert Trailer().feed(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [("EXIT ", "EXIT"), ("EXIT\n@", "EXIT"), ("EXIT\n``", "EXIT"), ("EXIT\n```json\n@@lo", "EXIT")],
)
def test_only_what_could_begin_a_mark_is_held_back(text: str, shown: str) -> None:
    assert Trailer().feed(text) == shown


@given(st.text(alphabet="ab @`jsonlk\n"), st.lists(st.integers(1, 9)))
def test_without_a_mark_nothing_is_lost(text: str, steps: list[int]) -> None:
    pieces, at = [], 0
    for step in [*steps, len(text) + 1]:
        pieces.append(text[at : at + step])
        at += step
    shown, behind = _fed(pieces)
    if "@@look" not in text:
        assert (shown, behind) == (text, "")
    else:
        assert "@@look" not in shown


def test_floods_are_cut_and_cost_little() -> None:
    trailer = Trailer()
    assert len(trailer.feed(" " * 1_000_000)) >= 999_000
    trailer.feed("@@look ")
    for _ in range(100):
        trailer.feed("x" * 1000)
    assert len(trailer.evidence) == MAX_EVIDENCE_CHARS
