"""The far end of a call, as the session sees it; and the contract that its fakes keep."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from artic_abr import Estimate
from articgw.protocol import GatewayMessage, Heard, MessageError
from articgw.slot import FrameSlot


class Peer(Protocol):
    """One camera, one person, one data channel."""

    @property
    def slot(self) -> FrameSlot:
        """Where the newest frame is."""

    unpacks: bool
    """Packed pictures are put together before they come to the slot; set by the session."""

    def messages(self) -> AsyncIterator[Heard | MessageError]:
        """What the client says, until the call ends; a `MessageError` where it cannot be read."""

    def send(self, message: GatewayMessage) -> None:
        """Hand a message to the data channel. Does nothing once the call has ended."""

    @property
    def keyframe_requests(self) -> int:
        """Key frames asked of the sender so far."""

    def estimate(self, *, now: float) -> Estimate:
        """What the network allows the sender."""

    def limit(self, cap_bps: int, *, least_bps: int = 0) -> None:
        """The ceiling that the far end is told by the network's own feedback (REMB); never less
        than ``least_bps``, whatever the network allows: who obeys a steer is held by that."""

    async def close(self) -> None:
        """End the call. May be called twice."""
