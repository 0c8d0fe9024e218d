"""Which frame a question is about, or why it cannot be asked now."""

from __future__ import annotations

from articgw.errors import ErrorCode
from articgw.frame import Frame
from articgw.protocol import MAX_QUESTION_CHARS, Ask, Error
from articgw.slot import FrameSlot


def choose_look(
    ask: Ask, slot: FrameSlot, *, greeted: bool, stale_s: float, now: float
) -> Frame | Error:
    """The newest frame, or the error that ends the question.

    A frame older than ``stale_s`` is not shown to the model: an answer about a picture that is gone
    reads like an answer about now.
    """

    def refuse(code: ErrorCode, message: str) -> Error:
        return Error(code=code, message=message, id=ask.id)

    frame = slot.newest
    if not greeted:
        return refuse("bad_message", "Say hello first; see docs/protocol.md.")
    if not ask.text.strip():
        return refuse("empty_question", "The question is empty.")
    if len(ask.text) > MAX_QUESTION_CHARS:
        return refuse(
            "question_too_long",
            f"The question has {len(ask.text)} characters; at most {MAX_QUESTION_CHARS} fit.",
        )
    if frame is None:
        return refuse("no_frame", "No picture has arrived yet. Is the camera on? Then ask again.")
    age_s = now - frame.captured_t
    if slot.ended or age_s > stale_s:
        return refuse(
            "camera_stopped", f"The camera has stopped: its last picture is {age_s:.0f} s old."
        )
    return frame
