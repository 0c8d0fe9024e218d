"""How one family of servers is spoken to over HTTP, as a value: what differs between families, and
nothing else. `wire.served` is what they share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from articgw.backends.families import Family
from articgw.backends.wire.decoding import Decoder, events_or_whole
from articgw.backends.wire.features import Asking, Menu
from articgw.backends.wire.heard import Heard


@dataclass(frozen=True, slots=True)
class Speech:
    """Of one family."""

    family: Family
    menu: Menu
    headers: Callable[[str], dict[str, str]]
    """Those that show a key."""
    endpoint: Callable[[str], str]
    """Where a model, by its name, is asked; relative to the base."""
    request: Callable[[str, str, Asking], dict[str, Any]]
    """Model, system prompt and fields as a body, with `wire.body.PICTURE` and ``QUESTION`` in the
    places of those two, in this order."""
    hear: Callable[[bytes], Heard]
    """One event. Raises `ValueError` where it is none."""
    decoder: Callable[[str, bytes], Decoder] = events_or_whole
    """By the response's content type and its first bytes."""
    always: Mapping[str, str] = field(default_factory=dict)
    """Headers of every request, with a key or without."""


def bearer(key: str) -> dict[str, str]:
    """The header that most servers want."""
    return {"Authorization": f"Bearer {key}"}
