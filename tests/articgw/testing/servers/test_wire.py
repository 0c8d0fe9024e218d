"""What a request asks, in every family's words."""

from __future__ import annotations

from articgw.testing.servers.wire import Read


def test_the_picture_is_a_file() -> None:
    assert Read("m", "", "?", "/9j/").jpeg == b"\xff\xd8\xff"
