"""One place for the newest frame.

Nothing between the socket and the model may grow: whoever is slow misses frames, and never sees old
ones. One consumer waits here; anybody may look at `newest`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from articgw.frame import Frame


class FrameSlot:
    """Holds the newest frame only."""

    def __init__(self) -> None:
        self.newest: Frame | None = None
        self.received = 0
        """Frames put here so far, looked at or not."""
        self.ended = False
        self._changed = asyncio.Event()

    def put(self, frame: Frame) -> None:
        """Replace what is there."""
        self.newest = frame
        self.received += 1
        self._changed.set()

    def end(self) -> None:
        """No more frames will come."""
        self.ended = True
        self._changed.set()

    async def frames(self) -> AsyncIterator[Frame]:
        """The newest frame each time one is asked for and it was not given before."""
        while True:
            await self._changed.wait()
            if self.ended:
                return
            self._changed.clear()
            assert self.newest is not None
            yield self.newest
