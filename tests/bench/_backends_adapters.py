"""Every adapter through every check and every misfortune, with all that is written searched for the
key, the question and the picture."""

from __future__ import annotations

import logging
from io import StringIO
from typing import Any

from tests.articgw.backends.conformance import ADAPTERS, CHECKS, KEY, QUESTION
from tests.articgw.backends.misfortunes import MISFORTUNES, wrong

Row = dict[str, Any]

PICTURE = "/9j/"
"""How a JPEG file begins in base64."""


async def measure() -> list[Row]:
    """A row per adapter and check."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    rows: list[Row] = []
    try:
        for adapter in ADAPTERS:
            for check in CHECKS:
                why = ""
                try:
                    await check(adapter)
                except Exception as error:  # noqa: BLE001  what fails is a row
                    why = f"{type(error).__name__}: {error}"
                rows.append(_row(adapter.name, "check", check.__name__, why))
            for one in MISFORTUNES:
                rows.append(_row(adapter.name, "fault", one.name, await wrong(adapter, one)))
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
    text = written.getvalue() + "".join(row["why"] for row in rows)
    hits = sum(text.count(secret) for secret in (KEY, QUESTION, PICTURE))
    return [*rows, {"part": "secrets", "hits": hits, "searched_chars": len(text)}]


def _row(adapter: str, kind: str, name: str, why: str) -> Row:
    return {"part": "adapters", "adapter": adapter, "kind": kind, "name": name, "why": why,
            "passed": not why}  # fmt: skip
