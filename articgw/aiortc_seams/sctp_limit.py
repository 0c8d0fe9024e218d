"""Messages that do not end are not kept."""

from __future__ import annotations

import logging
from typing import Any

import aiortc.rtcsctptransport

from articgw.aiortc_seams.seam import Seam, missing, missing_in

log = logging.getLogger(__name__)

SCTP_WINDOW_BYTES = 128 * 1024
"""What a client is told it may send ahead; eight of our largest messages."""
MAX_HELD_BYTES = 256 * 1024
"""Of messages that are not complete; only a client that ignores the window gets there."""
MAX_HELD_CHUNKS = 256
"""aiortc looks at each for each that arrives: a chunk may be one byte."""
MAX_STREAMS = 16
"""A call uses one."""


def _needs() -> list[str]:
    sctp = aiortc.rtcsctptransport
    held = ("_advertised_rwnd", "_inbound_streams", "_sack_misordered", "_association_state")
    return (
        missing(sctp.RTCSctpTransport, "_receive_data_chunk", "_receive_forward_tsn_chunk")
        + missing(sctp.RTCSctpTransport.State, "CLOSED")
        + missing_in(sctp.RTCSctpTransport.__init__, *held)
        + missing(sctp.InboundStream(), "reassembly")
    )


def _install() -> None:
    sctp_class = aiortc.rtcsctptransport.RTCSctpTransport
    init = sctp_class.__init__
    receive_data = sctp_class._receive_data_chunk
    receive_forward_tsn = sctp_class._receive_forward_tsn_chunk

    def init_with_window(self: Any, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        self._advertised_rwnd = SCTP_WINDOW_BYTES

    async def receive_data_chunk(self: Any, chunk: Any) -> None:
        if await _may_take(self, {chunk.stream_id}, len(chunk.user_data)):
            await receive_data(self, chunk)

    async def receive_forward_tsn_chunk(self: Any, chunk: Any) -> None:
        if await _may_take(self, {stream_id for stream_id, _ in chunk.streams}, 0):
            await receive_forward_tsn(self, chunk)

    setattr(sctp_class, "__init__", init_with_window)  # noqa: B010  mypy
    setattr(sctp_class, "_receive_data_chunk", receive_data_chunk)  # noqa: B010  mypy
    setattr(sctp_class, "_receive_forward_tsn_chunk", receive_forward_tsn_chunk)  # noqa: B010


async def _may_take(sctp: Any, stream_ids: set[int], size_bytes: int) -> bool:
    """False for an association that is over, or is ended here."""
    if sctp._association_state is sctp.State.CLOSED:
        return False
    streams = sctp._inbound_streams
    chunks = sum(len(stream.reassembly) for stream in streams.values())
    if (
        SCTP_WINDOW_BYTES - sctp._advertised_rwnd + size_bytes <= MAX_HELD_BYTES
        and chunks < MAX_HELD_CHUNKS
        and len(sctp._sack_misordered) < MAX_HELD_CHUNKS
        and len(streams.keys() | stream_ids) <= MAX_STREAMS
    ):
        return True
    log.warning("the client's messages do not end: its data channel is closed")
    streams.clear()
    await sctp.stop()
    return False


SCTP_LIMIT = Seam(
    "sctp limit",
    "aiortc advertises a window and enforces none: fragments of a message that never ends are "
    "kept, and searched anew with each that arrives: the loop is late by 400 ms after 10,000 small "
    "ones. Beyond 256 KiB, 256 chunks or 16 streams the association is aborted; the call ends.",
    _needs,
    _install,
)
