"""Is an answer right, as far as its words can tell? Pure.

open      an accepted answer's words stand in the answer, in order; or, where that is four signs or
          more, whole words of the answer make it up ("62 BARNE" for "62BARNE", not "162BARNE")
choice    the answer names the letter and no second ("B or C"), or is one option's text

A refusal names none, so it is wrong. What is said in other words is wrong here too: a judge
(`judging.py`) is for that.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from devibench.samples import Sample

LEAST_SQUEEZED = 4
_LETTER = re.compile(
    r"^\W*(?:(?:the|my|correct|right|best)\s+)*(?:answer|option|choice)?(?:\s+is)?\W*([A-Z])(?:\W|$)",
    re.IGNORECASE,
)
_HEDGE = re.compile(r"\b[A-Z]\W+(?:or|and)\W+(?:option\W+)?[A-Z]\b")


def is_right(sample: Sample, answer: str) -> bool:
    """Of a choice or of an open question."""
    if sample.options:
        letter = chosen(answer, sample.options)
        return letter is not None and letter.casefold() in {
            one.casefold() for one in sample.answers
        }
    return any(says(answer, accepted) for accepted in sample.answers)


def chosen(answer: str, options: Sequence[str]) -> str | None:
    """The letter of the option that an answer chooses; None where it chooses none, or several."""
    letters = [chr(ord("A") + place) for place in range(len(options))]
    if _HEDGE.search(answer):
        return None
    found = _LETTER.match(answer)
    if found and found[1].upper() in letters and not _is_word(answer[found.start(1) :]):
        return found[1].upper()
    named = [k for k, text in zip(letters, options, strict=True) if says(answer, _bare(text))]
    return named[0] if len(named) == 1 else None


def says(answer: str, accepted: str) -> bool:
    """Are these words in the answer, in this order?"""
    wanted, said = words(accepted), words(answer)
    if not wanted:
        return False
    count = len(wanted)
    if any(said[k : k + count] == wanted for k in range(len(said) - count + 1)):
        return True
    squeezed = "".join(wanted)
    return len(squeezed) >= LEAST_SQUEEZED and any(
        _begins(said[place:], squeezed) for place in range(len(said))
    )


def words(text: str) -> list[str]:
    """In lower case, without signs; NFKC, so that wide and narrow forms are the same."""
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold())


def _bare(option: str) -> str:
    """Without the letter that tables write before it."""
    return re.sub(r"^\s*[A-Z][).:]\s*", "", option)


def _begins(said: Sequence[str], squeezed: str) -> bool:
    """Do the first so many of these words make it up, and nothing else?"""
    made = ""
    for word in said:
        made += word
        if len(made) >= len(squeezed):
            break
    return made == squeezed


def _is_word(answer: str) -> bool:
    """Is what begins here an article and its noun, as in "A red bus"?"""
    return re.match(r"[Aa]\s+(?!is\b|because\b)[a-z]", answer) is not None
