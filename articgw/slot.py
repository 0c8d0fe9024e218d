"""One place for the newest frame.

Nothing between the socket and the model may grow: whoever is slow misses frames, and never sees old
ones. One consumer goes through `frames`; anybody may wait for a fresh one.

A frame may arrive without being decoded (articgw/decoding): the slot knows when the newest one was
captured, and has it decoded as soon as somebody waits for it. `newest` is the newest picture that
somebody wanted to see; `current` is as new as what has arrived.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from articgw.frame import Frame

DECODES_WITHIN_S = 1.0
"""What has arrived, a long group of pictures on a busy machine."""


def each_one() -> float:
    """For `FrameSlot.frames`: every frame is wanted."""
    return 0.0


class FrameSlot:
    """Holds the newest frame only."""

    def __init__(self) -> None:
        self.newest: Frame | None = None
        """As far as anybody wanted to see."""
        self.arrived_t: float | None = None
        """Capture time of the newest frame that has arrived, decoded or not; s."""
        self.received = 0
        """Frames that have arrived so far, looked at or not."""
        self.ended = False
        self._decode: Callable[[], None] | None = None
        self._changed = asyncio.Event()
        self._waiting: set[asyncio.Future[None]] = set()
        self._every_s: Callable[[], float] | None = None
        self._given_t = float("-inf")

    @property
    def is_up_to_date(self) -> bool:
        """`newest` is what has arrived."""
        newest, arrived_t = self.newest, self.arrived_t
        return arrived_t is None or (newest is not None and newest.captured_t >= arrived_t)

    @property
    def is_wanted(self) -> bool:
        """Somebody wants to see what has arrived."""
        if self.arrived_t is None or self.is_up_to_date:
            return False
        if self._waiting:
            return True
        return self._every_s is not None and self.arrived_t - self._given_t > self._every_s()

    def on_wanted(self, decode: Callable[[], None]) -> None:
        """``decode`` is called when somebody wants to see what `arrive` told of; it ends in `put`.

        Without it every frame is put here as it arrives.
        """
        self._decode = decode

    def arrive(self, captured_t: float) -> None:
        """A whole frame is here, not decoded yet; ``captured_t`` in s."""
        self.arrived_t = captured_t
        self.received += 1
        self._ask()

    def reconsider(self) -> None:
        """Frames may be wanted now that were not when they came."""
        self._ask()

    def put(self, frame: Frame) -> None:
        """Replace what is there."""
        if self._decode is None:
            self.arrived_t = frame.captured_t
            self.received += 1
        self.newest = frame
        self._wake()

    def end(self) -> None:
        """No more frames will come."""
        self.ended = True
        self._wake()

    async def current(self, *, within_s: float = DECODES_WITHIN_S) -> Frame | None:
        """The newest frame that has arrived by now; None where there is none to be seen."""
        if self.arrived_t is None:
            return self.newest
        return await self.captured_since(self.arrived_t, within_s=within_s)

    async def captured_since(self, t: float, *, within_s: float) -> Frame | None:
        """A frame captured at ``t`` or later; the newest there is where none comes in time."""
        try:
            async with asyncio.timeout(within_s):
                while not self.ended and (self.newest is None or self.newest.captured_t < t):
                    arrival = asyncio.get_running_loop().create_future()
                    self._waiting.add(arrival)
                    try:
                        self._ask()
                        await arrival
                    finally:
                        self._waiting.discard(arrival)
        except TimeoutError:
            pass
        return self.newest

    async def frames(self, every_s: Callable[[], float] = each_one) -> AsyncIterator[Frame]:
        """The newest frame each time one is asked for and it was not given before.

        ``every_s`` tells how far apart the frames may be that are decoded for this consumer; it is
        given what others wanted as well.
        """
        while True:
            self._every_s = every_s
            self._ask()
            await self._changed.wait()
            self._every_s = None
            if self.ended:
                return
            self._changed.clear()
            assert self.newest is not None
            self._given_t = self.newest.captured_t
            yield self.newest

    def _ask(self) -> None:
        if self._decode is not None and self.is_wanted:
            self._decode()

    def _wake(self) -> None:
        self._changed.set()
        for arrival in self._waiting:
            if not arrival.done():
                arrival.set_result(None)
