"""Is a secret in what was written, in any spelling in which it would still give itself away?

Spellings: as it is, in a URL, in JSON, in Python's repr, in hexadecimal, inside base64 of something
larger (three alignments, both alphabets), and its beginning or end alone. No I/O.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

END_CHARS = 16
"""So much of a secret's beginning or end is half of the secret."""
AROUND = 40


@dataclass(frozen=True, slots=True)
class Sentinel:
    """Something that may not be written."""

    name: str
    value: bytes
    kinds: frozenset[str] | None = None
    """Where it may not be; None: nowhere. A session's name is told to its owner, for one."""
    in_parts: bool = True
    """Its beginning or end alone counts, too."""


@dataclass(frozen=True, slots=True)
class Written:
    """Something that left the gateway other than by answering who may know."""

    kind: str
    """stdout, stderr, trace, metrics, http, channel, …"""
    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Hit:
    """A secret that was found."""

    sentinel: str
    spelling: str
    kind: str
    name: str
    around: str
    """What stands about it, with the secret cut out."""


def hits(sentinels: Iterable[Sentinel], written: Iterable[Written]) -> list[Hit]:
    """At most one per secret and thing that was written."""
    listed = list(written)
    found = []
    for sentinel in sentinels:
        spelt = dict(spellings(sentinel.value, in_parts=sentinel.in_parts))
        for one in listed:
            if sentinel.kinds is not None and one.kind not in sentinel.kinds:
                continue
            for spelling, needle in spelt.items():
                at = one.data.find(needle)
                if at >= 0:
                    around = _around(one.data, at, len(needle))
                    found.append(Hit(sentinel.name, spelling, one.kind, one.name, around))
                    break
    return found


def spellings(value: bytes, *, in_parts: bool = True) -> Iterator[tuple[str, bytes]]:
    """Names of spellings, and what to look for. Raises `ValueError` for what is too short."""
    if len(value) < END_CHARS // 2:
        raise ValueError(f"{len(value)} bytes are found by chance")
    yield "as it is", value
    yield "URL", quote(value, safe="").encode()
    yield "path", quote(value).encode()
    yield "capitals", value.upper()
    yield "hex", value.hex().encode()
    yield "repr", repr(value)[2:-1].encode()
    try:
        text = value.decode()
    except UnicodeDecodeError:
        pass
    else:
        yield "JSON", json.dumps(text)[1:-1].encode()
        yield "JSON with slashes", json.dumps(text)[1:-1].replace("/", "\\/").encode()
        yield "JSON twice", json.dumps(json.dumps(text)[1:-1])[1:-1].encode()
    for offset in range(3):
        inner = _inside_base64(value, offset)
        yield f"base64 at {offset}", inner
        yield f"base64url at {offset}", inner.translate(bytes.maketrans(b"+/", b"-_"))
    if in_parts and len(value) > END_CHARS:
        yield "beginning", value[:END_CHARS]
        yield "end", value[-END_CHARS:]


def _inside_base64(value: bytes, offset: int) -> bytes:
    """What the base64 of anything has in it where ``value`` stands at 3 n + ``offset``."""
    whole = b64encode(bytes(offset) + value)
    first = -(-8 * offset // 6)
    last = 8 * (offset + len(value)) // 6
    return whole[first:last]


def _around(data: bytes, at: int, length: int) -> str:
    before, after = data[max(0, at - AROUND) : at], data[at + length : at + length + AROUND]
    return f"{before.decode('utf-8', 'replace')}[here]{after.decode('utf-8', 'replace')}"
