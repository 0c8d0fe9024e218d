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
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import ClassVar

import aiohttp

from articgw.backends.base import Prompt, Reply
from articgw.backends.behind.carriers import carrier_for
from articgw.backends.behind.instructions import system_prompt
from articgw.backends.wire.answer import Answer
from articgw.backends.wire.body import envelope
from articgw.backends.wire.features import Asking, Menu
from articgw.backends.wire.opening import Opening
from articgw.backends.wire.server import ServerBackend
from articgw.backends.wire.speech import Speech
from articgw.backends.wire.stream import Stream, drain
from articgw.errors import BackendUnavailable


class ServedBackend(ServerBackend):
    """Answers from a model server. See `articgw.backends.base.Backend`."""

    speech: ClassVar[Speech]
    """The family's; each adapter sets it."""

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
                    system = system_prompt(
                        asking.by, self._convention, tools=asking.has(self.speech.menu.tools)
                    )
                    request = self.speech.request(self._target.model, system, asking)
                    return envelope(request).around(picture, prompt.words)

                response, asking = await opening.open(
                    body, detail=picture.detail, toolset=prompt.toolset
                )
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

    def _set_up(self) -> None:
        self._draining: set[asyncio.Task[None]] = set()

    def _menu(self) -> Menu:
        return self.speech.menu

    def _shown(self, api_key: str) -> Mapping[str, str]:
        return self.speech.headers(api_key)

    def _always(self) -> Mapping[str, str]:
        return self.speech.always

    async def _let_go(self) -> None:
        for task in self._draining:
            task.cancel()
        await asyncio.gather(*self._draining, return_exceptions=True)

    def _use_again(self, response: aiohttp.ClientResponse) -> None:
        task = asyncio.create_task(drain(response))
        self._draining.add(task)
        task.add_done_callback(lambda _: response.close())
        task.add_done_callback(self._draining.discard)
