"""What libraries would print of a caller's secrets is not printed.

integration/test_secrets.py searches a whole gateway's output.
"""

from __future__ import annotations

import logging

import pytest
from aiohttp.http_exceptions import BadHttpMessage

from articgw.discreet import UNREADABLE, Discretion

SECRET = "Bearer 0123456789abcdef"


def record(name: str, text: str, error: Exception | None = None) -> logging.LogRecord:
    info = None if error is None else (type(error), error, None)
    return logging.LogRecord(name, logging.ERROR, "", 0, text, (), info)


def test_a_line_that_cannot_be_parsed_is_not_repeated() -> None:
    said = record("aiohttp.server", "Error handling request", BadHttpMessage(SECRET))
    assert Discretion().filter(said)
    shown = logging.Formatter().format(said)
    assert SECRET not in shown and UNREADABLE in shown and "BadHttpMessage" in shown


@pytest.mark.parametrize("name", ["aiortc.rtcpeerconnection", "aiortc"])
def test_the_password_of_a_call_is_cut_out_of_its_sdp(name: str) -> None:
    said = record(name, "a=ice-ufrag:abcd\r\na=ice-pwd:secret0123456789\r\na=mid:0")
    assert Discretion().filter(said)
    shown = logging.Formatter().format(said)
    assert "secret" not in shown and "a=ice-ufrag:abcd" in shown and "a=mid:0" in shown


def test_everything_else_is_left_as_it_is() -> None:
    said = record("articgw", "incident %s", ValueError("why"))
    said.args = ("abc",)
    Discretion().filter(said)
    assert said.getMessage() == "incident abc" and said.exc_info
