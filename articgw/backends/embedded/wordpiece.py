"""Words to the numbers that BERT was trained on: the uncased WordPiece of its authors.

Sentence -> lower case without accents -> words, every punctuation mark by itself -> the longest
known piece, again and again. Follows `BasicTokenizer` and `WordpieceTokenizer` of
google-research/bert (Devlin et al., arXiv 1810.04805); the library `tokenizers` gives the same
numbers, and would bring a client of a model hub that nothing here may use.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

MOST_TOKENS = 64
"""Of a sentence; what comes after is left out."""
LONGEST_WORD = 100
_IDEOGRAPHS = (
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F), (0x2B820, 0x2CEAF), (0x2F800, 0x2FA1F),
)  # fmt: skip


class WordPiece:
    """``vocabulary`` in the order of its numbers. Raises ``ValueError`` where it is not BERT's."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._numbers = {piece: number for number, piece in enumerate(vocabulary)}
        try:
            self._unknown = self._numbers["[UNK]"]
            self._first, self._last = self._numbers["[CLS]"], self._numbers["[SEP]"]
        except KeyError as error:
            raise ValueError(f"the vocabulary has no {error}") from error

    def __call__(self, sentence: str) -> list[int]:
        """The numbers of a sentence, with those of its start and end."""
        pieces = [number for word in words_of(sentence) for number in self._pieces(word)]
        return [self._first, *pieces[: MOST_TOKENS - 2], self._last]

    def _pieces(self, word: str) -> list[int]:
        if len(word) > LONGEST_WORD:
            return [self._unknown]
        numbers: list[int] = []
        start = 0
        while start < len(word):
            lead = "##" if start else ""
            ends = range(len(word), start, -1)
            end = next((e for e in ends if lead + word[start:e] in self._numbers), None)
            if end is None:
                return [self._unknown]
            numbers.append(self._numbers[lead + word[start:end]])
            start = end
        return numbers


def words_of(sentence: str) -> list[str]:
    """Words and marks of a sentence, in lower case and without accents."""
    bare = unicodedata.normalize("NFD", "".join(_cleaned(sentence)).lower())
    spaced = (f" {c} " if _is_mark(c) else c for c in bare if unicodedata.category(c) != "Mn")
    return "".join(spaced).split()


def _cleaned(sentence: str) -> Iterator[str]:
    for c in sentence:
        if c in "\t\n\r" or unicodedata.category(c) == "Zs":
            yield " "
        elif any(first <= ord(c) <= last for first, last in _IDEOGRAPHS):
            yield f" {c} "
        elif c not in "\0�" and not unicodedata.category(c).startswith("C"):
            yield c


def _is_mark(c: str) -> bool:
    code = ord(c)
    ascii_mark = 33 <= code <= 47 or 58 <= code <= 64 or 91 <= code <= 96 or 123 <= code <= 126
    return ascii_mark or unicodedata.category(c).startswith("P")
