"""Which questions can be asked, as a table."""

from __future__ import annotations

import pytest

from articgw.frame import Frame
from articgw.looks import why_not
from articgw.protocol import Ask
from articgw.slot import FrameSlot
from articgw.testing import picture

CASES = [
    ("all is well", "what?", 0.1, False, True, None),
    ("no hello", "what?", 0.1, False, False, "bad_message"),
    ("no question", " \n", 0.1, False, True, "empty_question"),
    ("too long", "x" * 2001, 0.1, False, True, "question_too_long"),
    ("no frame yet", "what?", None, False, True, "no_frame"),
    ("an old frame", "what?", 5.1, False, True, "camera_stopped"),
    ("a fresh frame of an ended stream", "what?", 0.1, True, True, "camera_stopped"),
]


@pytest.mark.parametrize(
    ("text", "age_s", "ended", "greeted", "code"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_why_not(
    text: str, age_s: float | None, ended: bool, greeted: bool, code: str | None
) -> None:
    slot = FrameSlot()
    if age_s is not None:
        slot.put(Frame(picture(), 100.0 - age_s))
    if ended:
        slot.end()
    error = why_not(Ask(id="1", text=text), slot, greeted=greeted, stale_s=5.0, now=100.0)
    assert (error and (error.code, error.id)) == (code and (code, "1"))


def test_a_frame_that_nobody_has_decoded_counts() -> None:
    slot = FrameSlot()
    slot.arrive(99.0)
    assert why_not(Ask(id="1", text="?"), slot, greeted=True, stale_s=5.0, now=100.0) is None
