"""Words to the numbers that CLIP was trained on: byte-pair encoding of lower-case text.

Sentence -> words, digits, marks -> the letters that stand for their UTF-8 bytes, the last one of a
word with `</w>` -> the pair that was learned first is joined, again and again (Sennrich et al.,
arXiv 1508.07909; bytes: Radford et al., GPT-2, 2.2). Vocabulary and pairs are the model's own
files. The library `tokenizers` would bring a client of a model hub that nothing here may use.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

MOST_TOKENS = 77
"""Of a sentence, with start and end; what comes after is left out."""
MOST_CHARS = 1000
START, END = "<|startoftext|>", "<|endoftext|>"
_WORDS = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d|[^\W\d_]+|\d|(?:[^\s\w]|_)+")
_WORD_END = "</w>"


def _letters() -> dict[int, str]:
    """A letter for each byte: its own where it can be seen, else one behind Latin-1."""
    seen = {*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1)}
    seen |= set(range(ord("®"), ord("ÿ") + 1))
    others = [byte for byte in range(256) if byte not in seen]
    behind = {byte: chr(256 + place) for place, byte in enumerate(others)}
    return {byte: chr(byte) if byte in seen else behind[byte] for byte in range(256)}


LETTERS = _letters()
"""A letter for each byte."""


class ClipWords:
    """``vocabulary`` by piece, ``merges`` in the order in which they were learned.

    Raises ``ValueError`` where the vocabulary is not CLIP's.
    """

    def __init__(self, vocabulary: Mapping[str, int], merges: Sequence[tuple[str, str]]) -> None:
        missing = [piece for piece in (START, END, *LETTERS.values()) if piece not in vocabulary]
        if missing:
            raise ValueError(f"the vocabulary has no {missing[0]!r}")
        self._numbers = vocabulary
        self._ranks = {pair: rank for rank, pair in enumerate(merges)}

    def __call__(self, sentence: str) -> list[int]:
        """The numbers of a sentence, with those of its start and end."""
        pieces: list[int] = []
        for word in _WORDS.findall(sentence[:MOST_CHARS].lower()):
            pieces += self._pieces(word)
            if len(pieces) >= MOST_TOKENS - 2:
                break
        return [self._numbers[START], *pieces[: MOST_TOKENS - 2], self._numbers[END]]

    def _pieces(self, word: str) -> list[int]:
        parts = [LETTERS[byte] for byte in word.encode("utf-8", "replace")]
        parts[-1] += _WORD_END
        while len(parts) > 1:
            pair = min(pairwise(parts), key=lambda pair: self._ranks.get(pair, len(self._ranks)))
            if pair not in self._ranks:
                break
            parts = _joined(parts, pair)
        return [self._numbers[part] for part in parts if part in self._numbers]


def _joined(parts: Sequence[str], pair: tuple[str, str]) -> list[str]:
    joined: list[str] = []
    for part in parts:
        if joined and (joined[-1], part) == pair:
            joined[-1] += part
        else:
            joined.append(part)
    return joined


def merges_in(text: str) -> list[tuple[str, str]]:
    """The pairs of a `merges.txt`; its first line may be a comment."""
    lines = [line.split() for line in text.splitlines() if not line.startswith("#version")]
    return [(line[0], line[1]) for line in lines if len(line) == 2]
