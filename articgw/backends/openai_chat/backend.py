"""One question to a model server, top to bottom.

    frame ──thread──▶ picture ─┐
    question ──────────────────┴▶ body ──▶ opening ──200──▶ stream ──▶ answer ──▶ text, then Reply
                                  features ◀──400── │                    trailer or schema behind it
                                                    ▼
                                                  faults ──▶ unavailable, refused, garbled

Raw aiohttp and no vendor's SDK: OpenAI's own costs ten times the work per token (measured: 510 µs
against 50), retries on its own for up to two minutes, and hides the connection, which is what
cancels.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing

import aiohttp

from articgw.backends.base import Prompt, Reply
from articgw.backends.openai_chat.answer import Answer
from articgw.backends.openai_chat.body import envelope
from articgw.backends.openai_chat.boxes import convention_of
from articgw.backends.openai_chat.carrier import Carrier, Plain
from articgw.backends.openai_chat.faults import Faults
from articgw.backends.openai_chat.features import MAX_TOKENS, Asking, Features
from articgw.backends.openai_chat.instructions import EvidenceBy, system_prompt
from articgw.backends.openai_chat.opening import Opening, complaint_of_response, connect
from articgw.backends.openai_chat.pictures import Pictures
from articgw.backends.openai_chat.schema import Schema
from articgw.backends.openai_chat.stream import GAP_S, Stream, drain
from articgw.backends.openai_chat.target import Target
from articgw.backends.openai_chat.trailer import Trailer
from articgw.errors import BackendUnavailable, ConfigError
from articgw.frame import Frame

log = logging.getLogger(__name__)

CHECK_S = 2.0
_CARRIERS: dict[EvidenceBy, type[Carrier]] = {"none": Plain, "trailer": Trailer, "schema": Schema}


class OpenAIChatBackend:
    """Answers from a model behind chat completions. See `articgw.backends.base.Backend`."""

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
        self._api_key = (api_key or "").strip()
        if not (self._api_key.isascii() and self._api_key.isprintable()):
            raise ConfigError("api_key has characters that no key has: was it copied whole?")
        self._target = target
        self._picture_px = picture_px
        self._pictures = Pictures(picture_px)
        self._gap_s = gap_s
        self._convention = convention_of(target.model)
        self._features = Features(evidence, max_tokens=max_tokens)
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
        where = "on this machine" if self._target.is_here else f"at {self._target.host}"
        text = (
            f"A vision-language model served {where}: with each question it is sent one picture of "
            f"at most {self._picture_px} px; it can be wrong and sound sure."
        )
        return f"{text} {self._trouble}".rstrip()

    async def start(self) -> None:
        """Says in the log and in `about` what is wrong with the server, and starts all the same: a
        model server may come and go while the gateway stays."""
        if self._http is not None:
            return
        self._http = connect(self._target, self._api_key)
        if self._target.origin.startswith("http://") and not self._target.is_here:
            log.warning("pictures go to %s without encryption", self._target.origin)
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
        opening = Opening(self._http, faults, self._features, ends_t=ends_t)
        try:
            async with asyncio.timeout_at(ends_t):
                picture = await self._pictures.of(prompt.frame)

                def body(asking: Asking) -> bytes:
                    system = system_prompt(asking.by, self._convention)
                    around = envelope(self._target.model, system, asking)
                    return around.around(picture, prompt.question)

                response, asking = await opening.open(body)
        except TimeoutError:
            raise faults.too_late(deadline_s) from None
        self._trouble = ""
        answer = Answer(_CARRIERS[asking.by](), faults)
        stream = Stream(response, faults, deadline_s=deadline_s, ends_t=ends_t, gap_s=self._gap_s)
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
        faults = self._faults("")
        try:
            async with asyncio.timeout(CHECK_S):
                response = await http.get(self._target.at("models"), allow_redirects=False)
                complaint = await complaint_of_response(response)
        except (aiohttp.ClientError, OSError) as error:
            return str(faults.of_connection(error).error)
        if response.status < 500 and response.status not in (401, 403):
            return ""
        return str(faults.of_status(response.status, {}, complaint, wall_now=0.0).error)

    def _faults(self, question: str) -> Faults:
        password = self._target.login[1] if self._target.login else ""
        secrets = (self._api_key, password, question, json.dumps(question)[1:-1])
        return Faults(self._target, bool(self._api_key), self._picture_px, secrets)

    def _use_again(self, response: aiohttp.ClientResponse) -> None:
        task = asyncio.create_task(drain(response))
        self._draining.add(task)
        task.add_done_callback(lambda _: response.close())
        task.add_done_callback(self._draining.discard)
