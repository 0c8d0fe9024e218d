"""One question about one picture, to one back end, and a judge of what comes back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Awaitable, Callable
from contextlib import aclosing

import av

from articgw.backends import Backend, Prompt, Reply
from articgw.errors import BackendGarbled
from articgw.frame import Frame

CONCISELY = "Answer the following question concisely based on the video. {question}"
"""DeViBench v2's."""
Judge = Callable[[str, str, str], Awaitable[bool]]
"""Question, reference, answer: do the two mean the same?"""
VERDICT = """You compare an answer to a reference. They agree only if they mean exactly the same: \
every name, number and unit that the reference holds must be in the answer and be right. An answer \
that refuses, hedges between several, or says that it cannot be seen, does not agree.

Question: {question}
Reference: {reference}
Answer: {answer}

Reply with one word: Correct or Incorrect."""


async def ask(backend: Backend, question: str, picture: av.VideoFrame, deadline_s: float) -> str:
    """The answer's text. Raises what the back end raises (`articgw.errors.BackendError`)."""
    prompt = Prompt(question=question, frame=Frame(picture, captured_t=0.0))
    async with aclosing(backend.ask(prompt, deadline_s=deadline_s)) as pieces:
        async for piece in pieces:
            if isinstance(piece, Reply):
                return piece.text.strip()
    raise BackendGarbled("the answer has no end", "")


def judge_of(backend: Backend, deadline_s: float) -> Judge:
    """A judge that asks a model, strictly; it is shown no picture to speak of."""
    blank = av.VideoFrame(64, 64, "yuv420p")
    for plane in blank.planes:
        plane.update(bytes([128]) * plane.buffer_size)

    async def judge(question: str, reference: str, answer: str) -> bool:
        if not answer:
            return False
        asked = VERDICT.format(question=question, reference=reference, answer=answer)
        return verdict(await ask(backend, asked, blank, deadline_s))

    return judge


def verdict(reply: str) -> bool:
    """Raises `BackendGarbled` where the reply is neither."""
    words = re.findall(r"\b(in)?correct\b", reply, re.IGNORECASE)
    if not words:
        raise BackendGarbled("neither Correct nor Incorrect", reply)
    return not words[-1]


async def same_words(_question: str, reference: str, answer: str) -> bool:
    """The judge that costs nothing: the reference's words, in order, somewhere in the answer."""
    wanted, said = _words(reference), _words(answer)
    count = len(wanted)
    return bool(wanted) and any(
        said[place : place + count] == wanted for place in range(len(said) - count + 1)
    )


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())
