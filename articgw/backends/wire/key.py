"""A key as it can be sent."""

from __future__ import annotations

from articgw.errors import ConfigError


def sendable(api_key: str | None) -> str:
    """The key without white space around it; empty if there is none. Raises `ConfigError`, without
    the key, where a header cannot hold it."""
    key = (api_key or "").strip()
    if not (key.isascii() and key.isprintable()):
        raise ConfigError("api_key has characters that no key has: was it copied whole?")
    return key
