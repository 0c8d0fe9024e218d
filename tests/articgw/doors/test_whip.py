"""The headers of WHIP; its status codes are tested over HTTP, in integration/test_whip.py."""

from __future__ import annotations

import pytest

from articgw.config import IceServer
from articgw.doors.whip import ice_links, matches

ETAG = '"abc"'

MATCHES = [
    ('"abc"', True),
    (' "abc" ', True),
    ('"old", "abc"', True),
    ("*", True),
    ('"*"', True),
    ('"old"', False),
    ("abc", False),
    ('W/"abc"', False),
    ("", False),
]


@pytest.mark.parametrize(("if_match", "good"), MATCHES)
def test_an_etag_is_compared_strongly(if_match: str, good: bool) -> None:
    assert matches(if_match, ETAG) is good


def test_servers_are_named_as_the_rfc_does() -> None:
    servers = (
        IceServer("stun:stun.example.net"),
        IceServer("turn:turn.example.net?transport=udp", 'us"er', "my\\pass"),
        IceServer("turn:open.example.net", "nobody"),
    )
    assert list(ice_links(servers)) == [
        '<stun:stun.example.net>; rel="ice-server"',
        '<turn:turn.example.net?transport=udp>; rel="ice-server"; username="us\\"er"; '
        'credential="my\\\\pass"; credential-type="password"',
        '<turn:open.example.net>; rel="ice-server"',
    ]
