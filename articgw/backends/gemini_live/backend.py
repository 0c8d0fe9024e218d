"""One question to Gemini's Live API, top to bottom.

    frame ──thread──▶ picture ─┐
    question ──────────────────┴▶ the call's line ──▶ turn ──▶ answer ──▶ text, then Reply
                                   set-up, handle, what was said before

A call has a connection of its own, because the API remembers what it was shown. Questions of nobody
(`Prompt.session` empty), and a second one at the same time, get one that ends with the answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import aiohttp

from articgw.backends.base import Prompt, Reply
from articgw.backends.behind.boxes import convention_of
from articgw.backends.behind.carriers import carrier_for
from articgw.backends.behind.instructions import EvidenceBy
from articgw.backends.gemini_live.line import IDLE_S, Line
from articgw.backends.gemini_live.speech import MENU, PATH, evidence_of
from articgw.backends.pictures.pictures import Pictures
from articgw.backends.wire.answer import Answer
from articgw.backends.wire.faults import Faults
from articgw.backends.wire.features import MAX_TOKENS, Features
from articgw.backends.wire.key import sendable
from articgw.backends.wire.opening import connect
from articgw.backends.wire.served import check, faults_of, log, sent_to, warn_of_clear_text
from articgw.backends.wire.sockets import Sockets
from articgw.backends.wire.stream import GAP_S
from articgw.backends.wire.target import Target
from articgw.backends.wire.turn import Turn
from articgw.errors import BackendUnavailable
from articgw.frame import Frame


class GeminiLiveBackend:
    """Answers from a model behind the Live API. See `articgw.backends.base.Backend`."""

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
        """As `ServedBackend`; a schema becomes a trailer: the API forces none."""
        self._api_key = sendable(api_key)
        self._target = target
        self._picture_px = picture_px
        self._pictures = Pictures(picture_px)
        self._gap_s = gap_s
        self._convention = convention_of(target.model)
        by: EvidenceBy = "trailer" if evidence == "schema" else evidence
        self._features = Features(MENU, by, max_tokens=max_tokens)
        self._http: aiohttp.ClientSession | None = None
        self._sockets: Sockets | None = None
        self._lines: dict[str, Line] = {}
        self._trouble = ""

    @property
    def model(self) -> str:
        """As the server knows it."""
        return self._target.model

    @property
    def about(self) -> str:
        """Where pictures go, and what was wrong at the start until a question has been answered."""
        return f"{sent_to(self._target, self._picture_px)} {self._trouble}".rstrip()

    async def start(self) -> None:
        """Says in the log and in `about` what is wrong with the server, and starts all the same."""
        if self._http is not None:
            return
        shown = {"x-goog-api-key": self._api_key} if self._api_key else {}
        self._http = connect(self._target, shown, {})
        self._sockets = Sockets(self._http, self._target.at(PATH))
        warn_of_clear_text(self._target)
        self._trouble = await check(self._http, self._faults(""))
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
        if self._sockets is None:
            raise BackendUnavailable("the model's server cannot be asked before the gateway starts")
        faults = self._faults(prompt.question)
        ends_t = asyncio.get_running_loop().time() + deadline_s
        line = self._line(prompt.session, self._sockets)
        turn = Turn(line, line, faults, self._features, ends_t=ends_t, gap_s=self._gap_s)
        is_whole, line.is_busy = False, True
        try:
            async with asyncio.timeout_at(ends_t):
                picture = await self._pictures.of(prompt.frame)
                await asyncio.sleep(line.rest_s)
                line.ask(picture, prompt.question)
                heard, asking = await turn.begin()
            self._trouble = ""
            answer = Answer(carrier_for(evidence_of(asking)), faults, line.hear)
            while True:
                if text := answer.on(heard):
                    yield text
                if answer.complete:
                    break
                heard = await turn.next(has_begun=answer.begun)
            if text := answer.end():
                yield text
            is_whole = answer.done
        except TimeoutError:
            raise faults.too_late(deadline_s) from None
        finally:
            turn.end(is_whole=is_whole)
            line.is_busy, line.used_t = False, asyncio.get_running_loop().time()
            if self._lines.get(prompt.session) is not line:
                line.hang_up()
        reply = answer.reply(self._target.model, self._convention, picture.size_px)
        line.answered(reply.text)
        yield reply

    async def close(self) -> None:
        """Close all connections. May be called twice."""
        http, self._http = self._http, None
        sockets, self._sockets = self._sockets, None
        for line in self._lines.values():
            line.hang_up()
        self._lines.clear()
        if sockets is not None:
            await sockets.close()
        await self._pictures.close()
        if http is not None:
            await http.close()

    def _line(self, session: str, sockets: Sockets) -> Line:
        now = asyncio.get_running_loop().time()
        for name, line in list(self._lines.items()):
            if not line.is_busy and now - line.used_t > IDLE_S:
                self._lines.pop(name).hang_up()
        there = self._lines.get(session)
        if there is not None and not there.is_busy:
            return there
        line = Line(sockets, self._target.model, self._convention)
        if session and there is None:
            self._lines[session] = line
        return line

    def _faults(self, question: str) -> Faults:
        return faults_of(self._target, self._api_key, self._picture_px, question)
