"""Only the peer's addresses may speak anything but STUN."""

from __future__ import annotations

from typing import Any

import aioice.ice

from articgw.aiortc_seams.seam import Seam, missing

STUN_FIRST_BYTES = range(4)
"""RFC 7983: the first byte of a STUN message is 0..3, of DTLS 20..63, of RTP 128..191."""
MAX_WAITING_DATAGRAMS = 512
"""A checked address that is never nominated may fill a queue that nobody empties yet."""


def _needs() -> list[str]:
    ice = aioice.ice.Connection(ice_controlling=False)
    return (
        missing(aioice.ice.StunProtocol, "datagram_received")
        + missing(ice, "_check_list", "_queue")
        + missing(aioice.ice.CandidatePair, "remote_addr", "State")
        + missing(aioice.ice.CandidatePair.State, "SUCCEEDED")
    )


def _install() -> None:
    deliver = aioice.ice.StunProtocol.datagram_received

    def datagram_received(self: Any, data: bytes, addr: tuple[Any, ...]) -> None:
        if not data:
            return
        if data[0] in STUN_FIRST_BYTES or (
            self.receiver._queue.qsize() < MAX_WAITING_DATAGRAMS
            and _is_peer(self, (addr[0], addr[1]))
        ):
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


SOURCE_FILTER = Seam(
    "source filter",
    "aioice hands every datagram that is not STUN to DTLS, whoever sent it: one foreign "
    "ClientHello ends the handshake of both peers (the race of CVE-2023-51443), and a flood fills "
    "an unbounded queue. Only addresses that passed an ICE check may speak DTLS and RTP.",
    _needs,
    _install,
)
