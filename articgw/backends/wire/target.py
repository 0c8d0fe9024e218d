"""Which model on which server: `openai:MODEL@URL`, taken apart.

A model's name may hold ``/``, ``:`` and even ``@`` (`google/gemma@v2`), a URL may hold a login, so
the two are parted at the ``@`` that a scheme follows. No error here repeats the URL: it may hold a
password.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from articgw.backends.families import OPENAI, Family
from articgw.config import is_loopback
from articgw.errors import ConfigError

_BEFORE_URL = re.compile(r"@(?=[a-z][a-z0-9+.-]*://)", re.IGNORECASE)
_SCHEMES = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
"""As asked for over HTTP: a WebSocket begins as a request."""


@dataclass(frozen=True, slots=True)
class Target:
    """A model and the server that it is asked at."""

    model: str
    """Its name as the server knows it."""
    origin: str
    """Scheme, host and port; never a login, so that it can be shown."""
    path: str = "/v1"
    """What stands before ``/chat/completions``."""
    query: str = ""
    """Some clouds want ``api-version=…`` with every request."""
    login: tuple[str, str] | None = field(default=None, repr=False)
    """User and password, where the URL held them."""
    family: Family = field(default=OPENAI, repr=False)
    """How it is spoken to."""

    @property
    def host(self) -> str:
        """Name or address of the server."""
        return urlsplit(self.origin).hostname or ""

    @property
    def is_here(self) -> bool:
        """True where pictures do not leave this machine."""
        return is_loopback(self.host)

    def at(self, endpoint: str) -> str:
        """URL of ``endpoint``, which may have a query of its own."""
        url = f"{self.origin}{self.path}/{endpoint}"
        return f"{url}{'&' if '?' in endpoint else '?'}{self.query}" if self.query else url


def parse(text: str, family: Family = OPENAI) -> Target:
    """``text`` is `openai:MODEL@URL`, or without ``@URL`` for the vendor's own servers.

    The URL is the API's base, with or without ``/v1`` or a slash at its end. Raises `ConfigError`.
    """
    spelt = text.removeprefix(f"{family.name}:").strip()
    parted = _BEFORE_URL.search(spelt)
    model = spelt[: parted.start()] if parted else spelt
    url = spelt[parted.end() :] if parted else family.default_url
    if not model or any(c.isspace() or not c.isprintable() for c in model):
        raise ConfigError(f"backend names no model; {family.spelling}")
    if not parted and "@" in model:
        raise ConfigError(
            f"what follows the @ has to begin with http:// or https://; {family.spelling}"
        )
    return _at(model, url, family)


def _at(model: str, url: str, family: Family) -> Target:
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise ConfigError(f"the model server's URL cannot be read; {family.spelling}") from error
    scheme = _SCHEMES.get(parts.scheme.lower())
    if scheme is None or not host:
        raise ConfigError(f"the model server's URL is not http:// or https://; {family.spelling}")
    login = None
    if parts.username is not None:
        login = (unquote(parts.username), unquote(parts.password or ""))
    path = parts.path.rstrip("/")
    for ending in family.endings:
        path = path.removesuffix(ending).rstrip("/")
    return Target(
        model=model,
        origin=f"{scheme}://{parts.netloc.rpartition('@')[2]}",
        path=path or family.path,
        query=parts.query,
        login=login,
        family=family,
    )
