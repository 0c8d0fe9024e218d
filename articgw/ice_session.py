"""The ICE side of a connection: whose names are in force, addresses that come later, a new start.

    offer and answer ──▶ on_answered    both sides' names, passwords and addresses
    trickle ICE ───────▶ add            an address more (RFC 8838), where it can be used
    ICE restart ───────▶ restart        new names and passwords (RFC 8445, 9), the media goes on

aioice knows the first two, the seam "ice restart" the third.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import replace

from aiortc import RTCIceCandidate, RTCPeerConnection
from aiortc.sdp import candidate_from_sdp

from articgw.aiortc_seams import restart_ice, start_checks
from articgw.errors import OfferError
from articgw.offer import MAX_CANDIDATES
from articgw.sdpfrag import Credentials, Fragment, ice_of

log = logging.getLogger(__name__)

RESTART_EVERY_S = 1.0
"""Each ICE restart sends checks to up to 32 addresses of the peer's choice."""


class IceSession:
    """One connection's."""

    def __init__(self, connection: RTCPeerConnection, clock: Callable[[], float]) -> None:
        self.ours = Fragment(None, ())
        self.theirs = Fragment(None, ())
        """The peer's side, as its last offer or restart said."""
        self._connection = connection
        self._clock = clock
        self._candidates = 0
        """Of the peer, in this ICE session."""
        self._restarted_t = -RESTART_EVERY_S

    def on_answered(self, offer: str, answer: str) -> None:
        """These two are in force."""
        self.ours, self.theirs = ice_of(answer), ice_of(offer)
        self._candidates = offer.count("a=candidate:")

    def begins_anew(self, offer: str) -> Credentials | None:
        """The peer's new credentials, where a new offer brings any."""
        wanted = ice_of(offer).credentials
        return None if wanted == self.theirs.credentials else wanted

    async def add(self, candidate: str, *, mid: str | None, index: int | None) -> None:
        """Take an address that the peer found later, as it is written in SDP.

        What cannot be used is ignored, as RFC 9725, 4.3.2 wants: other transports and components,
        names that nobody resolves, sections that nobody knows, and more than are allowed.
        """
        found = _usable(candidate)
        if found is None or self._candidates >= MAX_CANDIDATES:
            return
        self._candidates += 1
        found.sdpMid, found.sdpMLineIndex = mid, 0 if mid is None and index is None else index
        try:
            await self._connection.addIceCandidate(found)
        except OSError as error:
            log.info("a candidate cannot be resolved: %s", error)
        self.check()

    def restart(self, theirs: Credentials) -> None:
        """Begin anew; media goes on over the old path until the peer has nominated a new one.

        Raises `OfferError`: 422 where it cannot be done, 429 where one has only just begun.
        """
        now = self._clock()
        if now < self._restarted_t + RESTART_EVERY_S:
            raise OfferError("too_soon", "an ICE restart has only just begun", 429)
        ours = Credentials(secrets.token_hex(4), secrets.token_hex(16))
        if not restart_ice(self._connection, ours, theirs):
            raise OfferError("no_restart", "the ICE session of this call cannot begin anew", 422)
        log.info("ICE begins anew on the peer's wish")
        self._restarted_t = now
        self._candidates = 0
        self.ours = replace(self.ours, credentials=ours)
        self.theirs = replace(self.theirs, credentials=theirs)

    def check(self) -> None:
        """Try the addresses that came after a restart."""
        start_checks(self._connection)


def _usable(candidate: str) -> RTCIceCandidate | None:
    """UDP to the one component that RTCP shares with RTP; None for anything else."""
    try:
        found = candidate_from_sdp(candidate.removeprefix("a=").removeprefix("candidate:"))
    except (AssertionError, ValueError):
        return None
    fits = found.component == 1 and found.protocol.lower() == "udp" and 0 < found.port < 65536
    return found if fits and found.type in ("host", "srflx", "relay") else None
