"""What is spoken on a call's data channel. The session knows only the messages of `protocol`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from articgw.protocol import LABEL, GatewayMessage, Heard, decode_heard, encode


class Dialect(Protocol):
    """One call's; it may remember what was said."""

    def takes(self, label: str) -> bool:
        """True for the data channel that is spoken on."""

    def decode(self, data: str | bytes) -> Sequence[Heard]:
        """What a message from the client says; nothing for keep-alives. Raises `MessageError`."""

    def encode(self, message: GatewayMessage) -> Sequence[str]:
        """The texts that tell the client so; none where its protocol has no word for it."""


class OwnDialect:
    """The protocol of docs/protocol.md, as it is."""

    def takes(self, label: str) -> bool:
        """Only the channel of our name."""
        return label == LABEL

    def decode(self, data: str | bytes) -> Sequence[Heard]:
        """One message. Raises `MessageError`."""
        return (decode_heard(data),)

    def encode(self, message: GatewayMessage) -> Sequence[str]:
        """One text."""
        return (encode(message),)
