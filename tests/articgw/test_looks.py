"""Which frame a question gets, as a table."""

from __future__ import annotations

import pytest

from articgw.frame import Frame
from articgw.looks import choose_look
from articgw.protocol import Ask, Error
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
def test_choose(
    text: str, age_s: float | None, ended: bool, greeted: bool, code: str | None
) -> None:
    slot = FrameSlot()
    if age_s is not None:
        slot.put(Frame(picture(), 100.0 - age_s))
    if ended:
        slot.end()
    look = choose_look(Ask(id="1", text=text), slot, greeted=greeted, stale_s=5.0, now=100.0)
    if code is None:
        assert look is slot.newest
    else:
        assert isinstance(look, Error) and (look.code, look.id) == (code, "1")
