"""Who is told of no tools is told of none."""

from __future__ import annotations

from articgw.backends import Prompt
from articgw.frame import Frame
from articgw.testing import picture
from articgw.tools.toolset import NO_TOOLS


def test_a_question_offers_no_tools_unless_it_is_told_to() -> None:
    assert Prompt("?", Frame(picture(), 0.0)).toolset is NO_TOOLS
    assert NO_TOOLS.tools == () and NO_TOOLS.rounds == ()
