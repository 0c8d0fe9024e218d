"""One question to the Realtime API, top to bottom.

    frame ──thread──▶ picture ─┐                    ┌──error that names a field── features
    question ──────────────────┴▶ response.create ──┴▶ socket ──▶ answer ──▶ text, then Reply

A socket that has died since its last answer is noticed when it is asked, and replaced once. The
API forces no schema and gives no log-probabilities, so what rides behind is a trailer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from urllib.parse import quote

import aiohttp

from articgw.backends.base import Prompt, Reply
from articgw.backends.behind.carriers import carrier_for
from articgw.backends.behind.instructions import system_prompt
from articgw.backends.realtime.hear import hear
from articgw.backends.realtime.speech import MENU, request
from articgw.backends.wire.answer import Answer
from articgw.backends.wire.body import envelope
from articgw.backends.wire.features import Asking, Menu
from articgw.backends.wire.heard import Heard
from articgw.backends.wire.layout import Place, layout_of
from articgw.backends.wire.server import ServerBackend
from articgw.backends.wire.sockets import Sockets
from articgw.backends.wire.speech import bearer
from articgw.backends.wire.turn import Turn
from articgw.errors import BackendUnavailable


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


class RealtimeBackend(ServerBackend):
    """Answers from a model behind the Realtime API. See `articgw.backends.base.Backend`."""

    forces_schema = False

    async def ask(self, prompt: Prompt, *, deadline_s: float) -> AsyncGenerator[str | Reply]:
        """Yield the answer's text as it comes, then the `Reply`."""
        if self._sockets is None:
            raise BackendUnavailable("the model's server cannot be asked before the gateway starts")
        faults = self._faults(prompt)
        ends_t = asyncio.get_running_loop().time() + deadline_s
        script = OneEvent()
        turn = Turn(self._sockets, script, faults, self._features, ends_t=ends_t, gap_s=self._gap_s)
        is_whole = False
        try:
            async with asyncio.timeout_at(ends_t):
                shown = [*(one.frame for one in prompt.earlier), prompt.frame]
                pictures = [await self._pictures.of(frame) for frame in shown]
                places = [Place(one.detail) for one in pictures]
                layout = layout_of(prompt.earlier, places)

                def event(asking: Asking) -> bytes:
                    system = system_prompt(
                        asking.by,
                        self._convention,
                        tools=asking.has(MENU.tools),
                        several=self._frames > 1,
                    )
                    said = request(system, replace(asking, layout=layout))
                    return envelope(said).around(pictures, prompt.words)

                script.event = event
                detail = pictures[-1].detail
                heard, asking = await turn.begin(detail=detail, toolset=prompt.toolset)
            self._trouble = ""
            answer = Answer(carrier_for(asking.by), faults, hear)
            async with aclosing(turn.pieces(answer, heard)) as pieces:
                async for piece in pieces:
                    yield piece
            is_whole = answer.done
        except TimeoutError:
            raise faults.too_late(deadline_s) from None
        finally:
            turn.end(is_whole=is_whole)
        yield answer.reply(self._target.model, self._convention, pictures[-1].size_px)

    def _set_up(self) -> None:
        self._sockets: Sockets | None = None

    def _menu(self) -> Menu:
        return MENU

    def _shown(self, api_key: str) -> Mapping[str, str]:
        return bearer(api_key)

    def _opened(self, http: aiohttp.ClientSession) -> None:
        url = self._target.at(f"realtime?model={quote(self._target.model, safe='')}")
        self._sockets = Sockets(http, url)

    async def _let_go(self) -> None:
        sockets, self._sockets = self._sockets, None
        if sockets is not None:
            await sockets.close()
