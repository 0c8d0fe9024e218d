"""A new ICE session on the sockets of the old one."""

from __future__ import annotations

from typing import Any

import aioice.ice
import aioice.stun
from aiortc import RTCPeerConnection
from aiortc.rtcicetransport import RTCIceGatherer, RTCIceTransport

from articgw.aiortc_seams.seam import Seam, missing
from articgw.sdpfrag import Credentials

MAX_FORMER = 3
"""Sessions whose checks are still answered: a peer may have missed the answers to its restarts."""
_FORMER = "_articgw_former_ice"
_CALLED = "_articgw_called"
"""Our name on a pair, as the peer's last check had it: browsers check from their new sockets before
they know our new name, stay with the old one on that pair, and take checks by no other."""
_in_force = False


def _needs() -> list[str]:
    ice = aioice.ice.Connection(ice_controlling=False)
    gatherer = RTCIceGatherer(iceServers=[])
    held = ("_check_list", "_nominated", "_nominating", "_remote_candidates", "_closing")
    called = ("request_received", "check_incoming", "check_start_task", "build_request")
    names = ("_local_username", "_local_password", "_remote_candidates_end", "_early_checks_done")
    return (
        missing(aioice.ice.Connection, *called)
        + missing(ice, *held, *names, "remote_username", "remote_password")
        + missing(aioice.ice.CandidatePair.State, "FROZEN", "WAITING")
        + missing(gatherer, "_remote_candidates_end")
        + missing(RTCIceTransport(gatherer), "_connection", "iceGatherer")
    )


def restart_ice(connection: RTCPeerConnection, local: Credentials, remote: Credentials) -> bool:
    """From now on checks are made and taken with new credentials; candidates are still to come.

    Media goes on over the nominated pair until the peer nominates another. False, and nothing is
    changed, where the seam is off or the connection has ended.
    """
    transport = _transport_of(connection)
    if not _in_force or transport is None or transport._connection._closing:
        return False
    ice = transport._connection
    former = Credentials(ice._local_username, ice._local_password)
    setattr(ice, _FORMER, (*getattr(ice, _FORMER, ()), former)[-MAX_FORMER:])
    ice._local_username, ice._local_password = local.ufrag, local.password
    ice.remote_username, ice.remote_password = remote.ufrag, remote.password
    in_use = list(ice._nominated.values())
    for pair in ice._check_list:
        if pair not in in_use and pair.task is not None:
            pair.task.cancel()
    ice._check_list[:] = [pair for pair in ice._check_list if pair in in_use]
    ice._remote_candidates[:] = [pair.remote_candidate for pair in ice._check_list]
    ice._remote_candidates_end = transport.iceGatherer._remote_candidates_end = False
    ice._nominating.clear()
    return True


def start_checks(connection: RTCPeerConnection) -> None:
    """Check the pairs that came after a restart: aioice's own loop has ended by then."""
    transport = _transport_of(connection)
    ice = transport and transport._connection
    if ice is None or not hasattr(ice, _FORMER) or ice._closing or not ice._early_checks_done:
        return
    state = aioice.ice.CandidatePair.State
    for pair in ice._check_list:
        if pair.state in (state.FROZEN, state.WAITING):
            ice.check_start_task(pair)


def _transport_of(connection: Any) -> Any:
    """The one transport of a bundled connection; None where there are several, or none."""
    users = [transceiver.receiver for transceiver in connection.getTransceivers()]
    users += [connection.sctp] if connection.sctp is not None else []
    transports = {user.transport.transport for user in users}
    return transports.pop() if len(transports) == 1 else None


def _install() -> None:
    global _in_force
    _in_force = True
    connection: Any = aioice.ice.Connection
    request_received = connection.request_received
    check_incoming = connection.check_incoming
    build_request = connection.build_request

    def request_of_any_session(
        self: Any, message: Any, addr: tuple[str, int], protocol: Any
    ) -> None:
        for former in self.__dict__.get(_FORMER, ()):
            if not self._closing and _is_to(message, former):
                _respond(message, addr, protocol, former)
                if _names(message)[1] == self.remote_username:
                    self.check_incoming(message, addr, protocol)
                return
        request_received(self, message, addr, protocol)

    def check_that_names_us(self: Any, message: Any, addr: tuple[str, int], protocol: Any) -> None:
        check_incoming(self, message, addr, protocol)
        for pair in self._check_list if hasattr(self, _FORMER) else ():
            if pair.protocol is protocol and pair.remote_addr == addr:
                setattr(pair, _CALLED, _names(message)[0])

    def request_as_called(self: Any, pair: Any, nominate: bool) -> Any:
        request = build_request(self, pair, nominate)
        if hasattr(pair, _CALLED):
            request.attributes["USERNAME"] = f"{self.remote_username}:{getattr(pair, _CALLED)}"
        return request

    connection.request_received = request_of_any_session
    connection.check_incoming = check_that_names_us
    connection.build_request = request_as_called


def _names(message: Any) -> tuple[str, str]:
    """The receiver's and the sender's."""
    receiver, _, sender = str(message.attributes.get("USERNAME", "")).partition(":")
    return receiver, sender


def _is_to(message: Any, former: Credentials) -> bool:
    return (
        message.message_method == aioice.stun.Method.BINDING
        and "MESSAGE-INTEGRITY" in message.attributes
        and _names(message)[0] == former.ufrag
        and bool(message.check_message_integrity(former.password.encode()))
    )


def _respond(message: Any, addr: tuple[str, int], protocol: Any, former: Credentials) -> None:
    response = aioice.stun.Message(
        message_method=aioice.stun.Method.BINDING,
        message_class=aioice.stun.Class.RESPONSE,
        transaction_id=message.transaction_id,
    )
    response.attributes["XOR-MAPPED-ADDRESS"] = addr
    response.add_message_integrity(former.password.encode())
    protocol.send_stun(response, addr)


ICE_RESTART = Seam(
    "ice restart",
    "aioice has no ICE restart (RFC 8445, 9): a peer that moves to another network and says so "
    "gets its checks refused, and the call is lost. The credentials are swapped under the live "
    "connection; checks from before are answered, so that the old path lives, but move nothing; "
    "the peer's new checks nominate the new path as its first ones did.",
    _needs,
    _install,
)
