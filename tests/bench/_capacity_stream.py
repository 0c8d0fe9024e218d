"""One stream of a film over a connection of aiortc's, past its encoder and its packetiser.

ICE, DTLS and SRTP are aiortc's; the packets were made before, so that only their header is written
when they are due. Repeats are sent as aiortc does, key frames come when the film has one.
"""

from __future__ import annotations

import asyncio
import struct
from collections import deque
from collections.abc import Sequence
from typing import Any

from aiortc import MediaStreamTrack, RTCPeerConnection, RTCRtpSender
from aiortc import clock as aiortc_clock
from aiortc.rtp import RTP_HISTORY_SIZE, RtpPacket

from tests.bench._capacity_film import Codec

CLOCK_HZ = 90_000
SEED = 11
"""Of when in a frame's time each sender's frames are due."""
_MARK = 0x5A5A5A
"""A send time that is easy to find in a packet's header."""


class Silent(MediaStreamTrack):
    """Has the tracks' life cycle, and nothing to send."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    async def recv(self) -> Any:
        """Never returns: what is sent goes past it."""
        await asyncio.Event().wait()


class Stream:
    """The video of one connection. It can `send` once the connection is connected."""

    def __init__(self, connection: RTCPeerConnection, codec: Codec) -> None:
        self._transceiver: Any = connection.addTransceiver(Silent("video"), "sendonly")
        known = RTCRtpSender.getCapabilities("video").codecs
        self._transceiver.setCodecPreferences([one for one in known if one.name == codec])
        self._sender: Any = self._transceiver.sender
        self._header = b""
        self._send_time_at = 0
        self._sequence_number = self._packets = self._octets = 0
        self._sent: deque[tuple[int, int, bytes, bool]] = deque(maxlen=RTP_HISTORY_SIZE)

    def begin(self) -> None:
        """The connection is connected: what was negotiated is known."""
        packet = self._packet(0, 0, b"", marker=False)
        packet.extensions.abs_send_time = _MARK
        packet.extensions.mid = self._of("mid")
        self._header = packet.serialize(self._of("rtp_header_extensions_map"))
        self._send_time_at = self._header.find(_MARK.to_bytes(3, "big"))
        self._set("rtp_history", self)

    async def send(self, frame: Sequence[bytes], sent_t: float) -> None:
        """All packets of a frame at once. Raises `ConnectionError` where the call is over."""
        rtp_time = int(sent_t * CLOCK_HZ) % (1 << 32)
        transport, last = self._sender.transport, len(frame) - 1
        ntp = aiortc_clock.current_ntp_time()
        send_time = ((ntp >> 14) & 0xFFFFFF).to_bytes(3, "big")
        header = bytearray(self._header)
        if self._send_time_at > 0:
            header[self._send_time_at : self._send_time_at + 3] = send_time
        payload_type = header[1] & 0x7F
        for number, payload in enumerate(frame):
            marker = number == last
            at = self._sequence_number
            struct.pack_into("!BHL", header, 1, payload_type | marker << 7, at, rtp_time)
            self._sent.append((at, rtp_time, payload, marker))
            self._sequence_number = (at + 1) % (1 << 16)
            self._octets += len(payload)
            await transport._send_rtp(bytes(header) + payload)
        self._packets += len(frame)
        self._set("ntp_timestamp", ntp)
        self._set("rtp_timestamp", rtp_time)
        self._set("packet_count", self._packets)
        self._set("octet_count", self._octets)

    def get(self, place: int) -> RtpPacket | None:
        """What aiortc repeats from, for the packet that lies at this place of its history."""
        if not self._sent:
            return None
        back = (self._sequence_number - 1 - place) % RTP_HISTORY_SIZE
        if back >= len(self._sent):
            return None
        number, rtp_time, payload, marker = self._sent[-1 - back]
        packet = self._packet(number, rtp_time, payload, marker=marker)
        packet.extensions.mid = self._of("mid")
        return packet

    def _packet(self, number: int, rtp_time: int, payload: bytes, *, marker: bool) -> RtpPacket:
        packet = RtpPacket(
            payload_type=self._transceiver._codecs[0].payloadType,
            sequence_number=number,
            timestamp=rtp_time,
            marker=int(marker),
        )
        packet.ssrc, packet.payload = self._sender._ssrc, payload
        return packet

    def _of(self, name: str) -> Any:
        return getattr(self._sender, f"_RTCRtpSender__{name}")

    def _set(self, name: str, value: Any) -> None:
        setattr(self._sender, f"_RTCRtpSender__{name}", value)
