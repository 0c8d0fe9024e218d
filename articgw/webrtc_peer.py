"""A `Peer` over aiortc: one RTCPeerConnection, whose tracks are always drained.

    track.recv() ──▶ CaptureClock ──▶ FrameSlot            video: the newest frame stays, as YUV
    track.recv() ──▶ nothing                               audio, and any second video
    data channel ──▶ decode ──▶ inbox (32, then refused)   messages

aiortc queues every frame that nobody takes (250 MiB after 12 s), so each track gets a task that
does nothing but take. aiortc's own failures on a bad offer are of many kinds; here they become
`OfferError`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from aiortc import (
    InvalidAccessError,
    InvalidStateError,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCDataChannel,
    RTCIceServer,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.exceptions import OperationError
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from artic_abr import Estimate
from articgw.aiortc_seams import ReceiverSeam
from articgw.answer import with_message_limit, with_start_bitrate
from articgw.capture_clock import CaptureClock
from articgw.config import Config
from articgw.errors import OfferError
from articgw.frame import Frame
from articgw.offer import check_offer
from articgw.protocol import (
    LABEL,
    ClientMessage,
    Error,
    GatewayMessage,
    MessageError,
    decode_client,
    encode,
)
from articgw.reception import Reception
from articgw.slot import FrameSlot

log = logging.getLogger(__name__)

INBOX_MESSAGES = 32
MAX_UNSENT_BYTES = 256 * 1024
"""A client that does not take its answers is hung up on before they pile up."""
FEEDBACK_TICK_S = 0.02
"""Repeats and key frames are asked for by time: when nothing arrives, nothing else would ask."""
CLOSE_TIMEOUT_S = 5.0
"""aiortc's close() can wait for ever on a dead RTCP task (SSRC flood)."""

_BAD_OFFER = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    InvalidAccessError,
    InvalidStateError,
    OperationError,
)


class WebRtcPeer:
    """The far end of one call. Make it with `accept`."""

    def __init__(self, config: Config, clock: Callable[[], float]) -> None:
        servers = [RTCIceServer(s.urls, s.username, s.credential) for s in config.ice_servers]
        self._connection = RTCPeerConnection(
            RTCConfiguration(iceServers=servers, bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self._clock = clock
        self._start_bps = config.start_bps
        self._reception = Reception(config.start_bps, config.max_bps)
        self._channel: RTCDataChannel | None = None
        self._inbox: asyncio.Queue[ClientMessage | MessageError | None] = asyncio.Queue(
            INBOX_MESSAGES + 1
        )
        self._tasks: set[asyncio.Task[None]] = set()
        self._ended = False
        self._has_camera = False
        self.slot = FrameSlot()
        self._connection.on("track", self._on_track)
        self._connection.on("datachannel", self._on_channel)
        self._connection.on("connectionstatechange", self._on_state)

    async def accept(self, sdp: str) -> str:
        """Take an offer; returns the answer with all candidates.

        Raises `OfferError` where the offer cannot be met; the peer is closed then.
        """
        try:
            check_offer(sdp)
            await self._connection.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
            await self._connection.setLocalDescription(await self._connection.createAnswer())
        except OfferError:
            await self.close()
            raise
        except _BAD_OFFER as error:
            log.info("offer refused: %s: %s", type(error).__name__, error)
            await self.close()
            raise OfferError(
                "sdp_malformed", "the offer cannot be understood; it is not valid WebRTC SDP", 400
            ) from error
        answer = with_message_limit(str(self._connection.localDescription.sdp))
        return with_start_bitrate(answer, self._start_bps)

    async def messages(self) -> AsyncIterator[ClientMessage | MessageError]:
        """What the client says, until the call ends."""
        while (message := await self._inbox.get()) is not None:
            yield message

    def send(self, message: GatewayMessage) -> None:
        """Hand a message to the data channel; hangs up on a client that takes none."""
        if self._channel is None or self._channel.readyState != "open":
            return
        if self._channel.bufferedAmount > MAX_UNSENT_BYTES:
            log.warning("the client takes no messages: hanging up")
            self._end()
            return
        self._channel.send(encode(message))

    @property
    def keyframe_requests(self) -> int:
        """Key frames asked of the sender so far."""
        return self._reception.keyframe_requests

    def estimate(self, *, now: float) -> Estimate:
        """What the network allows the sender."""
        return self._reception.estimate(now=now)

    def limit(self, cap_bps: int) -> None:
        """The ceiling that the far end is told by REMB, whoever it is."""
        self._reception.cap_bps = cap_bps

    def give_up_connecting(self) -> None:
        """The time to connect is over: a peer that is not connected is hung up on."""
        if self._connection.connectionState != "connected":
            log.info("no connection in time: hanging up")
            self._end()

    async def close(self) -> None:
        """End the call, in bounded time."""
        self._end()
        for task in self._tasks:
            task.cancel()
        try:
            await asyncio.wait_for(self._connection.close(), CLOSE_TIMEOUT_S)
        except TimeoutError:
            log.warning("the connection did not close within %s s", CLOSE_TIMEOUT_S)

    def _end(self) -> None:
        if self._ended:
            return
        self._ended = True
        self.slot.end()
        self._inbox.put_nowait(None)

    def _on_state(self) -> None:
        state = self._connection.connectionState
        if state in ("failed", "closed"):
            self._end()

    def _on_track(self, track: MediaStreamTrack) -> None:
        is_camera = track.kind == "video" and not self._has_camera
        self._has_camera |= is_camera
        if is_camera:
            receiver = next(r for r in self._connection.getReceivers() if r.track is track)
            seam = ReceiverSeam(receiver, self._reception, self._clock)
            self._start(self._tell_sender(seam), "feedback")
        self._start(self._take_frames(track) if is_camera else _drain(track), f"take {track.kind}")

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._tasks.add(asyncio.create_task(work, name=name))

    async def _tell_sender(self, seam: ReceiverSeam) -> None:
        while not self._ended:
            await seam.tell()
            await asyncio.sleep(FEEDBACK_TICK_S)

    async def _take_frames(self, track: MediaStreamTrack) -> None:
        capture_clock = CaptureClock()
        try:
            while True:
                picture: Any = await track.recv()
                now = self._clock()
                captured_t = capture_clock.on_frame(picture.pts * picture.time_base, now=now)
                self.slot.put(Frame(picture, float(captured_t)))
        except MediaStreamError:
            self.slot.end()

    def _on_channel(self, channel: RTCDataChannel) -> None:
        if channel.label != LABEL or self._channel is not None:
            channel.close()
            return
        self._channel = channel
        channel.on("message", self._on_message)
        channel.on("close", self._end)

    def _on_message(self, data: str | bytes) -> None:
        message: ClientMessage | MessageError
        try:
            message = decode_client(data)
        except MessageError as error:
            message = error
        if self._inbox.qsize() < INBOX_MESSAGES:
            self._inbox.put_nowait(message)
        else:
            refused = f"At most {INBOX_MESSAGES} messages at once, please."
            id_ = getattr(message, "id", None)
            self.send(Error(code="too_many_messages", message=refused, id=id_))


async def _drain(track: MediaStreamTrack) -> None:
    try:
        while True:
            await track.recv()
    except MediaStreamError:
        return
