"""A `Peer` over aiortc: one RTCPeerConnection, whose tracks are always drained.

    packets ───▶ ReceiverSeam ──▶ OnDemand ──▶ FrameSlot    the camera: the newest frame, as YUV
                     │               └─▶ unpack_frames ─┘  ... of a sender that packs
                     └─ TransportCcSeam                    what the sender is told
    track.recv() ──▶ nothing                               audio
    any second video                                       answered inactive: it is not sent
    data channel ──▶ Talk                                  messages, both ways
    addresses ─────▶ IceSession                            trickle, restart

aiortc queues every frame that nobody takes (250 MiB after 12 s), so each track gets a task that
does nothing but take. aiortc's own failures on a bad offer are of many kinds; here they become
`OfferError`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from typing import Any

from aiortc import (
    InvalidAccessError,
    InvalidStateError,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpReceiver,
    RTCSessionDescription,
)
from aiortc.exceptions import OperationError
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from artic_abr import Estimate
from articgw.aiortc_seams import (
    DemandDecoder,
    ReceiverSeam,
    TransportCcSeam,
    accept_transport_cc,
)
from articgw.answer import with_message_limit, with_start_bitrate
from articgw.capture_clock import CaptureClock
from articgw.coded import CodedMemory
from articgw.config import Config
from articgw.decoding import OnDemand
from articgw.dialect import Dialect, OwnDialect
from articgw.errors import OfferError
from articgw.frame import Frame
from articgw.ice_session import IceSession
from articgw.offer import check_offer
from articgw.picture_pool import shared_pool
from articgw.protocol import GatewayMessage, Heard, MessageError
from articgw.reception import Reception
from articgw.sdpfrag import Candidate, Fragment
from articgw.slot import FrameSlot
from articgw.talk import Talk
from articgw.transport_cc import EVERY_S, PROMPT_S, TransportFeedback
from articgw.transport_cc.own import is_own
from articgw.unpacking import unpack_frames

log = logging.getLogger(__name__)

FEEDBACK_TICK_S, CALM_TICK_S = 0.02, 0.05
"""Repeats and key frames are asked for by time: when nothing arrives, nothing else would ask."""
CLOSE_TIMEOUT_S = 5.0
"""aiortc's close() can wait for ever on a dead RTCP task (SSRC flood)."""
LAST_WORDS_S = 0.2
"""What is said before hanging up needs a moment to leave."""

_BAD_OFFER = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    InvalidAccessError,
    InvalidStateError,
)


