"""Why a question cannot be asked now."""

from __future__ import annotations

from articgw.errors import ErrorCode
from articgw.protocol import MAX_QUESTION_CHARS, Ask, Error
from articgw.slot import FrameSlot

NO_FRAME = "No picture has arrived yet. Is the camera on? Then ask again."


def why_not(
    ask: Ask, slot: FrameSlot, *, greeted: bool, stale_s: float, now: float
) -> Error | None:
    """The error that ends the question; None where there is a frame to answer it from.

    A frame older than ``stale_s`` is not shown to the model: an answer about a picture that is gone
    reads like an answer about now.
    """

    def refuse(code: ErrorCode, message: str) -> Error:
        return Error(code=code, message=message, id=ask.id)

    if not greeted:
        return refuse("bad_message", "Say hello first; see docs/protocol.md.")
    if not ask.text.strip():
        return refuse("empty_question", "The question is empty.")
    if len(ask.text) > MAX_QUESTION_CHARS:
        return refuse(
            "question_too_long",
            f"The question has {len(ask.text)} characters; at most {MAX_QUESTION_CHARS} fit.",
        )
    if slot.arrived_t is None:
        return refuse("no_frame", NO_FRAME)
    age_s = now - slot.arrived_t
    if slot.ended or age_s > stale_s:
        return refuse(
            "camera_stopped", f"The camera has stopped: its last picture is {age_s:.0f} s old."
        )
    return None
