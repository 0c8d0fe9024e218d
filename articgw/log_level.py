"""How much a command says of what it does: the environment's ARTICGW_LOG."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from articgw.errors import ConfigError


def log_level(environ: Mapping[str, str], default: str) -> str:
    """The name of a level of `logging`. Raises `ConfigError`."""
    level = environ.get("ARTICGW_LOG", default).upper()
    if level not in logging.getLevelNamesMapping():
        names = "DEBUG, INFO, WARNING, ERROR"
        raise ConfigError(f"ARTICGW_LOG is one of {names}, not {level!r:.20}")
    return level
