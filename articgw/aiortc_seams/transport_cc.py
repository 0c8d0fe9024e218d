"""Transport-wide congestion feedback, which aiortc 1.16 can read the numbers of and nothing else.

aiortc's `HeaderExtensions` has the field, but no answer of it accepts the extension, and its RTCP
has no such packet (aiortc PR 1411, not merged). Both are mended per call: other calls, and other
users of aiortc in this process, are as they were.
"""

from __future__ import annotations

import inspect
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from functools import partial
from typing import Any

import aiortc.rtp
from aiortc import RTCPeerConnection, RTCRtpReceiver
from aiortc.rtcrtpparameters import RTCRtcpFeedback
from aiortc.rtcrtptransceiver import RTCRtpTransceiver

from articgw.aiortc_seams.seam import Seam, missing
from articgw.transport_cc import Report, TransportFeedback, pack

URI = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
FORMAT = 15
_FEEDBACK = RTCRtcpFeedback("transport-cc")
_RTPFB = 205

_in_force = False


def _needs() -> list[str]:
    gone = missing(RTCPeerConnection, "_RTCPeerConnection__remoteDescription")
    gone += missing(RTCRtpTransceiver, "_get_mline_index")
    gone += missing(RTCRtpReceiver, "_handle_rtp_packet", "_send_rtcp")
    gone += missing(aiortc.rtp, "pack_rtcp_packet", "HeaderExtensions")
    if not gone:
        known = {field.name for field in fields(aiortc.rtp.HeaderExtensions)}
        gone += {"transport_sequence_number"} - known
        gone += [] if "__rtcp_ssrc" in inspect.getsource(RTCRtpReceiver) else ["__rtcp_ssrc"]
    return gone


def accept_transport_cc(connection: RTCPeerConnection) -> bool:
    """Accept it where the offer has it; call it before ``createAnswer``.

    Returns whether the answer says that feedback will come. False where the seam is off.
    """
    if not _in_force:
        return False
    remote: Any = getattr(connection, "_RTCPeerConnection__remoteDescription")()  # noqa: B009
    cameras: list[Any] = [t for t in connection.getTransceivers() if t.kind == "video"]
    return any([_accept(camera, remote) for camera in cameras])


def _accept(transceiver: Any, remote: Any) -> bool:
    index = transceiver._get_mline_index()
    if index is None:
        return False
    offered = remote.media[index].rtp
    extension = next((e for e in offered.headerExtensions if e.uri == URI), None)
    told = {c.payloadType for c in offered.codecs if _FEEDBACK in c.rtcpFeedback}
    codecs = [c for c in transceiver._codecs if c.payloadType in told and c.name != "rtx"]
    if extension is None or not codecs:
        return False
    if extension not in transceiver._headerExtensions:
        transceiver._headerExtensions = [*transceiver._headerExtensions, extension]
    for codec in codecs:
        if _FEEDBACK not in codec.rtcpFeedback:
            codec.rtcpFeedback = [*codec.rtcpFeedback, _FEEDBACK]
    return True


class TransportCcSeam:
    """One receiver whose packets are told of. Make it after the receiver's `ReceiverSeam`.

    Packets without a number (feedback was not negotiated) are not told of.
    """

    def __init__(
        self, receiver: RTCRtpReceiver, feedback: TransportFeedback, clock: Callable[[], float]
    ) -> None:
        self._receiver: Any = receiver
        self._feedback = feedback
        self._clock = clock
        self._ssrc: int | None = None
        if _in_force:
            handle = self._receiver._handle_rtp_packet
            setattr(receiver, "_handle_rtp_packet", partial(self._handle_rtp_packet, handle))  # noqa: B010  mypy

    async def tell(self) -> None:
        """Send the sender what is due."""
        ours = getattr(self._receiver, "_RTCRtpReceiver__rtcp_ssrc", None)
        for report in self._feedback.due(now=self._clock()):
            if self._ssrc is not None and ours is not None:
                await self._receiver._send_rtcp(_Rtpfb(ours, self._ssrc, report))

    async def _handle_rtp_packet(
        self, handle: Callable[..., Awaitable[None]], packet: Any, arrival_time_ms: int
    ) -> None:
        number = packet.extensions.transport_sequence_number
        if number is not None:
            self._ssrc = packet.ssrc
            self._feedback.on_packet(number, now=self._clock())
        await handle(packet, arrival_time_ms)
        await self.tell()


@dataclass(frozen=True, slots=True)
class _Rtpfb:
    """Serialised as aiortc's own packets are."""

    ssrc: int
    media_ssrc: int
    report: Report

    def __bytes__(self) -> bytes:
        body = struct.pack("!LL", self.ssrc, self.media_ssrc) + pack(self.report)
        packet: bytes = aiortc.rtp.pack_rtcp_packet(_RTPFB, FORMAT, body)
        return packet


def _install() -> None:
    """From now on `accept_transport_cc` accepts and each `TransportCcSeam` is put in place."""
    global _in_force
    _in_force = True


TRANSPORT_CC = Seam(
    "transport-wide feedback",
    "aiortc tells a sender REMB and nothing else: libwebrtc then grows 8 % a second, whatever the "
    "link carries, and its own congestion control, with its probes, never runs. Where the offer "
    "has the extension and the gateway is told to, each packet's arrival is reported.",
    _needs,
    _install,
)
