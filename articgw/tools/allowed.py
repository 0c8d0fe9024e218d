"""Which tools a gateway runs, and where: ``--tools "NAME=URL NAME=client"``.

Whoever runs the gateway says it, and nobody else: a call describes a tool, but cannot say where it
is run. No error here repeats a URL: it may hold a password.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import msgspec

from articgw.config import is_loopback
from articgw.errors import ConfigError
from articgw.tools.spec import ToolName

CLIENT = "client"
SPELLING = 'spell it --tools "NAME=URL NAME=client", for example price=http://127.0.0.1:9000/price'


@dataclass(frozen=True, slots=True)
class Allowed:
    """One tool that may be run."""

    url: str = field(default="", repr=False)
    """Where its arguments are posted, without a login; empty: the client that registered it runs
    it itself."""
    login: tuple[str, str] | None = field(default=None, repr=False)
    """User and password, where the URL held them."""

    @property
    def is_clients(self) -> bool:
        """True where the gateway asks the client."""
        return not self.url

    @property
    def is_in_clear(self) -> bool:
        """True where arguments leave this machine unencrypted."""
        parts = urlsplit(self.url)
        return parts.scheme == "http" and not is_loopback(parts.hostname or "")


def allowed_in(text: str) -> Mapping[str, Allowed]:
    """By name. Raises `ConfigError`."""
    allowed: dict[str, Allowed] = {}
    for word in text.split():
        name, equals, where = word.partition("=")
        try:
            msgspec.convert(name, ToolName)
        except msgspec.ValidationError as error:
            shown = f"tool {name!r:.40}" if equals else "a tool"
            raise ConfigError(
                f"{shown} has no name of letters, digits, _ and -; {SPELLING}"
            ) from error
        if name in allowed:
            raise ConfigError(f"tool {name} is there twice; {SPELLING}")
        allowed[name] = Allowed() if where == CLIENT else _at(name, where)
    return allowed


def _at(name: str, url: str) -> Allowed:
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise ConfigError(f"the URL of tool {name} cannot be read; {SPELLING}") from error
    if parts.scheme not in ("http", "https") or not host:
        raise ConfigError(f"tool {name} has no http:// or https:// URL; {SPELLING}")
    login = None
    if parts.username is not None:
        login = (unquote(parts.username), unquote(parts.password or ""))
    plain = parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="")
    return Allowed(plain.geturl(), login)
