"""Every adapter through every check and every misfortune, with all that is written searched for the
key, the question and the picture: logs, errors, traces and metrics."""

from __future__ import annotations

import logging
from io import StringIO
from typing import Any

from articgw.metrics import Metrics
from articgw.protocol import AnswerDone, Ask, Error
from articgw.testing import loopback_call, picture
from articgw.testing.servers.behaviours import fails, says
from articgw.trace import MemoryTrace
from tests.articgw.backends.before import BEFORE
from tests.articgw.backends.conformance import ADAPTERS, CHECKS, KEY, QUESTION, TEXT, Adapter
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
    kept: list[str] = []
    try:
        for adapter in ADAPTERS:
            kept += await _calls(adapter)
            for check in (*CHECKS, *BEFORE):
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
    text = "".join([written.getvalue(), *(row["why"] for row in rows), *kept])
    hits = sum(text.count(secret) for secret in (KEY, QUESTION, PICTURE))
    return [*rows, {"part": "secrets", "hits": hits, "searched_chars": len(text)}]


async def _calls(adapter: Adapter) -> list[str]:
    """What is kept of two whole calls, one of which fails: the trace, the metrics, the errors."""
    trace, metrics = MemoryTrace(), Metrics()
    told = ""
    for behaviour, answered in ((says(TEXT), True), (fails(500), False)):
        async with adapter.server(behaviour) as server, adapter.backend(server.url) as backend:
            async with loopback_call(backend, trace=trace, metrics=metrics) as peer:
                peer.show(picture(640, 360))
                peer.say(Ask(id="1", text=QUESTION))
                if answered:
                    await peer.hears(AnswerDone)
                else:
                    told = (await peer.hears(Error)).message
    return [told, repr(trace.lines), metrics.page("")[0].decode()]


def _row(adapter: str, kind: str, name: str, why: str) -> Row:
    return {"part": "adapters", "adapter": adapter, "kind": kind, "name": name, "why": why,
            "passed": not why}  # fmt: skip
