"""What can go wrong at a model server, as data, the same for every adapter: what the server does,
which failure that is, and words that tell what to do."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from articgw.errors import BackendError, BackendGarbled, BackendRefused, BackendUnavailable
from articgw.testing.servers.behaviours import (
    Behaviour,
    breaks_off,
    complains_in_stream,
    fails,
    finishes_without_end,
    garbles,
    goes_silent,
    hangs_up,
    repeats_the_request,
    says,
    stalls,
)
from tests.articgw.backends.conformance import GAP_S, KEY, QUESTION, TEXT, Adapter, ask
from tests.helpers.certificate import server_context

DEADLINE_S = 3.0
LATE_S = 1.0
"""A busy machine is so late at most."""

Kind = type[BackendUnavailable] | type[BackendRefused] | type[BackendGarbled]


@dataclass(frozen=True)
class Misfortune:
    """One way to fail."""

    name: str
    behaviour: Behaviour | None
    """None: nobody is there."""
    kind: Kind | None
    """None: it is answered all the same."""
    tells: str = ""
    """Words of the error; KEY_NAME stands for the family's."""
    retry_after_s: float | None = None
    deadline_s: float = DEADLINE_S
    tls: bool = False
    """The server's certificate is one that nobody trusts."""


GONE, NO, ODD = BackendUnavailable, BackendRefused, BackendGarbled
MISFORTUNES: tuple[Misfortune, ...] = (
    Misfortune("connection refused", None, GONE, "is it running?"),
    Misfortune("TLS certificate", says(TEXT), GONE, "SSL_CERT_FILE", tls=True),
    Misfortune("401", fails(401), NO, "KEY_NAME"),
    Misfortune("403", fails(403), NO, "another key or model"),
    Misfortune("404 model", fails(404, "no such model"), NO, "does not have"),
    Misfortune("413", fails(413), NO, "--picture_px"),
    Misfortune("429 with retry-after", fails(429, headers={"Retry-After": "60"}), GONE, "in 60 s",
               60.0),
    Misfortune("429 without", fails(429), GONE, "in a while"),
    Misfortune("500", fails(500), GONE, "log"),
    Misfortune("503", fails(503), GONE, "busy or still starting"),
    Misfortune("529", fails(529), GONE, "in a moment"),
    Misfortune("first-token stall", stalls(), GONE, "within 0.5 s", deadline_s=0.5),
    Misfortune("silence in the middle", goes_silent(), GONE, "fell silent"),
    Misfortune("half-closed stream", breaks_off(end="half"), GONE, "broke off"),
    Misfortune("reset stream", breaks_off(end="cut"), GONE, "broke off"),
    Misfortune("ends without a finish", breaks_off(), GONE, "broke off"),
    Misfortune("garbled event", garbles(b'data: {"x": [\n\n'), ODD, "no answer"),
    Misfortune("error inside a 200 stream", complains_in_stream("the engine died"), GONE, "log"),
    Misfortune("hangs up each time", hangs_up(), GONE, "hung up"),
    Misfortune("an empty answer", says(""), ODD, "nothing"),
    Misfortune("repeats what it was sent", repeats_the_request(500), GONE, "log"),
    Misfortune("repeats what it was sent in a 400", repeats_the_request(400), NO, "(400)"),
    Misfortune("no last event", finishes_without_end(TEXT, "early"), None),
    Misfortune("no last event and no end", finishes_without_end(TEXT, "never"), None),
)  # fmt: skip


@asynccontextmanager
async def _served(adapter: Adapter, one: Misfortune) -> AsyncGenerator[str]:
    if one.behaviour is None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        yield f"http://127.0.0.1:{port}{adapter.wire.base}"
        return
    tls = server_context() if one.tls else None
    async with adapter.server(one.behaviour, tls=tls) as server:
        yield server.url


async def wrong(adapter: Adapter, one: Misfortune) -> str:
    """What is not as it should be; empty where all is well."""
    now = asyncio.get_running_loop().time
    async with _served(adapter, one) as url:
        async with adapter.backend(url, picture_px=320, gap_s=GAP_S) as backend:
            began_t, error, text = now(), None, ""
            try:
                text = (await ask(backend, one.deadline_s))[1].text
            except BackendError as caught:
                error = caught
            took_s = now() - began_t
    if took_s > one.deadline_s + LATE_S:
        return f"took {took_s:.1f} s, allowed are {one.deadline_s:g} s"
    if error is None:
        return "" if one.kind is None and text == TEXT else f"answered {text!r}"
    told = str(error)
    if one.kind is None or type(error) is not one.kind:
        return f"raised {error!r}"
    if one.tells.replace("KEY_NAME", adapter.family.key_name) not in told:
        return f"{one.tells!r} is not in {told!r}"
    if error.retry_after_s != one.retry_after_s:
        return f"says to retry after {error.retry_after_s}"
    written = told + getattr(error, "raw", "")
    hidden = (KEY, QUESTION, "/9j/")
    return next((f"{secret!r} is in {written!r}" for secret in hidden if secret in written), "")
