"""One video receiver whose packets are ours: articgw/reception decides, aiortc carries it out."""

from __future__ import annotations

import inspect
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Protocol

import aiortc.rtcrtpreceiver
from aiortc import RTCRtpReceiver
from aiortc.rtp import RTCP_PSFB_APP, RtcpPsfbPacket, pack_remb_fci

from articgw.aiortc_seams.seam import Seam, missing
from articgw.reception import EncodedFrame, Reception, starts_keyframe

PACKET_OVERHEAD_BYTES = 28 + 12 + 12 + 10
"""IP and UDP, RTP, its extensions, the SRTP tag: what a payload costs on the wire."""


def _needs() -> list[str]:
    receiver_class = aiortc.rtcrtpreceiver.RTCRtpReceiver
    gone = missing(
        receiver_class,
        *("_handle_rtp_packet", "_send_rtcp", "_send_rtcp_nack", "_send_rtcp_pli"),
    )
    source = inspect.getsource(receiver_class)
    return gone + [f"RTCRtpReceiver.__{name}" for name in _RECEIVER if f"__{name}" not in source]


_RECEIVER = (
    *("jitter_buffer", "nack_generator", "remote_bitrate_estimator"),
    *(
        "timestamp_mapper",
        "codecs",
        "rtcp_ssrc",
        "remote_streams",
    ),
)


class TakeFrame(Protocol):
    """Where whole frames go."""

    def __call__(self, data: bytes, pts: int, codec: Any, *, key: bool, now: float) -> None:
        """``pts`` at 90 kHz from the first frame on; ``codec`` as a decoder's maker wants it."""


def _of(receiver: Any, name: str) -> Any:
    return getattr(receiver, f"_RTCRtpReceiver__{name}")


_in_force = False


class ReceiverSeam:
    """One video receiver whose packets are ours: `Reception` decides, aiortc carries it out.

    Does nothing, and says so with ``in_force``, where the seam is off.
    """

    def __init__(
        self,
        receiver: RTCRtpReceiver,
        reception: Reception,
        clock: Callable[[], float],
        take: TakeFrame,
    ) -> None:
        """``take`` is given every whole frame; nothing goes to aiortc's own decoder."""
        self._receiver: Any = receiver
        self._reception = reception
        self._clock = clock
        self._take = take
        self._ssrc: int | None = None
        self._arrived_ssrc: int | None = None
        self._whole: deque[tuple[EncodedFrame, Any]] = deque()
        self.in_force = _in_force
        if self.in_force:
            for name in ("jitter_buffer", "nack_generator", "remote_bitrate_estimator"):
                setattr(receiver, f"_RTCRtpReceiver__{name}", _Adapter(self, name))
            handle = self._receiver._handle_rtp_packet
            setattr(receiver, "_handle_rtp_packet", partial(self._handle_rtp_packet, handle))  # noqa: B010  mypy

    async def tell(self) -> None:
        """Send the sender what is due."""
        receiver, reception = self._receiver, self._reception
        if self._ssrc is None or _of(receiver, "rtcp_ssrc") is None:
            return
        due = reception.feedback(now=self._clock())
        if due.nacks:
            await receiver._send_rtcp_nack(self._ssrc, list(due.nacks))
        if due.keyframe:
            await receiver._send_rtcp_pli(self._ssrc)
        if due.remb_bps is not None:
            remb = RtcpPsfbPacket(
                fmt=RTCP_PSFB_APP,
                ssrc=_of(receiver, "rtcp_ssrc"),
                media_ssrc=0,
                fci=pack_remb_fci(due.remb_bps, [self._ssrc]),
            )
            await receiver._send_rtcp(remb)

    async def _handle_rtp_packet(
        self, handle: Callable[..., Awaitable[None]], packet: Any, arrival_time_ms: int
    ) -> None:
        receiver, now = self._receiver, self._clock()
        size_bytes = len(packet.payload) + packet.padding_size + PACKET_OVERHEAD_BYTES
        send_time = packet.extensions.abs_send_time
        self._arrived_ssrc = packet.ssrc
        self._reception.on_arrival(send_time, size_bytes, now=now)
        await handle(packet, arrival_time_ms)
        while self._whole:
            frame, codec = self._whole.popleft()
            pts = _of(receiver, "timestamp_mapper").map(frame.timestamp)
            self._take(frame.data, pts, codec, key=frame.key, now=now)
        await self.tell()

    def add_to_jitter_buffer(self, packet: Any) -> tuple[bool, None]:
        """Called by aiortc for each packet of the stream, unwrapped and depayloaded."""
        self._ssrc = packet.ssrc
        codec = _of(self._receiver, "codecs")[packet.payload_type]
        mended_before = self._reception.nacks.mended
        whole = self._reception.on_media(
            packet.sequence_number,
            packet.timestamp,
            packet._data,
            marker=bool(packet.marker),
            key_start=starts_keyframe(codec.name, packet.payload),
            now=self._clock(),
        )
        self._whole.extend((frame, codec) for frame in whole)
        if packet.ssrc != self._arrived_ssrc:
            mended = self._reception.nacks.mended - mended_before
            stream = _of(self._receiver, "remote_streams").get(packet.ssrc)
            if stream is not None:
                stream.packets_received += mended
        return False, None

    def add_to_nack_generator(self, packet: Any) -> bool:
        """Called by aiortc before the jitter buffer; `tell` asks for what is missing."""
        del packet
        return False


class _Adapter:
    """Stands where aiortc keeps its own jitter buffer, NACK generator and estimator."""

    def __init__(self, seam: ReceiverSeam, name: str) -> None:
        self._add = getattr(seam, f"add_to_{name}", None)

    def add(self, packet: Any = None, **_arrival: Any) -> Any:
        return self._add(packet) if self._add else None


def _install() -> None:
    """From now on each `ReceiverSeam` is put in place."""
    global _in_force
    _in_force = True


RECEPTION = Seam(
    "reception",
    "aiortc gives a lost packet up after 512 others: 17 s at 200 kb/s; it asks for it once; it "
    "holds each frame until the next one begins; its estimator gains 8 % a second and forgets what "
    "an idle sender does not use. articgw.reception decides all of that by time. Loss that was "
    "mended is not reported: our estimator knows of it, and libwebrtc would send a third.",
    _needs,
    _install,
)
