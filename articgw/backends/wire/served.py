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
import logging
import re
from collections.abc import AsyncGenerator, Coroutine, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from itertools import compress
from typing import Any, ClassVar

import aiohttp

from articgw.backends.base import Prompt, Reply
from articgw.backends.behind.carriers import carrier_for
from articgw.backends.behind.instructions import system_prompt
from articgw.backends.pictures.picture import Picture
from articgw.backends.wire.answer import Answer
from articgw.backends.wire.body import envelope
from articgw.backends.wire.by_name import ByName
from articgw.backends.wire.complaint import Complaint
from articgw.backends.wire.features import Asking, Menu
from articgw.backends.wire.layout import first_of, layout_of
from articgw.backends.wire.opening import Opening
from articgw.backends.wire.server import ServerBackend
from articgw.backends.wire.speech import Speech
from articgw.backends.wire.stream import Stream, drain
from articgw.config import MOST_FRAMES
from articgw.errors import BackendError, BackendRefused, BackendUnavailable

log = logging.getLogger(__name__)

_AT_MOST = re.compile(r"at most (\d{1,3}) image", re.IGNORECASE)
"""As vLLM says what its --limit-mm-per-prompt is."""
NO_QUESTION = "."
"""Stands for a question that is not known yet: some servers take no empty text."""
MOST_BESIDE = 2
"""With so many questions open, nothing is read ahead of others."""
REST = 2.0
"""Rests twice as long as it reads, whoever's prompt: a third of a slot at most goes into those."""
LONGEST_REST_S = 60.0
"""However long a server that is asked too much wants to be left alone."""
MOST_COLD = 3
"""A server that has refused so many prompts without a question is sent no more of them."""


class ServedBackend(ServerBackend):
    """Answers from a model server. See `articgw.backends.base.Backend`."""

    speech: ClassVar[Speech]
    """The family's; each adapter sets it."""

    async def ask(self, prompt: Prompt, *, deadline_s: float) -> AsyncGenerator[str | Reply]:
        """Yield the answer's text as it comes, then the `Reply`."""
        self._open += 1
        try:
            async with aclosing(self._answer(prompt, deadline_s)) as pieces:
                async for piece in pieces:
                    yield piece
        finally:
            self._open -= 1

    @property
    def warms(self) -> bool:
        """One prompt at a time, with rests, on a server that takes it and has time for it."""
        wanted = self._warm == "all" or (self._warm == "own" and self._is_own)
        has_time = (
            self._open < MOST_BESIDE and not self._is_warming and _now() >= self._rests_until_t
        )
        return wanted and has_time and self._cold < MOST_COLD

    async def warm(self, prompt: Prompt, *, deadline_s: float) -> Reply | None:
        """The prompt as it will be asked, but for its question, and for one token."""
        if not self.warms:
            return None
        self._is_warming, began_t = True, _now()
        told_s: float | None = None
        try:
            before = replace(prompt, question=NO_QUESTION, objects="", moments=1)
            async for piece in self._answer(before, deadline_s, is_question=False):
                if isinstance(piece, Reply):
                    self._cold = 0
                    return piece
        except BackendError as error:
            self._cold += isinstance(error, BackendRefused)
            told_s = min(error.retry_after_s or 0.0, LONGEST_REST_S)
            raise
        finally:
            self._is_warming, now = False, _now()
            self._rests_until_t = now + (REST * (now - began_t) if told_s is None else told_s)
        return None

    async def _answer(
        self, prompt: Prompt, deadline_s: float, *, is_question: bool = True
    ) -> AsyncGenerator[str | Reply]:
        if self._http is None:
            raise BackendUnavailable("the model's server cannot be asked before the gateway starts")
        ends_t = _now() + deadline_s
        faults = self._faults(prompt)
        endpoint = self.speech.endpoint(self._target.model)
        opening = Opening(self._http, faults, self._features, endpoint=endpoint, ends_t=ends_t)
        try:
            async with asyncio.timeout_at(ends_t):
                shown = [*(one.frame for one in prompt.earlier), prompt.frame]
                pictures = [await self._pictures.of(frame) for frame in shown]

                def body(asking: Asking) -> bytes:
                    first = first_of(len(pictures), self._most_pictures)
                    places = self._named.places(pictures[first:], names=asking.has("uuid"))
                    asking = replace(asking, layout=layout_of(prompt.earlier[first:], places))
                    system = system_prompt(
                        asking.by,
                        self._convention,
                        tools=asking.has(self.speech.menu.tools),
                        several=self._frames > 1,
                    )
                    request = self.speech.request(self._target.model, system, asking)
                    sent = compress(pictures[first:], asking.layout.sent)
                    return envelope(request).around(tuple(sent), prompt.words)

                response, asking = await opening.open(
                    body,
                    detail=pictures[-1].detail,
                    toolset=prompt.toolset,
                    max_tokens=None if is_question else 1,
                    session=prompt.session,
                    lacks=lambda complaint: self._lacks(complaint, pictures),
                )
        except TimeoutError:
            raise faults.too_late(deadline_s) from None
        if asking.has("uuid"):
            self._named.on_sent(pictures)
        if self._trouble:
            self._later(self._get_to_know(self._http))
        self._trouble = ""
        answer = Answer(
            carrier_for(asking.by), faults, self.speech.hear, may_be_empty=not is_question
        )
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
        yield answer.reply(self._target.model, self._convention, pictures[-1].size_px)

    def _set_up(self) -> None:
        self._named = ByName()
        self._most_pictures = MOST_FRAMES
        self._is_warming = False
        self._open = self._cold = 0
        self._rests_until_t = 0.0
        self._behind: set[asyncio.Task[object]] = set()

    def _lacks(self, complaint: Complaint, pictures: Sequence[Picture]) -> bool:
        """True where the question can be asked in another way: see `Opening.open`."""
        limit = _AT_MOST.search(complaint.text)
        if limit and (most := max(1, int(limit[1]))) < min(self._most_pictures, len(pictures)):
            log.warning("the model's server takes --frames %d at most", most)
            self._most_pictures = most
            return True
        return self._named.on_refused(pictures)

    def _menu(self) -> Menu:
        return self.speech.menu

    def _shown(self, api_key: str) -> Mapping[str, str]:
        return self.speech.headers(api_key)

    def _always(self) -> Mapping[str, str]:
        return self.speech.always

    async def _let_go(self) -> None:
        for task in self._behind:
            task.cancel()
        await asyncio.gather(*self._behind, return_exceptions=True)

    def _use_again(self, response: aiohttp.ClientResponse) -> None:
        self._later(drain(response)).add_done_callback(lambda _: response.close())

    def _later(self, work: Coroutine[Any, Any, object]) -> asyncio.Task[object]:
        task = asyncio.create_task(work)
        self._behind.add(task)
        task.add_done_callback(self._behind.discard)
        return task


def _now() -> float:
    return asyncio.get_running_loop().time()
