"""The connection under a call: a camera track one way, messages both ways.

H.264 from our own encoder, because aiortc's sends at least 0.5 Mb/s; where the seam for it is gone,
aiortc's own does the work, and rate and size cannot be obeyed (``encoder`` is None).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable

from aiortc import (
    RTCConfiguration,
    RTCDataChannel,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)

from articgw import aiortc_seams
from articgw.aiortc_seams.packet_reports import PacketReports, with_packet_numbers
from articgw.client.answers import CallLost
from articgw.client.camera import SteeredTrack
from articgw.client.encoder import SteeredH264Encoder
from articgw.client.pacing import LinkPacing
from articgw.client.signalling import Signalling
from articgw.protocol import (
    LABEL,
    ClientMessage,
    GatewayMessage,
    MessageError,
    decode_gateway,
    encode,
)
from articgw.transport_cc.own import as_own

log = logging.getLogger(__name__)

CLOSE_TIMEOUT_S = 5.0


class Link:
    """One WebRTC connection to a gateway, from `connect` to `close`."""

    def __init__(
        self,
        track: SteeredTrack,
        *,
        on_open: Callable[[], None],
        on_message: Callable[[GatewayMessage], None],
        on_lost: Callable[[CallLost], None],
    ) -> None:
        self.track = track
        self.encoder: SteeredH264Encoder | None = None
        """Of the video, once there is a connection."""
        self._pacing = LinkPacing()
        self._reports = PacketReports(self._pacing.on_sent, self._pacing.on_report, time.monotonic)
        self._paced_bytes = 0
        track.wait_s = self._wait_s
        self._on_open, self._on_message, self._on_lost = on_open, on_message, on_lost
        self._connection: RTCPeerConnection | None = None
        self._channel: RTCDataChannel | None = None

    async def connect(self, gateway_url: str, token: str | None) -> str:
        """Offer the camera; returns the gateway's name of the session.

        Media and messages may flow a moment later. Raises `CallRefused` and `CallLost`.
        """
        async with Signalling(gateway_url, token) as gateway:
            terms = await gateway.terms()
            servers = [RTCIceServer(s.urls, s.username, s.credential) for s in terms.ice_servers]
            connection = RTCPeerConnection(RTCConfiguration(iceServers=servers))
            self._connection = connection
            self._add_camera(connection)
            self._add_channel(connection)
            connection.on("connectionstatechange", self._on_state)
            await connection.setLocalDescription(await connection.createOffer())
            offer = with_packet_numbers(as_own(connection.localDescription.sdp))
            accepted = await gateway.offer(offer)
        await connection.setRemoteDescription(RTCSessionDescription(accepted.sdp, "answer"))
        for sender in connection.getSenders():
            self._reports.begin(sender, accepted.sdp)
        return accepted.session

    def send(self, message: ClientMessage) -> None:
        """Say it, where there is anybody to say it to."""
        if self._channel is not None and self._channel.readyState == "open":
            self._channel.send(encode(message))

    def send_bytes(self, parts: Iterable[bytes]) -> None:
        """Binary messages, in order."""
        for part in parts:
            if self._channel is not None and self._channel.readyState == "open":
                self._channel.send(part)

    def totals(self) -> tuple[int, int]:
        """Frames and bytes on the wire so far; no bytes where aiortc's own encoder is at work."""
        if self.encoder is not None:
            return self.encoder.sent.frames, self.encoder.sent.wire_bytes
        return self.track.taken, 0

    async def close(self) -> None:
        """Stop the camera and hang up, in bounded time. May be called twice."""
        self.track.stop()
        if self._connection is not None:
            try:
                await asyncio.wait_for(self._connection.close(), CLOSE_TIMEOUT_S)
            except TimeoutError:
                log.warning("the connection did not close within %s s", CLOSE_TIMEOUT_S)

    def _add_camera(self, connection: RTCPeerConnection) -> None:
        transceiver = connection.addTransceiver(self.track, direction="sendonly")
        codecs = RTCRtpSender.getCapabilities("video").codecs
        wanted = ("video/h264", "video/rtx")
        transceiver.setCodecPreferences([c for c in codecs if c.mimeType.lower() in wanted])
        encoder = SteeredH264Encoder()
        if aiortc_seams.use_encoder(transceiver.sender, encoder):
            self.encoder = encoder

    def _wait_s(self, now: float) -> float:
        """How long the camera's next frame is to wait; called between frames."""
        encoder = self.encoder
        if encoder is None:
            return 0.0
        sent_bytes = encoder.sent.wire_bytes - self._paced_bytes
        self._paced_bytes += sent_bytes
        if sent_bytes:
            self._pacing.on_frame(sent_bytes, encoder.network_bps, now)
        wait_s = self._pacing.wait_s(encoder.mean_bytes, encoder.network_bps, now)
        encoder.small = self._pacing.small
        return wait_s

    def _add_channel(self, connection: RTCPeerConnection) -> None:
        channel = connection.createDataChannel(LABEL)
        channel.on("open", self._on_open)
        channel.on("message", self._on_data)
        channel.on("close", lambda: self._on_lost(CallLost("the gateway has hung up")))
        self._channel = channel

    def _on_data(self, data: str | bytes) -> None:
        try:
            message = decode_gateway(data)
        except MessageError as error:
            log.debug("a message of a newer gateway: %s", error)
            return
        self._on_message(message)

    def _on_state(self) -> None:
        state = self._connection.connectionState if self._connection is not None else "closed"
        if state in ("failed", "closed"):
            self._on_lost(CallLost("the connection is lost"))
