"""The call moves with its peer."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

import aioice.ice

from articgw.aiortc_seams.seam import Seam, missing

log = logging.getLogger(__name__)

SILENT_S = 2.0
"""A peer whose address holds is heard from each second: RTCP, media, or a question."""
MAX_PAIRS = 32
"""Addresses of a peer that are kept; its own candidates are never let go."""


def _needs() -> list[str]:
    ice = aioice.ice.Connection(ice_controlling=False)
    held = ("_check_list", "_check_list_done", "_closing", "_nominated", "_remote_candidates")
    return (
        missing(aioice.ice.StunProtocol, "datagram_received")
        + missing(aioice.ice.Connection, "check_incoming", "check_complete")
        + missing(ice, *held)
        + missing(aioice.ice.CandidatePair, "remote_addr", "State", "component")
    )


def _install() -> None:
    deliver = aioice.ice.StunProtocol.datagram_received
    check_incoming = aioice.ice.Connection.check_incoming

    def datagram_received(self: Any, data: bytes, addr: tuple[Any, ...]) -> None:
        _Follower.of(self.receiver).on_datagram(self, (addr[0], addr[1]))
        deliver(self, data, addr)

    def check_incoming_and_follow(
        self: Any, message: Any, addr: tuple[str, int], protocol: Any
    ) -> None:
        follower = _Follower.of(self)
        follower.make_room()
        check_incoming(self, message, addr, protocol)
        follower.on_check(protocol, addr)

    setattr(aioice.ice.StunProtocol, "datagram_received", datagram_received)  # noqa: B010  mypy
    setattr(aioice.ice.Connection, "check_incoming", check_incoming_and_follow)  # noqa: B010


class _Follower:
    """Moves one ICE connection to the address that its peer speaks from now.

    A peer that says USE-CANDIDATE again (browsers) is followed by aioice itself, at once.
    """

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._heard_t = 0.0

    @classmethod
    def of(cls, connection: Any) -> _Follower:
        """The one of this connection."""
        follower: _Follower | None = connection.__dict__.get("_articgw_follower")
        if follower is None:
            follower = connection.__dict__["_articgw_follower"] = cls(connection)
        return follower

    def on_datagram(self, protocol: Any, source: tuple[str, int]) -> None:
        """Anything has come, from whomever. (To ask which loop runs is a system call.)"""
        for pair in self._connection._nominated.values():
            if pair.protocol is protocol and pair.remote_addr == source:
                self._heard_t = time.monotonic()

    def on_check(self, protocol: Any, source: tuple[str, int]) -> None:
        """The peer, by its password, has asked for a check from ``source``."""
        if self._connection.ice_controlling or not self._connection._check_list_done:
            return
        for pair in self._connection._check_list:
            if pair.protocol is protocol and pair.remote_addr == source:
                if pair.task is not None:
                    pair.task.add_done_callback(lambda _, pair=pair: self._consider(pair))
                else:
                    self._consider(pair)
                return

    def _consider(self, pair: Any) -> None:
        connection = self._connection
        succeeded = pair.state is aioice.ice.CandidatePair.State.SUCCEEDED
        nominated = connection._nominated.get(pair.component)
        if connection._closing or not succeeded or nominated in (pair, None):
            return
        loop, heard_t = asyncio.get_running_loop(), self._heard_t
        wait_s = heard_t + SILENT_S - time.monotonic()
        if wait_s > 0:
            loop.call_later(wait_s, self._consider_unless_heard_since, pair, heard_t)
            return
        log.info("the peer's address has changed from %s to %s", nominated, pair)
        pair.nominated = True
        connection.check_complete(pair)

    def _consider_unless_heard_since(self, pair: Any, heard_t: float) -> None:
        if self._heard_t == heard_t:
            self._consider(pair)

    def make_room(self) -> None:
        """Let the oldest address go that the peer was only heard from."""
        connection = self._connection
        in_use = list(connection._nominated.values())
        heard = [
            pair
            for pair in connection._check_list
            if pair.remote_candidate.type == "prflx" and pair not in in_use
        ]
        if len(connection._check_list) < MAX_PAIRS or not heard:
            return
        oldest = heard[0]
        if oldest.task is not None:
            oldest.task.cancel()
        connection._check_list.remove(oldest)
        if all(p.remote_candidate is not oldest.remote_candidate for p in connection._check_list):
            connection._remote_candidates.remove(oldest.remote_candidate)


ADDRESS_CHANGE = Seam(
    "address change",
    "aioice follows a peer to a new address (NAT rebinding, another network) only where its checks "
    "say USE-CANDIDATE, as browsers' do; to others it sends to the old one until consent expires, "
    "35 s later, and the call is lost. It also keeps every address for ever, with a check of seven "
    "packets to each. An authenticated check from an address that answers ours, while the old one "
    "is silent, moves the call there; 32 are kept.",
    _needs,
    _install,
)
