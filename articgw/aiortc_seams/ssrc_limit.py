"""A sender has a few streams, not hundreds."""

from __future__ import annotations

from typing import Any

import aiortc.rtcrtpreceiver

from articgw.aiortc_seams.seam import Seam, missing

MAX_SSRCS = 4
"""A camera sends one stream and its retransmissions; twice that leaves room for a restart."""


def _needs() -> list[str]:
    return missing(aiortc.rtcrtpreceiver.RTCRtpReceiver, "_handle_rtp_packet")


def _install() -> None:
    receiver_class = aiortc.rtcrtpreceiver.RTCRtpReceiver
    handle = receiver_class._handle_rtp_packet

    async def handle_rtp_packet(self: Any, packet: Any, arrival_time_ms: int) -> None:
        ssrcs: set[int] = self.__dict__.setdefault("_articgw_ssrcs", set())
        if packet.ssrc not in ssrcs:
            if len(ssrcs) >= MAX_SSRCS:
                return
            ssrcs.add(packet.ssrc)
        await handle(self, packet, arrival_time_ms)

    setattr(receiver_class, "_handle_rtp_packet", handle_rtp_packet)  # noqa: B010  mypy


SSRC_LIMIT = Seam(
    "ssrc limit",
    "aiortc reports on every SSRC it ever saw: 32 make malformed receiver reports, 300 kill the "
    "RTCP task, and close() then waits for it for ever. Four per m-line are enough.",
    _needs,
    _install,
)
