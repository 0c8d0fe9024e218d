"""ARTICGW_LOG."""

from __future__ import annotations

import pytest

from articgw.errors import ConfigError
from articgw.log_level import log_level


def test_the_environment_wins_in_any_case() -> None:
    assert log_level({}, "INFO") == "INFO"
    assert log_level({"ARTICGW_LOG": "debug"}, "INFO") == "DEBUG"


def test_a_level_that_is_none_is_said() -> None:
    with pytest.raises(ConfigError, match="DEBUG, INFO, WARNING, ERROR, not 'LOUD'"):
        log_level({"ARTICGW_LOG": "loud"}, "INFO")
