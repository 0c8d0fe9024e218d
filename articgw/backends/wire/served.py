"""One question to a model server over HTTP, top to bottom, for every family.

    frame ──thread──▶ picture ─┐
    question ──────────────────┴▶ body ──▶ opening ──200──▶ stream ──▶ answer ──▶ text, then Reply
                                  features ◀──400── │                    trailer or schema behind it
                                                    ▼
                                                  faults ──▶ unavailable, refused, garbled

What differs between families is a `Speech`. Raw aiohttp and no vendor's SDK: OpenAI's own costs ten
times the work per token (measured: 510 µs against 50), retries on its own for up to two minutes,
and hides the connection, which is what cancels.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import ClassVar

import aiohttp

from articgw.backends.base import Prompt, Reply
from articgw.backends.behind.boxes import convention_of
from articgw.backends.behind.carriers import carrier_for
from articgw.backends.behind.instructions import EvidenceBy, system_prompt
from articgw.backends.pictures.pictures import Pictures
from articgw.backends.wire.answer import Answer
from articgw.backends.wire.body import envelope
from articgw.backends.wire.faults import Faults
from articgw.backends.wire.features import MAX_TOKENS, Asking, Features
from articgw.backends.wire.key import sendable
from articgw.backends.wire.opening import Opening, complaint_of_response, connect
from articgw.backends.wire.speech import Speech
from articgw.backends.wire.stream import GAP_S, Stream, drain
from articgw.backends.wire.target import Target
from articgw.errors import BackendUnavailable
from articgw.frame import Frame

log = logging.getLogger(__name__)

CHECK_S = 2.0


class ServedBackend:
    """Answers from a model server. See `articgw.backends.base.Backend`."""

    speech: ClassVar[Speech]
    """The family's; each adapter sets it."""

    def __init__(
        self,
        target: Target,
        *,
        api_key: str | None = None,
        picture_px: int = 1280,
        evidence: EvidenceBy = "trailer",
        max_tokens: int = MAX_TOKENS,
        gap_s: float = GAP_S,
    ) -> None:
        """``evidence`` is how the model is asked where it looked and whether it could read it.

        Raises `ConfigError` for a key that cannot be sent.
        """
        self._api_key = sendable(api_key)
        self._target = target
        self._picture_px = picture_px
        self._pictures = Pictures(picture_px)
        self._gap_s = gap_s
        self._convention = convention_of(target.model)
        self._features = Features(self.speech.menu, evidence, max_tokens=max_tokens)
        self._http: aiohttp.ClientSession | None = None
        self._trouble = ""
        self._draining: set[asyncio.Task[None]] = set()

    @property
    def model(self) -> str:
        """As the server knows it."""
        return self._target.model

    @property
    def about(self) -> str:
        """Where pictures go, and what was wrong at the start until a question has been answered."""
        return f"{sent_to(self._target, self._picture_px)} {self._trouble}".rstrip()

    async def start(self) -> None:
        """Says in the log and in `about` what is wrong with the server, and starts all the same: a
        model server may come and go while the gateway stays."""
        if self._http is not None:
            return
        shown = self.speech.headers(self._api_key) if self._api_key else {}
        self._http = connect(self._target, shown, self.speech.always)
        warn_of_clear_text(self._target)
        self._trouble = await self._check(self._http)
        if self._trouble:
            log.warning("%s", self._trouble)

    async def look(self, frame: Frame) -> object | None:
        """Nothing: such a model is asked only when somebody asks."""
        return None

    def expect(self, frame: Frame) -> None:
        """Make its picture ahead of the question."""
        self._pictures.expect(frame, now=asyncio.get_running_loop().time())

    async def ask(self, prompt: Prompt, *, deadline_s: float) -> AsyncGenerator[str | Reply]:
        """Yield the answer's text as it comes, then the `Reply`."""
        if self._http is None:
            raise BackendUnavailable("the model's server cannot be asked before the gateway starts")
        ends_t = asyncio.get_running_loop().time() + deadline_s
        faults = self._faults(prompt.question)
        endpoint = self.speech.endpoint(self._target.model)
        opening = Opening(self._http, faults, self._features, endpoint=endpoint, ends_t=ends_t)
        try:
            async with asyncio.timeout_at(ends_t):
                picture = await self._pictures.of(prompt.frame)

                def body(asking: Asking) -> bytes:
                    system = system_prompt(asking.by, self._convention)
                    request = self.speech.request(self._target.model, system, asking)
                    return envelope(request).around(picture, prompt.question)

                response, asking = await opening.open(body)
        except TimeoutError:
            raise faults.too_late(deadline_s) from None
        self._trouble = ""
        answer = Answer(carrier_for(asking.by), faults, self.speech.hear)
        stream = Stream(
            response,
            faults,
            deadline_s=deadline_s,
            ends_t=ends_t,
            gap_s=self._gap_s,
            decoder=self.speech.decoder,
        )
        async with aclosing(stream.pieces(answer, self._use_again)) as pieces:
            async for piece in pieces:
                yield piece
        yield answer.reply(self._target.model, self._convention, picture.size_px)

    async def close(self) -> None:
        """Close all connections. May be called twice."""
        http, self._http = self._http, None
        for task in self._draining:
            task.cancel()
        await asyncio.gather(*self._draining, return_exceptions=True)
        await self._pictures.close()
        if http is not None:
            await http.close()

    async def _check(self, http: aiohttp.ClientSession) -> str:
        """Why the first question will fail, as far as a cheap request tells; or nothing."""
        return await check(http, self._faults(""))

    def _faults(self, question: str) -> Faults:
        return faults_of(self._target, self._api_key, self._picture_px, question)

    def _use_again(self, response: aiohttp.ClientResponse) -> None:
        task = asyncio.create_task(drain(response))
        self._draining.add(task)
        task.add_done_callback(lambda _: response.close())
        task.add_done_callback(self._draining.discard)


def sent_to(target: Target, picture_px: int) -> str:
    """Where pictures go, for people."""
    where = "on this machine" if target.is_here else f"at {target.host}"
    return (
        f"A vision-language model served {where}: with each question it is sent one picture of "
        f"at most {picture_px} px; it can be wrong and sound sure."
    )


def warn_of_clear_text(target: Target) -> None:
    """In the log, where pictures leave this machine unencrypted."""
    if target.origin.startswith("http://") and not target.is_here:
        log.warning("pictures go to %s without encryption", target.origin)


def faults_of(target: Target, api_key: str, picture_px: int, question: str) -> Faults:
    """Those of one question, which never repeat the key, the login or the question."""
    password = target.login[1] if target.login else ""
    secrets = (api_key, password, question, json.dumps(question)[1:-1])
    return Faults(target, bool(api_key), picture_px, secrets)


async def check(http: aiohttp.ClientSession, faults: Faults) -> str:
    """Why the first question will fail, as far as a cheap request tells; or nothing."""
    target = faults.target
    try:
        async with asyncio.timeout(CHECK_S):
            response = await http.get(target.at(target.family.listing), allow_redirects=False)
            complaint = await complaint_of_response(response)
    except (aiohttp.ClientError, OSError) as error:
        return str(faults.of_connection(error).error)
    if response.status < 500 and response.status not in (401, 403):
        return ""
    return str(faults.of_status(response.status, {}, complaint, wall_now=0.0).error)
