"""Does the model answer a question right when it sees the very frame that the camera took?"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing

import av

from articgw.backends import Backend, Prompt, Reply, registry
from articgw.config import Config
from articgw.errors import BackendError
from articgw.frame import Frame
from devibench.clipset import Clip, Question
from tests.bench._score import is_right

DEADLINE_S = 60.0


async def read_right(
    asked: Sequence[tuple[Clip, Question]], *, backend: str = "embedded"
) -> list[bool]:
    """For each question, at the middle of the frames at which it may be asked."""
    reader = registry.load(Config(backend=backend))
    await reader.start()
    try:
        return [
            await right_at(reader, clip, question, (question.from_frame + question.to_frame) // 2)
            for clip, question in asked
        ]
    finally:
        await reader.close()


async def right_at(reader: Backend, clip: Clip, question: Question, number: int) -> bool:
    """On that frame; a failure of the model is not right."""
    yuv = next(yuv for _, yuv in clip.frames(number, number + 1))
    frame = Frame(av.VideoFrame.from_ndarray(yuv, format="yuv420p"), 0.0)
    text = ""
    try:
        asking = reader.ask(Prompt(question.text, frame), deadline_s=DEADLINE_S)
        async with aclosing(asking) as pieces:
            async for piece in pieces:
                text = piece.text if isinstance(piece, Reply) else text
    except BackendError:
        return False
    return is_right(clip, question, text)
