"""Our own sender numbers its packets, and hears when each of them came.

aiortc 1.16 has the field for the number and puts none into it, and drops the reports unread. Per
call: the map that writes header extensions is wrapped to count, and RTCP is looked through before
aiortc takes it.
"""

from __future__ import annotations

import logging
import re
import struct
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters

from artic_abr.report import Packet, Report
from articgw.aiortc_seams.transport_cc import FORMAT, URI
from articgw.transport_cc import unpack
from articgw.transport_cc.report import TICKS_PER_S

log = logging.getLogger(__name__)

EXTENSION_ID = 9
"""aiortc uses 1 to 6."""
_MAP, _RTPFB, _RTCP_HEAD = "_RTCRtpSender__rtp_header_extensions_map", 205, 4
MAX_IN_FLIGHT = 4096
PACKET_BYTES = 1200
"""What aiortc makes at most; how many a packet really had is not known here."""


def with_packet_numbers(sdp: str) -> str:
    """An offer that asks for reports on its video."""
    sdp = re.sub(r"(m=video .*\r\n)", rf"\1a=extmap:{EXTENSION_ID} {URI}\r\n", sdp)
    return re.sub(r"(a=rtpmap:(\d+) (?:VP8|H264)/.*\r\n)", r"\1a=rtcp-fb:\2 transport-cc\r\n", sdp)


class PacketReports:
    """One sender's, from `begin` on."""

    def __init__(
        self,
        on_sent: Callable[[int, int, float], None],
        on_report: Callable[[Report, float], None],
        clock: Callable[[], float],
    ) -> None:
        self._on_sent, self._on_report, self._clock = on_sent, on_report, clock
        self._sent: OrderedDict[int, float] = OrderedDict()
        self._count = 0

    def begin(self, sender: Any, answer: str) -> bool:
        """With the answer, before media flows. False where no reports will come."""
        accepted = re.search(rf"a=extmap:(\d+) {re.escape(URI)}", answer)
        if accepted is None or "transport-cc" not in answer:
            return False
        transport = sender.transport
        if not hasattr(sender, _MAP) or not hasattr(transport, "_handle_rtcp_data"):
            log.warning("seam 'packet reports' is off: aiortc has changed")
            return False
        numbering = _Numbering(getattr(sender, _MAP), int(accepted[1]), self._number)
        numbering.configure(_Only([]))
        setattr(sender, _MAP, numbering)
        transport._handle_rtcp_data = partial(self._on_rtcp, transport._handle_rtcp_data)
        return True

    def _number(self) -> int:
        number, now = self._count, self._clock()
        self._count += 1
        self._sent[number] = now
        while len(self._sent) > MAX_IN_FLIGHT:
            self._sent.popitem(last=False)
        self._on_sent(number, PACKET_BYTES, now)
        return number & 0xFFFF

    async def _on_rtcp(self, handle: Callable[[bytes], Awaitable[None]], data: bytes) -> None:
        for body in _reports(data):
            try:
                told = unpack(body)
            except ValueError as error:
                log.debug("a report that cannot be read: %s", error)
                continue
            base = self._count - 1 - ((self._count - 1 - told.base) & 0xFFFF)
            came = dict(told.arrivals)
            packets = []
            for place in range(told.count):
                sent_t = self._sent.pop(base + place, None)
                if sent_t is not None:
                    tick = came.get(place)
                    at_t = None if tick is None else tick / TICKS_PER_S
                    packets.append(Packet(base + place, sent_t, at_t, PACKET_BYTES))
            self._on_report(Report(tuple(packets)), self._clock())
        await handle(data)


@dataclass(slots=True)
class _Numbering:
    """Stands where aiortc keeps its map of header extensions."""

    inner: Any
    id: int
    number: Callable[[], int]

    def configure(self, parameters: Any) -> None:
        extension = RTCRtpHeaderExtensionParameters(self.id, URI)
        self.inner.configure(parameters)
        self.inner.configure(_Only([extension]))

    def set(self, values: Any) -> Any:
        values.transport_sequence_number = self.number()
        return self.inner.set(values)

    def get(self, profile: int, value: bytes) -> Any:
        return self.inner.get(profile, value)


@dataclass(frozen=True, slots=True)
class _Only:
    headerExtensions: list[RTCRtpHeaderExtensionParameters]


def _reports(data: bytes) -> Iterator[bytes]:
    """The bodies of transport-wide reports in a compound packet (RFC 3550, 6.1)."""
    at = 0
    while at + _RTCP_HEAD <= len(data):
        first, kind, words = struct.unpack_from("!BBH", data, at)
        end = at + _RTCP_HEAD + 4 * words
        if kind == _RTPFB and first & 0x1F == FORMAT:
            yield data[at + _RTCP_HEAD + 8 : end]
        at = end
