"""Every private name of aiortc and aioice that articgw touches, and why it must.

Each seam says what it mends, checks at start-up that the names it needs are still there, and fails
soft: a seam that is gone is logged and left out, and the gateway runs without it. The pins in
pyproject.toml keep aiortc to one minor version; test_aiortc_seams.py runs the attacks.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aioice.ice
import aiortc.rtcrtpreceiver

log = logging.getLogger(__name__)

MAX_SSRCS = 4
"""A camera sends one stream and its retransmissions; twice that leaves room for a restart."""
_STUN_FIRST_BYTES = range(4)
"""RFC 7983: the first byte of a STUN message is 0..3, of DTLS 20..63, of RTP 128..191."""


@dataclass(frozen=True, slots=True)
class Seam:
    """One mend: ``install`` patches the class, unless ``needs`` says what is missing."""

    name: str
    reason: str
    needs: Callable[[], list[str]]
    install: Callable[[], None]


def _missing(owner: object, *names: str) -> list[str]:
    where = getattr(owner, "__qualname__", type(owner).__qualname__)
    return [f"{where}.{name}" for name in names if not hasattr(owner, name)]


def _source_filter_needs() -> list[str]:
    ice = aioice.ice.Connection(ice_controlling=False)
    return (
        _missing(aioice.ice.StunProtocol, "datagram_received")
        + _missing(ice, "_check_list")
        + _missing(aioice.ice.CandidatePair, "remote_addr", "State")
        + _missing(aioice.ice.CandidatePair.State, "SUCCEEDED")
    )


def _install_source_filter() -> None:
    deliver = aioice.ice.StunProtocol.datagram_received

    def datagram_received(self: Any, data: bytes, addr: tuple[Any, ...]) -> None:
        if data and (data[0] in _STUN_FIRST_BYTES or _is_peer(self, (addr[0], addr[1]))):
            deliver(self, data, addr)

    setattr(aioice.ice.StunProtocol, "datagram_received", datagram_received)  # noqa: B010


def _is_peer(protocol: Any, source: tuple[str, int]) -> bool:
    succeeded = aioice.ice.CandidatePair.State.SUCCEEDED
    return any(
        pair.protocol is protocol
        and pair.remote_addr == source
        and (pair.nominated or pair.state is succeeded)
        for pair in protocol.receiver._check_list
    )


def _ssrc_limit_needs() -> list[str]:
    return _missing(aiortc.rtcrtpreceiver.RTCRtpReceiver, "_handle_rtp_packet")


def _install_ssrc_limit() -> None:
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


SEAMS = (
    Seam(
        "source filter",
        "aioice hands every datagram that is not STUN to DTLS, whoever sent it: one foreign "
        "ClientHello ends the handshake of both peers (the race of CVE-2023-51443), and a flood "
        "fills an unbounded queue. Only addresses that passed an ICE check may speak DTLS and RTP.",
        _source_filter_needs,
        _install_source_filter,
    ),
    Seam(
        "ssrc limit",
        "aiortc reports on every SSRC it ever saw: 32 make malformed receiver reports, 300 kill "
        "the RTCP task, and close() then waits for it for ever. Four per m-line are enough.",
        _ssrc_limit_needs,
        _install_ssrc_limit,
    ),
)

_installed: set[str] = set()


def install() -> tuple[str, ...]:
    """Put every seam in place, once per process; returns the names of those in force."""
    for seam in SEAMS:
        if seam.name in _installed:
            continue
        if missing := seam.needs():
            log.warning("seam %r is off: %s is gone. %s", seam.name, missing, seam.reason)
            continue
        seam.install()
        _installed.add(seam.name)
    return tuple(sorted(_installed))
