"""One question about one picture, to one back end; several moments stand on one sheet."""

from __future__ import annotations

from contextlib import aclosing

import av

from articgw.backends import Backend, Prompt, Reply
from articgw.errors import BackendGarbled
from articgw.frame import Frame


async def replied(
    backend: Backend,
    question: str,
    picture: av.VideoFrame,
    deadline_s: float,
    session: str = "",
    moments: int = 1,
) -> Reply:
    """Raises what the back end raises (`articgw.errors.BackendError`)."""
    prompt = Prompt(question, Frame(picture, captured_t=0.0), session=session, moments=moments)
    async with aclosing(backend.ask(prompt, deadline_s=deadline_s)) as pieces:
        async for piece in pieces:
            if isinstance(piece, Reply):
                return piece
    raise BackendGarbled("the answer has no end", "")


async def ask(backend: Backend, question: str, picture: av.VideoFrame, deadline_s: float) -> str:
    """The answer's text. Raises what the back end raises."""
    return (await replied(backend, question, picture, deadline_s)).text.strip()


def grey() -> av.VideoFrame:
    """No picture to speak of."""
    picture = av.VideoFrame(64, 64, "yuv420p")
    for plane in picture.planes:
        plane.update(bytes([128]) * plane.buffer_size)
    return picture
