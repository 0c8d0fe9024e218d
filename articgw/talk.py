"""What is said on one call's data channel, both ways, in whatever dialect.

channel ──▶ dialect.decode ──▶ inbox (32, then refused) ──▶ messages
send ─────▶ dialect.encode ──▶ channel (256 KiB unsent, then hung up on)
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence

from aiortc import RTCDataChannel

from articgw.dialect import Dialect
from articgw.protocol import Error, GatewayMessage, Heard, MessageError

log = logging.getLogger(__name__)

INBOX_MESSAGES = 32
MAX_UNSENT_BYTES = 256 * 1024
"""A client that does not take its answers is hung up on before they pile up."""


class Talk:
    """One call's; ``on_end`` is called when the channel closes, or has to be given up."""

    def __init__(self, dialect: Dialect, on_end: Callable[[], None]) -> None:
        self._dialect = dialect
        self._on_end = on_end
        self._channel: RTCDataChannel | None = None
        self._inbox: asyncio.Queue[Heard | MessageError | None] = asyncio.Queue(INBOX_MESSAGES + 1)

    def on_channel(self, channel: RTCDataChannel) -> None:
        """The client opens a data channel: the first of the right name is spoken on."""
        if self._channel is not None or not self._dialect.takes(channel.label):
            channel.close()
            return
        self._channel = channel
        channel.on("message", self._on_message)
        channel.on("close", self._on_end)

    async def messages(self) -> AsyncIterator[Heard | MessageError]:
        """What the client says, until `end`."""
        while (message := await self._inbox.get()) is not None:
            yield message

    def send(self, message: GatewayMessage) -> None:
        """Say it, where anybody listens."""
        if self._listens:
            self.say(self._dialect.encode(message))

    def say(self, texts: Sequence[str]) -> None:
        """As they are; gives up on a client that takes none."""
        if not self._listens:
            return
        assert self._channel is not None
        if texts and self._channel.bufferedAmount > MAX_UNSENT_BYTES:
            log.warning("the client takes no messages: hanging up")
            self._on_end()
            return
        for text in texts:
            self._channel.send(text)

    def end(self) -> None:
        """The call is over. To be called once."""
        self._inbox.put_nowait(None)

    @property
    def _listens(self) -> bool:
        return self._channel is not None and self._channel.readyState == "open"

    def _on_message(self, data: str | bytes) -> None:
        messages: Sequence[Heard | MessageError]
        try:
            messages = self._dialect.decode(data)
        except MessageError as error:
            messages = (error,)
        for message in messages:
            self._put(message)

    def _put(self, message: Heard | MessageError) -> None:
        if self._inbox.qsize() < INBOX_MESSAGES:
            self._inbox.put_nowait(message)
        else:
            refused = f"At most {INBOX_MESSAGES} messages at once, please."
            id_ = getattr(message, "id", None)
            self.send(Error(code="too_many_messages", message=refused, id=id_))
