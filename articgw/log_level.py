"""How much a command says of what it does, and how: the environment's ARTICGW_LOG."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from articgw.discreet import be_discreet
from articgw.errors import ConfigError


def log_level(environ: Mapping[str, str], default: str) -> str:
    """The name of a level of `logging`. Raises `ConfigError`."""
    level = environ.get("ARTICGW_LOG", default).upper()
    if level not in logging.getLevelNamesMapping():
        names = "DEBUG, INFO, WARNING, ERROR"
        raise ConfigError(f"ARTICGW_LOG is one of {names}, not {level!r:.20}")
    return level


def begin_log(environ: Mapping[str, str], who: str = "") -> None:
    """The log of a gateway's process; ``who`` stands in each line. Raises `ConfigError`."""
    logging.basicConfig(
        level=log_level(environ, "INFO"),
        format=f"%(asctime)s %(levelname)s {who}%(name)s: %(message)s",
    )
    be_discreet()
    # One line per candidate pair of every call is for those who debug ICE.
    logging.getLogger("aioice").setLevel(max(logging.WARNING, logging.getLogger().level))
