"""One place for the newest frame.

Nothing between the socket and the model may grow: whoever is slow misses frames, and never sees old
ones. One consumer goes through `frames`; anybody may look at `newest` or wait for a fresh one.
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
        self._waiting: set[asyncio.Future[None]] = set()

    def put(self, frame: Frame) -> None:
        """Replace what is there."""
        self.newest = frame
        self.received += 1
        self._wake()

    def end(self) -> None:
        """No more frames will come."""
        self.ended = True
        self._wake()

    async def captured_since(self, t: float, *, within_s: float) -> Frame | None:
        """A frame captured at ``t`` or later; the newest there is where none comes in time."""
        try:
            async with asyncio.timeout(within_s):
                while not self.ended and (self.newest is None or self.newest.captured_t < t):
                    arrival = asyncio.get_running_loop().create_future()
                    self._waiting.add(arrival)
                    try:
                        await arrival
                    finally:
                        self._waiting.discard(arrival)
        except TimeoutError:
            pass
        return self.newest

    def _wake(self) -> None:
        self._changed.set()
        for arrival in self._waiting:
            if not arrival.done():
                arrival.set_result(None)

    async def frames(self) -> AsyncIterator[Frame]:
        """The newest frame each time one is asked for and it was not given before."""
        while True:
            await self._changed.wait()
            if self.ended:
                return
            self._changed.clear()
            assert self.newest is not None
            yield self.newest
