"""Fakes: real implementations of our contracts that need no network, camera or clock.

Test a back end of your own:

    async def test_my_backend() -> None:
        async with loopback_call(MyBackend()) as peer:
            peer.show(picture(1280, 720))
            peer.say(Ask(id="1", text="What does the sign say?"))
            done = await peer.hears(AnswerDone)
            assert "EXIT" in done.text

and a client of your own against `ScriptedBackend`, which says what its script says.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

import av
import numpy as np
from numpy.typing import NDArray

from artic_abr import Estimate, EstimateWhy
from articgw.backends import Backend
from articgw.config import Config
from articgw.frame import Frame
from articgw.metrics import Metrics
from articgw.perception.detecting import Detecting
from articgw.protocol import (
    ClientMessage,
    GatewayMessage,
    Heard,
    Hello,
    MessageError,
    Ready,
    decode_gateway,
    decode_heard,
    encode,
)
from articgw.session import Session
from articgw.slot import FrameSlot
from articgw.tools.kit import Toolbox
from articgw.trace import Trace

HEARS_TIMEOUT_S = 30.0
"""A message that does not come by then is a failed test, not a slow one."""

M = TypeVar("M", bound=GatewayMessage)


class FakeClock:
    """A clock that stands still until it is told to move."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


def picture(
    width_px: int = 640, height_px: int = 360, *, rgb: NDArray[np.uint8] | None = None
) -> av.VideoFrame:
    """A decoded picture as a camera's decoder makes them: ``rgb`` (h, w, 3), or a grey one."""
    if rgb is None:
        rgb = np.full((height_px, width_px, 3), 128, np.uint8)
    return av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(format="yuv420p")


class LoopbackPeer:
    """A `Peer` in memory. Every message passes through the wire form in both directions."""

    def __init__(self, clock: FakeClock | None = None) -> None:
        self.clock = clock or FakeClock()
        self.slot = FrameSlot()
        self.unpacks = False
        self.network = Estimate(1_000_000, EstimateWhy.START, received_bps=0, queue_ms=0.0)
        """What the network allows; set it to what you like."""
        self.keyframe_requests = 0
        self.limit_bps: int | None = None
        """The last ceiling that the gateway set."""
        self.least_bps = 0
        self.session: Session | None = None
        """The session around this peer, where `loopback_call` made one."""
        self.heard: list[GatewayMessage] = []
        """Everything that the gateway said, oldest first."""
        self._said: asyncio.Queue[Heard | MessageError | None] = asyncio.Queue()
        self._unheard: asyncio.Queue[GatewayMessage] = asyncio.Queue()

    def show(self, shown: av.VideoFrame, *, age_s: float = 0.0) -> Frame:
        """The camera delivers a picture, captured ``age_s`` ago."""
        frame = Frame(shown, self.clock() - age_s)
        self.slot.put(frame)
        return frame

    def say(self, message: ClientMessage | str | bytes) -> None:
        """The person's client sends a message, or whatever bytes it likes."""
        raw = message if isinstance(message, str | bytes) else encode(message)
        try:
            self._said.put_nowait(decode_heard(raw))
        except MessageError as error:
            self._said.put_nowait(error)

    def hang_up(self) -> None:
        """The call ends."""
        self.slot.end()
        self._said.put_nowait(None)

    async def hears(self, kind: type[M]) -> M:
        """The next message of this kind; those before it are passed over (see `heard`)."""
        async with asyncio.timeout(HEARS_TIMEOUT_S):
            while True:
                message = await self._unheard.get()
                if isinstance(message, kind):
                    return message

    async def messages(self) -> AsyncIterator[Heard | MessageError]:
        """What was said, until `hang_up`."""
        while (message := await self._said.get()) is not None:
            yield message

    def send(self, message: GatewayMessage) -> None:
        """The gateway speaks."""
        received = decode_gateway(encode(message))
        self.heard.append(received)
        self._unheard.put_nowait(received)

    def estimate(self, *, now: float) -> Estimate:
        """As set in `network`."""
        return self.network

    def limit(self, cap_bps: int, *, least_bps: int = 0) -> None:
        """Remembered in `limit_bps` and `least_bps`."""
        self.limit_bps, self.least_bps = cap_bps, least_bps

    async def close(self) -> None:
        """As `hang_up`."""
        self.hang_up()


@asynccontextmanager
async def loopback_call(
    backend: Backend,
    *,
    config: Config | None = None,
    clock: FakeClock | None = None,
    detecting: Detecting | None = None,
    can: tuple[str, ...] = (),
    trace: Trace | None = None,
    metrics: Metrics | None = None,
    toolbox: Toolbox | None = None,
) -> AsyncGenerator[LoopbackPeer]:
    """A whole session around ``backend``, greeted and ready; ends with the block.

    ``detecting`` looks for objects, where ``config`` says ``detect_ms`` (`articgw.perception`);
    ``can`` is what the client says that it can; ``trace`` and ``metrics`` are written to;
    ``toolbox`` says which tools may be run.
    """
    peer = LoopbackPeer(clock)
    peer.session = session = Session(
        peer,
        backend,
        config or Config(),
        peer.clock,
        detecting=detecting,
        trace=trace,
        metrics=metrics,
        toolbox=toolbox,
    )
    await backend.start()
    running = asyncio.create_task(session.run())
    try:
        peer.say(Hello(can=can))
        await peer.hears(Ready)
        yield peer
    finally:
        peer.hang_up()
        await running
        await backend.close()
