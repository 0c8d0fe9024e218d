"""A call to a gateway from Python: streams a camera, obeys, asks.

    from articgw.client import Call, open_source

    async def main() -> None:
        async with Call("http://127.0.0.1:8080", open_source("street.mp4")) as call:
            answer = await call.ask("What does the red sign say?")
            print(answer.text, answer.done.frame_age_ms, answer.done.readability.value)
            pieces = call.stream("And the one below it?")
            async for piece in pieces:
                print(piece, end="", flush=True)

Messages are those of docs/protocol.md; link.py carries them. Steers are obeyed unless
``obey=False``; a question raises the camera at once and sends a fresh frame, whatever the steer
says. No frame leaves before the gateway is ready, so that the first one that it sees is a whole key
frame.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from artic_codecs.steer import WORDS
from articgw.client.answers import Answer, AnswerStream, CallLost, QuestionFailed
from articgw.client.camera import FrameSource, SteeredTrack
from articgw.client.encoder import Sent
from articgw.client.link import Link
from articgw.client.obey import Obedience, Orders
from articgw.client.still import StillSender
from articgw.client.tools import Tool, Tooling
from articgw.client.valve import Valve
from articgw.errors import PeerError
from articgw.protocol import (
    VERSION,
    AnswerDelta,
    AnswerDone,
    Ask,
    Cancel,
    Error,
    GatewayMessage,
    Hello,
    Ready,
    Stats,
    Status,
    Steer,
    SteerAck,
    StillRequest,
    ToolCall,
    ToolsTaken,
    Typing,
)

log = logging.getLogger(__name__)

CONNECT_TIMEOUT_S = 20.0
FIRST_FRAMES, FIRST_FRAMES_S = 3, 2.0
"""A call is ready to be asked when so many frames have left, or after so long."""
STATS_S = 1.0
TICK_S = 0.1
TYPING_S = 1.0
OWN_FPS = 15.0
REGION_S = 1.5
"""What is known of a region in an older frame is not told any more."""


class Call:
    """One call, from ``async with`` to its end. Raises `CallRefused` and `CallLost`.

    ``obey``: let the gateway steer rate, frame rate, size and regions. ``fps``: the most that is
    ever sent. ``tools``: what the model may use; raises `ValueError` where no gateway would take
    them. The source is closed with the call.
    """

    def __init__(
        self,
        gateway_url: str,
        source: FrameSource,
        *,
        token: str | None = None,
        obey: bool = True,
        fps: float = OWN_FPS,
        tools: Sequence[Tool] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.session = ""
        """The gateway's name of this call; a secret."""
        self.ready: Ready | None = None
        """What the gateway said of its model."""
        self.status: Status | None = None
        """The newest of the gateway's own figures."""
        self.stats: Stats | None = None
        """What this side measured in the last second."""
        self.tools: ToolsTaken | None = None
        """What became of the tools, once the gateway has said so."""
        self._url, self._token, self._obey = gateway_url, token, obey
        self._clock = clock
        self._valve = Valve(fps)
        self._valve.pause(True)
        self._obedience = Obedience(fps)
        self._orders = self._obedience.orders(clock())
        self._link = Link(
            SteeredTrack(source, self._valve, clock),
            on_open=lambda: self._link.send(Hello(version=VERSION, can=self._can())),
            on_message=self._on_message,
            on_lost=self._lose,
        )
        self._tooling = Tooling(tools, lambda result: self._link.send(result))
        self._stills = StillSender(self._link.track.sharp, self._link.send_bytes)
        self._ticking: asyncio.Task[None] | None = None
        self._greeted: asyncio.Future[Ready] | None = None
        self._questions: dict[str, AnswerStream] = {}
        self._asked = 0
        self._typed_t = float("-inf")
        self._lost: PeerError | None = None

    @property
    def orders(self) -> Orders:
        """What is in force now."""
        return self._orders

    @property
    def still_bytes(self) -> int:
        """Of all stills that were asked for, as files."""
        return self._stills.sent_bytes

    @property
    def sent(self) -> Sent:
        """Running totals of what was sent; zeros where aiortc's own encoder is at work."""
        return Sent() if self._link.encoder is None else self._link.encoder.sent

    async def __aenter__(self) -> Self:
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                await self._connect()
        except TimeoutError as error:
            await self.close()
            raise CallLost(f"no connection within {CONNECT_TIMEOUT_S:g} s") from error
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def ask(self, text: str) -> Answer:
        """Ask about what the camera sees now. Raises `QuestionFailed` and `CallLost`."""
        return await self.stream(text).whole()

    def stream(self, text: str) -> AnswerStream:
        """Ask, and get the answer piece by piece; the question goes out now."""
        if self._lost is not None:
            raise self._lost
        self._asked += 1
        question_id = f"q{self._asked}"
        stream = AnswerStream(
            question_id, self._clock, lambda early: self._forget(question_id, cancel=early)
        )
        self._questions[question_id] = stream
        self._raise()
        self._valve.fresh()
        self._link.send(Ask(id=question_id, text=text, t=self._clock()))
        return stream

    def typing(self) -> None:
        """A question is being written: the camera is raised now. Sent at most once a second."""
        now = self._clock()
        if now - self._typed_t >= TYPING_S:
            self._typed_t = now
            self._raise()
            self._link.send(Typing())

    async def close(self) -> None:
        """Hang up, in bounded time. May be called twice."""
        self._lose(CallLost("the call has ended"))
        if self._ticking is not None:
            self._ticking.cancel()
        self._stills.close()
        self._tooling.on_end()
        await self._link.close()

    async def _connect(self) -> None:
        self._greeted = asyncio.get_running_loop().create_future()
        self.session = await self._link.connect(self._url, self._token)
        await self._greeted
        self._ticking = asyncio.create_task(self._tick())
        try:
            await asyncio.wait_for(self._link.track.wait_taken(FIRST_FRAMES), FIRST_FRAMES_S)
        except TimeoutError:
            log.warning("the camera gives no frames")

    def _can(self) -> tuple[str, ...]:
        if not self._obey:
            return ("status",)
        own_encoder = () if self._link.encoder is None else ("cap", "size", *WORDS)
        return (*own_encoder, "fps", "pause", "still", "status")

    def _on_message(self, message: GatewayMessage) -> None:
        match message:
            case Ready():
                self._on_ready(message)
            case AnswerDelta() | AnswerDone():
                if stream := self._questions.get(message.id):
                    stream.put(message)
            case Steer():
                self._on_steer(message)
            case StillRequest():
                self._stills.on_request(message)
            case Status():
                self.status = message
            case ToolCall():
                self._tooling.on_call(message)
            case ToolsTaken():
                self.tools = message
                for name, why in message.refused.items():
                    log.warning("the model is not offered the tool %s: %s", name, why)
            case Error():
                self._on_error(message)

    def _on_ready(self, ready: Ready) -> None:
        if self._greeted is not None and not self._greeted.done():
            self.ready = ready
            self._valve.pause(self._orders.pause)
            self._greeted.set_result(ready)
            if self._tooling.message.tools:
                self._link.send(self._tooling.message)

    def _on_steer(self, steer: Steer) -> None:
        if self._obey and self._obedience.on_steer(steer, self._clock()):
            self._apply()
            others = {word for word, how in WORDS.items() if how is not self._orders.how}
            applied = tuple(
                part for part in self._can() if part not in {*others, "status", "still"}
            )
            self._link.send(SteerAck(seq=steer.seq, applied=applied))

    def _on_error(self, error: Error) -> None:
        failed = QuestionFailed(error)
        if error.id is not None and (stream := self._questions.get(error.id)):
            stream.put(failed)
        elif self._greeted is not None and not self._greeted.done():
            self._greeted.set_exception(failed)
        elif error.id is None:
            log.warning("the gateway complains: %s: %s", error.code, error.message)

    def _lose(self, error: PeerError) -> None:
        if self._lost is not None:
            return
        self._lost = error
        if self._greeted is not None and not self._greeted.done():
            self._greeted.set_exception(error)
            self._greeted.exception()
        for stream in list(self._questions.values()):
            stream.put(error)

    def _forget(self, question_id: str, *, cancel: bool) -> None:
        self._questions.pop(question_id, None)
        self._tooling.on_end(question_id)
        if cancel:
            self._link.send(Cancel(id=question_id))

    def _raise(self) -> None:
        if self._obey:
            self._obedience.on_question(self._clock())
            self._apply()

    def _apply(self) -> None:
        orders = self._obedience.orders(self._clock())
        if orders == self._orders:
            return
        self._orders = orders
        self._valve.set_fps(orders.fps)
        self._valve.pause(orders.pause or self.ready is None)
        if self._link.encoder is not None:
            self._link.encoder.steer(
                cap_bps=orders.cap_bps,
                fps=orders.fps,
                size_px=orders.size_px,
                how=orders.how,
                regions=orders.regions,
            )

    async def _tick(self) -> None:
        measured_t, before = self._clock(), self._link.totals()
        while self._lost is None:
            await asyncio.sleep(TICK_S)
            self._apply()
            now = self._clock()
            if now - measured_t >= STATS_S:
                after = self._link.totals()
                self._report(now - measured_t, before, after)
                measured_t, before = now, after

    def _report(self, seconds: float, before: tuple[int, int], after: tuple[int, int]) -> None:
        fps = (after[0] - before[0]) / seconds
        if self._link.encoder is None:
            self.stats = Stats(fps=fps)
        else:
            sent, region = self._link.encoder.sent, self._link.encoder.sent.region
            if region is not None and self._clock() - region.frame_t > REGION_S:
                region = None
            self.stats = Stats(
                bps=8 * (after[1] - before[1]) / seconds,
                fps=fps,
                size_px=sent.size_px,
                region_db=None if region is None else region.psnr_db,
                region_qp=None if region is None else region.qp,
            )
        self._link.send(self.stats)
