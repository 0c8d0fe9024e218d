"""A key is sent as it is, or not at all."""

from __future__ import annotations

import pytest

from articgw.backends.wire.key import sendable
from articgw.errors import ConfigError


def test_white_space_around_it_is_no_part_of_it() -> None:
    assert sendable(" key\n") == "key" and sendable(None) == ""


def test_one_that_no_header_can_hold_is_refused_without_being_shown() -> None:
    with pytest.raises(ConfigError) as raised:
        sendable("SENT\nINEL")
    assert "SENT" not in str(raised.value)
