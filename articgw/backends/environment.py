"""Keys and addresses of model servers, from the environment names that everybody has set already.

Pure: whoever reads the environment hands it in. What is said on the command line wins.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from articgw.backends.families import FAMILIES, Family

_URL = re.compile(r"@[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_OLLAMA_PORT = 11434


def completed(backend: str, environ: Mapping[str, str]) -> str:
    """``backend``, one or several, each with the URL of its family's environment name where it has
    none of its own."""
    return " ".join(_completed(word, environ) for word in backend.split()) or backend


def keys_in(environ: Mapping[str, str]) -> dict[str, str]:
    """The key of each family that has one, by the family's name."""
    found = {name: _first(environ, family.key_names) for name, family in FAMILIES.items()}
    return {name: key for name, key in found.items() if key}


def _completed(word: str, environ: Mapping[str, str]) -> str:
    family = family_of(word)
    if family is None or _URL.search(word):
        return word
    url = _first(environ, family.url_names)
    if family.name == "ollama":
        url = ollama_url(url)
    return f"{word}@{url}" if url else word


def family_of(word: str) -> Family | None:
    """Of one back end as it is spelt; None for those that are no model servers."""
    name, colon, _ = word.partition(":")
    return FAMILIES.get(name) if colon else None


def ollama_url(host: str) -> str:
    """OLLAMA_HOST as a URL: it may lack a scheme and a port, and 0.0.0.0 is where it listens.

    An IPv6 address needs its brackets.
    """
    if not host:
        return ""
    url = host if _SCHEME.match(host) else f"http://{host}"
    scheme, _, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    if not re.search(r":\d+\Z", authority) and scheme == "http":
        authority += f":{_OLLAMA_PORT}"
    authority = re.sub(r"\A(?:0\.0\.0\.0|\[::\])?(?=:)", "127.0.0.1", authority)
    return f"{scheme}://{authority}{slash}{path}"


def _first(environ: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((value for name in names if (value := environ.get(name, "").strip())), "")
