"""The bytes of one response, with an end to every wait, as pieces of text.

The wait for the first word may last until the deadline: a cold model loads for seconds. After it a
healthy server sends a word every few milliseconds, so silence means that it is gone. Leaving early
closes the connection, which is how a server learns that nobody listens and frees the slot.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress

import aiohttp

from articgw.backends.wire.answer import Answer
from articgw.backends.wire.decoding import Decoder, events_or_whole
from articgw.backends.wire.faults import Faults
from articgw.errors import BackendError
from articgw.sse import TooLong

GAP_S = 5.0
"""Between two events, once the answer has begun."""
LAST_WORDS_S = 1.0
"""For usage and [DONE], once the model has finished: some servers send neither, nor an end."""
DRAIN_S = 0.5
"""For the end of the response behind [DONE], so that its connection can be used again."""
MAX_BYTES = 16 << 20
"""Of a response; an answer of a thousand tokens has less than one."""


class Stream:
    """One response of status 200."""

    def __init__(
        self,
        response: aiohttp.ClientResponse,
        faults: Faults,
        *,
        deadline_s: float,
        ends_t: float,
        gap_s: float = GAP_S,
        decoder: Callable[[str, bytes], Decoder] = events_or_whole,
    ) -> None:
        """``ends_t`` is when ``deadline_s`` is over, s on the event loop's clock."""
        self._response = response
        self._faults = faults
        self._deadline_s = deadline_s
        self._ends_t = ends_t
        self._gap_s = gap_s
        self._decoder_for = decoder
        self._heard_t = asyncio.get_running_loop().time()
        self._bytes = 0

    async def pieces(
        self, answer: Answer, use_again: Callable[[aiohttp.ClientResponse], None]
    ) -> AsyncGenerator[str]:
        """Text as it comes, until ``answer`` is whole. Raises `BackendError`.

        ``use_again`` is handed the response where its connection can be used again once its end
        has been read (`drain`). In all other cases, closing the iterator closes the connection.
        """
        can_be_used_again = False
        try:
            data = await self._more(answer)
            decoder = self._decoder_for(self._response.content_type, data)
            while True:
                for event in self._events(decoder, data):
                    self._heard_t = asyncio.get_running_loop().time()
                    if text := answer.take(event):
                        yield text
                if answer.complete or not data:
                    break
                data = await self._more(answer)
            if text := answer.end():
                yield text
            can_be_used_again = answer.done
        finally:
            if can_be_used_again and not self._response.content.at_eof():
                use_again(self._response)
            else:
                self._response.close()

    def _events(self, decoder: Decoder, data: bytes) -> list[bytes]:
        try:
            return decoder.feed(data) if data else decoder.close()
        except TooLong as error:
            raise self._faults.endless() from error

    async def _more(self, answer: Answer) -> bytes:
        """What has come; empty at the end."""
        until_t = self._ends_t
        if answer.finish:
            until_t = min(until_t, self._heard_t + LAST_WORDS_S)
        elif answer.begun:
            until_t = min(until_t, self._heard_t + self._gap_s)
        try:
            async with asyncio.timeout_at(until_t):
                data = await self._response.content.readany()
        except TimeoutError:
            if answer.finish:
                return b""
            raise self._late(until_t) from None
        except (aiohttp.ClientError, OSError) as error:
            if answer.finish:
                return b""
            raise self._faults.broke_off() from error
        self._bytes += len(data)
        if self._bytes > MAX_BYTES:
            raise self._faults.endless()
        return data

    def _late(self, until_t: float) -> BackendError:
        if until_t >= self._ends_t:
            return self._faults.too_late(self._deadline_s)
        return self._faults.silent(self._gap_s)


async def drain(response: aiohttp.ClientResponse) -> None:
    """Read to the end, if that is near; the response is still to be closed."""
    with suppress(TimeoutError, aiohttp.ClientError, OSError):
        async with asyncio.timeout(DRAIN_S):
            while await response.content.readany():
                pass
