"""What can go wrong behind a gateway, each as data: what the model server does, and what the person
must be told by when. For integration/test_openai_faults.py, and counted by the bench of doors."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from articgw.backends.openai_chat import OpenAIChatBackend, parse
from articgw.config import Config
from articgw.errors import ErrorCode
from articgw.protocol import AnswerDone, Ask, Error
from articgw.testing import LoopbackPeer, loopback_call, picture
from tests.helpers.certificate import server_context
from tests.helpers.chat_server import (
    MODEL,
    Behaviour,
    ChatServer,
    chunk,
    event,
    fails,
    hangs_up,
    repeats_the_request,
    says,
    says_at_once,
    stalls,
    streams,
)

KEY = "sk-SENTINEL0123456789abcdef"
QUESTION = "What does the sign SENTINEL-QUESTION say?"
TEXT = "It says EXIT."
GAP_S = 0.4
LATE_S = 1.0
"""A busy machine is so late at most."""

_BEGINNING = event(chunk({"content": "It says"}))
_QUOTA = {"error": {"message": "You exceeded your quota", "code": "insufficient_quota"}}
_NO_MODEL = {"error": {"message": "The model does not exist", "code": 404, "type": "NotFoundError"}}
_FILTERED = {"error": {"message": "Filtered", "code": "content_filter"}}
_WRONG_KEY = {"error": {"message": f"Incorrect API key provided: {KEY}", "code": "invalid_api_key"}}
_ERROR = {"error": {"message": "the engine has died", "type": "server_error", "code": 500}}
_THINKING = [event(chunk({"reasoning_content": "Hm. ", "content": None})) for _ in range(3)]
_UTF8 = event(chunk({"content": "Größe 42 €"})).replace(
    b"Gr\\u00f6\\u00dfe 42 \\u20ac", "Größe 42 €".encode()
)
_STOP = event(chunk({}, "stop"))
_DONE = b"data: [DONE]\n\n"


@dataclass(frozen=True)
class Fault:
    """One way to fail, or to be odd."""

    name: str
    behaviour: Behaviour | None
    """What the server does; None: there is none."""
    code: ErrorCode | None
    """Of the error that the person gets; None: the question is answered all the same."""
    tells: str
    """Words of that error's text, or the answer."""
    retry_after_s: float | None = None
    deadline_s: float = 3.0
    tls: bool = False
    """The server speaks TLS with a certificate that nobody trusts."""
    scheme: str | None = None
    """Of the URL that the gateway is given, if not the server's."""


def _unavailable(
    name: str,
    behaviour: Behaviour | None,
    tells: str,
    retry_after_s: float | None = None,
    deadline_s: float = 3.0,
) -> Fault:
    return Fault(name, behaviour, "backend_unavailable", tells, retry_after_s, deadline_s)


def _refused(name: str, behaviour: Behaviour, tells: str) -> Fault:
    return Fault(name, behaviour, "backend_refused", tells)


def _garbled(name: str, behaviour: Behaviour, tells: str) -> Fault:
    return Fault(name, behaviour, "backend_garbled", tells)


def _answered(name: str, behaviour: Behaviour, answer: str = TEXT) -> Fault:
    return Fault(name, behaviour, None, answer)


