"""Our own protocol as a dialect: what is said is what is heard."""

from __future__ import annotations

import pytest

from articgw.dialect import OwnDialect
from articgw.protocol import AnswerDelta, Ask, MessageError, decode_gateway, encode


def test_it_takes_our_channel_only() -> None:
    assert OwnDialect().takes("articgw") and not OwnDialect().takes("chat")


def test_messages_pass_through_as_they_are() -> None:
    ask, delta = Ask(id="1", text="what?"), AnswerDelta(id="1", text="a sign")
    assert OwnDialect().decode(encode(ask)) == (ask,)
    assert [decode_gateway(text) for text in OwnDialect().encode(delta)] == [delta]


def test_what_cannot_be_read_is_an_error() -> None:
    with pytest.raises(MessageError):
        OwnDialect().decode("{")
