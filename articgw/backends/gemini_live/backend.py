"""One question to Gemini's Live API, top to bottom.

    frame ──thread──▶ picture ─┐
    question ──────────────────┴▶ the call's line ──▶ turn ──▶ answer ──▶ text, then Reply
                                   set-up, handle, what was said before

A call has a connection of its own, because the API remembers what it was shown. Questions of nobody
(`Prompt.session` empty), and a second one at the same time, get one that ends with the answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

import aiohttp

from articgw.backends.base import Prompt, Reply
from articgw.backends.behind.carriers import carrier_for
from articgw.backends.gemini_live.line import IDLE_S, Line
from articgw.backends.gemini_live.speech import MENU, PATH, evidence_of
from articgw.backends.wire.answer import Answer
from articgw.backends.wire.features import Menu
from articgw.backends.wire.server import ServerBackend
from articgw.backends.wire.sockets import Sockets
from articgw.backends.wire.turn import Turn
from articgw.errors import BackendUnavailable


class GeminiLiveBackend(ServerBackend):
    """Answers from a model behind the Live API. See `articgw.backends.base.Backend`."""

    forces_schema = False

    async def ask(self, prompt: Prompt, *, deadline_s: float) -> AsyncGenerator[str | Reply]:
        """Yield the answer's text as it comes, then the `Reply`."""
        if self._sockets is None:
            raise BackendUnavailable("the model's server cannot be asked before the gateway starts")
        faults = self._faults(prompt)
        ends_t = asyncio.get_running_loop().time() + deadline_s
        line = self._line(prompt.session, self._sockets)
        turn = Turn(line, line, faults, self._features, ends_t=ends_t, gap_s=self._gap_s)
        is_whole, line.is_busy = False, True
        try:
            async with asyncio.timeout_at(ends_t):
                picture = await self._pictures.of(prompt.frame)
                await asyncio.sleep(line.rest_s)
                line.ask(picture, prompt.words)
                heard, asking = await turn.begin()
            self._trouble = ""
            answer = Answer(carrier_for(evidence_of(asking)), faults, line.hear)
            async with aclosing(turn.pieces(answer, heard)) as pieces:
                async for piece in pieces:
                    yield piece
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

    def _set_up(self) -> None:
        self._sockets: Sockets | None = None
        self._lines: dict[str, Line] = {}

    def _menu(self) -> Menu:
        return MENU

    def _shown(self, api_key: str) -> Mapping[str, str]:
        return {"x-goog-api-key": api_key}

    def _opened(self, http: aiohttp.ClientSession) -> None:
        self._sockets = Sockets(http, self._target.at(PATH))

    async def _let_go(self) -> None:
        sockets, self._sockets = self._sockets, None
        for line in self._lines.values():
            line.hang_up()
        self._lines.clear()
        if sockets is not None:
            await sockets.close()

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