FAULTS: tuple[Fault, ...] = (
    _unavailable("refused connection", None, "is it running?"),
    Fault("TLS: certificate not trusted", says(TEXT), "backend_unavailable", "SSL_CERT_FILE",
          tls=True),
    Fault("TLS: asked of a server without", says(TEXT), "backend_unavailable", "http://",
          scheme="https"),
    Fault("TLS: not asked of a server with", says(TEXT), "backend_unavailable", "URL",
          tls=True, scheme="http"),
    _refused("401", fails(401, _WRONG_KEY), "OPENAI_API_KEY"),
    _refused("403", fails(403, "no"), "another key or model"),
    _refused("404 model", fails(404, _NO_MODEL), "/v1/models"),
    _refused("413", fails(413, b"<html>too large</html>"), "--picture_px"),
    _refused("400 no pictures", fails(400, "image input is not supported"), "take pictures?"),
    _refused("402 as 429: quota used up", fails(429, _QUOTA), "billing"),
    _refused("307 moved", fails(307, headers={"Location": "http://127.0.0.1:9/"}), "new URL"),
    _unavailable("429 with retry-after", fails(429, "slow down", {"Retry-After": "60"}),
                 "in 60 s", 60.0),
    _unavailable("429 without retry-after", fails(429, "slow down"), "in a while"),
    _unavailable("500", fails(500, "out of memory"), "that server's log"),
    _unavailable("502 from a proxy", fails(502, b"<html>Bad Gateway</html>"), "in a moment"),
    _unavailable("503 while starting", fails(503, "Loading model", {"Retry-After": "5"}),
                 "in 5 s", 5.0),
    _unavailable("529", fails(529, {"error": {"type": "overloaded_error"}}), "in a moment"),
    _unavailable("slow first token", stalls(), "within 0.6 s", deadline_s=0.6),
    _unavailable("slow first token behind headers", streams(b": hello\n\n", end="never"), "0.6 s",
                 deadline_s=0.6),
    _unavailable("silence in the middle", streams(_BEGINNING, end="never"), "fell silent"),
    _unavailable("half-closed stream", streams(_BEGINNING, end="half"), "broke off"),
    _unavailable("reset stream", streams(_BEGINNING, end="cut"), "broke off"),
    _unavailable("ends without a finish", streams(_BEGINNING), "broke off"),
    _unavailable("hangs up instead of answering", hangs_up(), "hung up"),
    _unavailable("error inside a 200 stream", streams(_BEGINNING, event(_ERROR)), "log"),
    _unavailable("error inside a 200 stream, a string", streams(event({"error": "runner died"})),
                 "log"),
    _refused("content filter in the stream", streams(event(chunk({}, "content_filter"))),
             "content filter"),
    _refused("content filter as an error", fails(400, _FILTERED), "content filter"),
    _refused("refusal", streams(event(chunk({"refusal": "I will not."})), _STOP, _DONE),
             "will not answer"),
    _garbled("garbled SSE", streams(_BEGINNING, b"data: {\"choices\": [{\n\n"), "no answer"),
    _garbled("not SSE at all", streams(b"\x00\xff\x80 nonsense\n\n" * 20), "no answer"),
    _garbled("a web page with 200", streams(b"<!doctype html><p>Hi", content_type="text/html"),
             "no answer"),
    _garbled("JSON of something else", streams(b'["a"]', content_type="application/json"),
             "no answer"),
    _garbled("a line without an end", streams(*[b"data: " + b"x" * 300_000] * 5), "far more"),
    _garbled("an empty answer", says(""), "nothing"),
    _garbled("only thoughts until the tokens are gone",
             streams(*_THINKING, event(chunk({"content": None}, "length")), _DONE), "tokens"),
    Fault("repeats the request when it fails", repeats_the_request(500), "backend_unavailable",
          "log"),
    _answered("missing [DONE]", says(TEXT, done=False)),
    _answered("missing [DONE] and no end", streams(event(chunk({"content": TEXT})), _STOP,
                                                  end="never")),
    _answered("missing finish_reason", says(TEXT, finish=None)),
    _answered("cut behind the finish", streams(event(chunk({"content": TEXT})), _STOP, end="cut")),
    _answered("no stream although asked for", says_at_once(TEXT)),
    _answered("comments, CRLF and a split word",
              streams(b": PROCESSING\r\n\r\n", _UTF8[:-10].replace(b"\n", b"\r\n"), _UTF8[-10:],
                      b"\r\n", _STOP, _DONE), "Größe 42 €"),
    _answered("cut in the middle of a letter",
              streams(*(_UTF8[i : i + 1] for i in range(len(_UTF8))), _STOP, _DONE), "Größe 42 €"),
    _answered("thoughts before the answer", streams(*_THINKING, event(chunk({"content": TEXT})),
                                                    _STOP, _DONE)),
)  # fmt: skip


@asynccontextmanager
async def served(fault: Fault) -> AsyncGenerator[str]:
    """Yields the URL at which ``fault`` is met."""
    if fault.behaviour is None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        yield f"http://127.0.0.1:{port}/v1"
        return
    async with ChatServer(fault.behaviour, tls=server_context() if fault.tls else None) as server:
        scheme, rest = server.url.split("://")
        yield f"{fault.scheme or scheme}://{rest}"


@asynccontextmanager
async def faulty_call(fault: Fault) -> AsyncGenerator[LoopbackPeer]:
    """A call whose model server does as ``fault`` says; its camera has shown one picture."""
    async with served(fault) as url:
        backend = OpenAIChatBackend(
            parse(f"openai:{MODEL}@{url}"), api_key=KEY, picture_px=320, gap_s=GAP_S
        )
        config = Config(answer_deadline_s=fault.deadline_s)
        async with loopback_call(backend, config=config) as peer:
            peer.show(picture())
            yield peer


async def asked(peer: LoopbackPeer, question_id: str) -> tuple[AnswerDone | Error, float]:
    """How a question ends, and after how many seconds."""
    now = asyncio.get_running_loop().time
    began_t = now()
    peer.say(Ask(id=question_id, text=QUESTION))
    while True:
        message = await peer.hears(AnswerDone | Error)  # type: ignore[arg-type]
        if isinstance(message, AnswerDone | Error) and message.id == question_id:
            return message, now() - began_t


def wrong(fault: Fault, end: AnswerDone | Error, took_s: float) -> str:
    """What is not as it should be about the end of a question; empty where all is well."""
    if took_s > fault.deadline_s + LATE_S:
        return f"took {took_s:.1f} s, allowed are {fault.deadline_s:g} s"
    if isinstance(end, AnswerDone):
        return "" if fault.code is None and end.text == fault.tells else f"answered {end.text!r}"
    told = (end.code, end.retry_after_s)
    if told != (fault.code, fault.retry_after_s):
        return f"told {told}: {end.message}"
    if fault.tells not in end.message:
        return f"{fault.tells!r} is not in {end.message!r}"
    secrets = (KEY, QUESTION, "base64")
    return next((f"{one!r} is in {end.message!r}" for one in secrets if one in end.message), "")


async def typed(fault: Fault) -> bool:
    """True where one question ends as ``fault`` says, in time."""
    async with faulty_call(fault) as peer:
        end, took_s = await asked(peer, "1")
    return not wrong(fault, end, took_s)
