"""How DeViBench asks, and the judge that costs nothing."""

from __future__ import annotations

import re
import unicodedata

CONCISELY = "Answer the following question concisely based on the video. {question}"
"""DeViBench v2's."""


async def same_words(_question: str, reference: str, answer: str) -> bool:
    """The judge that costs nothing: the reference's words, in order, somewhere in the answer."""
    wanted, said = _words(reference), _words(answer)
    count = len(wanted)
    return bool(wanted) and any(
        said[place : place + count] == wanted for place in range(len(said) - count + 1)
    )


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())