class WebRtcPeer:
    """The far end of one call. Make it with `accept`."""

    def __init__(
        self, config: Config, clock: Callable[[], float], dialect: Dialect | None = None
    ) -> None:
        servers = [RTCIceServer(s.urls, s.username, s.credential) for s in config.ice_servers]
        self._connection = RTCPeerConnection(
            RTCConfiguration(iceServers=servers, bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self._clock = clock
        self._start_bps = config.start_bps
        self._reception = Reception(config.start_bps, config.max_bps)
        self._sender_estimates = config.feedback == "transport-cc"
        self._receiver: RTCRtpReceiver | None = None
        self._packets: TransportCcSeam | None = None
        self._talk = Talk(dialect or OwnDialect(), self._end)
        self._tasks: set[asyncio.Task[None]] = set()
        self._ended = False
        self._camera: MediaStreamTrack | None = None
        self._negotiating = asyncio.Lock()
        self.ice = IceSession(self._connection, clock)
        self.slot = FrameSlot()
        self.unpacks = False
        """Whether the sender said that it packs; set by the session."""
        self._packed = FrameSlot()
        self._decoding = OnDemand(
            self.slot,
            DemandDecoder,
            shared_pool(),
            put=self._put,
            want_keyframe=self._reception.want_keyframe,
            estimate=lambda now: self._reception.estimate(now=now),
        )
        self._connection.on("track", self._on_track)
        self._connection.on("datachannel", self._talk.on_channel)
        self._connection.on("connectionstatechange", self._on_state)

    @property
    def ended(self) -> bool:
        """True once the call is over, though it may not be cleared away yet."""
        return self._ended

    async def accept(self, sdp: str, check: Callable[[str], None] = check_offer) -> str:
        """Take an offer; returns the answer with all candidates.

        Raises `OfferError` where the offer cannot be met, ``check``'s among them; the peer is
        closed then.
        """
        try:
            check(sdp)
            async with self._negotiating:
                return await self._answer(sdp)
        except OfferError:
            await self.close()
            raise

    async def renegotiate(self, sdp: str, check: Callable[[str], None] = check_offer) -> str:
        """Take a new offer for the live call, with new ICE credentials perhaps.

        Raises `OfferError`; the call goes on as it was then.
        """
        check(sdp)
        async with self._negotiating:
            if wanted := self.ice.begins_anew(sdp):
                self.ice.restart(wanted)
            answer = await self._answer(sdp)
            self.ice.check()
            return answer

    async def add_candidate(self, candidate: str, *, mid: str | None, index: int | None) -> None:
        """Take an address that the peer found later; one that cannot be used is ignored."""
        if not self._ended:
            await self.ice.add(candidate, mid=mid, index=index)

    async def add_candidates(self, candidates: Iterable[Candidate]) -> None:
        """Take several, at once: a name on the local network takes a second to be not found."""
        adding = [self.add_candidate(c.text, mid=c.mid, index=None) for c in candidates]
        await asyncio.gather(*adding)

    async def restart_ice(self, wanted: Fragment) -> Fragment:
        """Begin a new ICE session, on the peer's wish; returns our side of it.

        Raises `OfferError` as `IceSession.restart` does, and 422 where it names no new one.
        """
        async with self._negotiating:
            if wanted.credentials is None:
                raise OfferError("no_restart", "an ICE restart brings new credentials", 422)
            self.ice.restart(wanted.credentials)
        self._start(self.add_candidates(wanted.candidates), "candidates")
        return self.ice.ours

    async def messages(self) -> AsyncIterator[Heard | MessageError]:
        """What the client says, until the call ends."""
        async for message in self._talk.messages():
            yield message

    def send(self, message: GatewayMessage) -> None:
        """Hand a message to the data channel; hangs up on a client that takes none."""
        self._talk.send(message)

    def hang_up(self, last_words: Sequence[str] = ()) -> None:
        """End the call from here, after a last text on the data channel."""
        self._talk.say(last_words)
        delay_s = LAST_WORDS_S if last_words else 0.0
        asyncio.get_running_loop().call_later(delay_s, self._end)

    @property
    def frames_decoded(self) -> int:
        """Frames that somebody looked at, or that led to one."""
        return self._decoding.decoded

    @property
    def keyframe_requests(self) -> int:
        """Key frames asked of the sender so far."""
        return self._reception.keyframe_requests

    def estimate(self, *, now: float) -> Estimate:
        """What the network allows the sender."""
        return self._reception.estimate(now=now)

    def limit(self, cap_bps: int, *, least_bps: int = 0) -> None:
        """The ceiling that the far end is told by REMB, whoever it is."""
        self._reception.cap_bps, self._reception.least_bps = cap_bps, least_bps

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

    async def _answer(self, sdp: str) -> str:
        try:
            await self._connection.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
            self._turn_down_other_cameras()
            self._tell_of_packets(sdp)
            await self._connection.setLocalDescription(await self._connection.createAnswer())
        except OperationError as error:
            wanted = "no codec that this gateway has: VP8, or H.264 baseline; Opus for sound"
            raise OfferError("no_codec", wanted, 422) from error
        except _BAD_OFFER as error:
            log.info("offer refused: %s: %s", type(error).__name__, error)
            raise OfferError(
                "sdp_malformed", "the offer cannot be understood; it is not valid WebRTC SDP", 400
            ) from error
        answer = with_message_limit(str(self._connection.localDescription.sdp))
        self.ice.on_answered(sdp, answer)
        return with_start_bitrate(answer, self._start_bps)

    def _turn_down_other_cameras(self) -> None:
        for transceiver in self._connection.getTransceivers():
            track = transceiver.receiver.track
            if transceiver.kind == "video" and track not in (None, self._camera):
                transceiver.direction = "inactive"

    def _tell_of_packets(self, sdp: str) -> None:
        """Reports on each packet, for those that offer to hear them and are to: ours always."""
        if not self._sender_estimates and not is_own(sdp):
            return
        accepted = accept_transport_cc(self._connection)
        self._reception.sender_estimates = self._sender_estimates and accepted
        if accepted and self._packets is None and self._receiver is not None:
            feedback = TransportFeedback(PROMPT_S if is_own(sdp) else EVERY_S)
            self._packets = TransportCcSeam(self._receiver, feedback, self._clock)

    def _end(self) -> None:
        if self._ended:
            return
        self._ended = True
        self._decoding.end()
        self._packed.end()
        self.slot.end()
        self._talk.end()

    def _on_state(self) -> None:
        state = self._connection.connectionState
        if state in ("failed", "closed"):
            self._end()

    def _on_track(self, track: MediaStreamTrack) -> None:
        if track.kind != "video":
            self._start(_drain(track), f"take {track.kind}")
        elif self._camera is None:
            self._camera = track
            receiver = next(r for r in self._connection.getReceivers() if r.track is track)
            take = self._decoding.on_frame
            seam = ReceiverSeam(receiver, self._reception, self._clock, take)
            self._receiver = receiver
            self._start(self._tell_sender(seam), "feedback")
            self._start(self._take_frames(track), "take video")
            self._start(unpack_frames(self._packed, self.slot), "unpack video")

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell_sender(self, seam: ReceiverSeam) -> None:
        while not self._ended:
            await seam.tell()
            if self._packets is not None:
                await self._packets.tell()
            calm = self._packets is None and not self._reception.waits
            await asyncio.sleep(CALM_TICK_S if calm else FEEDBACK_TICK_S)

    def _put(self, frame: Frame) -> None:
        (self._packed if self.unpacks else self.slot).put(frame)

    async def _take_frames(self, track: MediaStreamTrack) -> None:
        """Until the camera's end; there are frames here only where `ReceiverSeam` is off."""
        capture_clock, memory = CaptureClock(), CodedMemory()
        try:
            while True:
                picture: Any = await track.recv()
                now = self._clock()
                captured_t = float(capture_clock.on_frame(picture.pts * picture.time_base, now=now))
                coded = memory.on_picture(picture, captured_t)
                self.slot.arrive(captured_t)
                self._put(Frame(picture, captured_t, coded=coded))
        except MediaStreamError:
            self._packed.end()
            self.slot.end()


async def _drain(track: MediaStreamTrack) -> None:
    try:
        while True:
            await track.recv()
    except MediaStreamError:
        return
