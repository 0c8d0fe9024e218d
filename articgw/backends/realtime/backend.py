"""One question to the Realtime API, top to bottom.

    frame ──thread──▶ picture ─┐                    ┌──error that names a field── features
    question ──────────────────┴▶ response.create ──┴▶ socket ──▶ answer ──▶ text, then Reply

A socket that has died since its last answer is noticed when it is asked, and replaced once. The
API forces no schema and gives no log-probabilities, so what rides behind is a trailer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from urllib.parse import quote

import aiohttp

from articgw.backends.base import Prompt, Reply
from articgw.backends.behind.boxes import convention_of
from articgw.backends.behind.carriers import carrier_for
from articgw.backends.behind.instructions import EvidenceBy, system_prompt
from articgw.backends.pictures.pictures import Pictures
from articgw.backends.realtime.hear import hear
from articgw.backends.realtime.speech import MENU, request
from articgw.backends.wire.answer import Answer
from articgw.backends.wire.body import envelope
from articgw.backends.wire.faults import Faults
from articgw.backends.wire.features import MAX_TOKENS, Asking, Features
from articgw.backends.wire.heard import Heard
from articgw.backends.wire.key import sendable
from articgw.backends.wire.opening import connect
from articgw.backends.wire.served import check, faults_of, log, sent_to, warn_of_clear_text
from articgw.backends.wire.sockets import Sockets
from articgw.backends.wire.speech import bearer
from articgw.backends.wire.stream import GAP_S
from articgw.backends.wire.target import Target
from articgw.backends.wire.turn import Turn
from articgw.errors import BackendUnavailable
from articgw.frame import Frame


class OneEvent:
    """A question is one event, on a new socket as on any other. See `wire.turn.Script`."""

    event: Callable[[Asking], bytes]

    def opening(self, _asking: Asking) -> None:
        """Nothing."""

    def question(self, asking: Asking) -> Sequence[bytes]:
        """The event."""
        return [self.event(asking)]

    def hear(self, data: bytes) -> Heard:
        """An event. Raises `ValueError` where it is none."""
        return hear(data)

    def lost(self) -> bool:
        """There is no other opening."""
        return False


class RealtimeBackend:
    """Answers from a model behind the Realtime API. See `articgw.backends.base.Backend`."""

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
        """As `ServedBackend`; a schema becomes a trailer."""
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
        self._http = connect(self._target, bearer(self._api_key) if self._api_key else {}, {})
        url = self._target.at(f"realtime?model={quote(self._target.model, safe='')}")
        self._sockets = Sockets(self._http, url)
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
        script = OneEvent()
        turn = Turn(self._sockets, script, faults, self._features, ends_t=ends_t, gap_s=self._gap_s)
        is_whole = False
        try:
            async with asyncio.timeout_at(ends_t):
                picture = await self._pictures.of(prompt.frame)

                def event(asking: Asking) -> bytes:
                    system = system_prompt(asking.by, self._convention)
                    return envelope(request(system, asking)).around(picture, prompt.question)

                script.event = event
                heard, asking = await turn.begin()
            self._trouble = ""
            answer = Answer(carrier_for(asking.by), faults, hear)
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
        yield answer.reply(self._target.model, self._convention, picture.size_px)

    async def close(self) -> None:
        """Close all connections. May be called twice."""
        http, self._http = self._http, None
        sockets, self._sockets = self._sockets, None
        if sockets is not None:
            await sockets.close()
        await self._pictures.close()
        if http is not None:
            await http.close()

    def _faults(self, question: str) -> Faults:
        return faults_of(self._target, self._api_key, self._picture_px, question)
