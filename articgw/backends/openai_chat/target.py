"""Which model on which server: `openai:MODEL@URL`, taken apart.

A model's name may hold ``/``, ``:`` and even ``@`` (`google/gemma@v2`), a URL may hold a login, so
the two are parted at the ``@`` that a scheme follows. No error here repeats the URL: it may hold a
password.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from articgw.config import is_loopback
from articgw.errors import ConfigError

PREFIX = "openai:"
DEFAULT_URL = "https://api.openai.com/v1"
SPELL = "spell it openai:MODEL@URL, for example openai:qwen3-vl@http://127.0.0.1:8000/v1"
_BEFORE_URL = re.compile(r"@(?=[a-z][a-z0-9+.-]*://)", re.IGNORECASE)


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

    @property
    def host(self) -> str:
        """Name or address of the server."""
        return urlsplit(self.origin).hostname or ""

    @property
    def is_here(self) -> bool:
        """True where pictures do not leave this machine."""
        return is_loopback(self.host)

    def at(self, endpoint: str) -> str:
        """URL of ``chat/completions`` or ``models``."""
        return f"{self.origin}{self.path}/{endpoint}" + (f"?{self.query}" if self.query else "")


def parse(text: str) -> Target:
    """``text`` is `openai:MODEL@URL`, or without ``@URL`` for OpenAI itself. Raises `ConfigError`.

    The URL is the API's base, with or without ``/v1`` or a slash at its end.
    """
    spelt = text.removeprefix(PREFIX).strip()
    parted = _BEFORE_URL.search(spelt)
    model = spelt[: parted.start()] if parted else spelt
    url = spelt[parted.end() :] if parted else DEFAULT_URL
    if not model or any(c.isspace() or not c.isprintable() for c in model):
        raise ConfigError(f"backend names no model; {SPELL}")
    if not parted and "@" in model:
        raise ConfigError(f"what follows the @ has to begin with http:// or https://; {SPELL}")
    return _at(model, url)


def _at(model: str, url: str) -> Target:
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise ConfigError(f"the model server's URL cannot be read; {SPELL}") from error
    if parts.scheme.lower() not in ("http", "https") or not host:
        raise ConfigError(f"the model server's URL is not http:// or https://; {SPELL}")
    login = None
    if parts.username is not None:
        login = (unquote(parts.username), unquote(parts.password or ""))
    path = parts.path.rstrip("/").removesuffix("/chat/completions").rstrip("/")
    return Target(
        model=model,
        origin=f"{parts.scheme.lower()}://{parts.netloc.rpartition('@')[2]}",
        path=path or "/v1",
        query=parts.query,
        login=login,
    )
