"""Every private name of aiortc and aioice that articgw touches, and why: a file for each seam.

Each seam says what it mends, checks at start-up that the names it needs are still there, and fails
soft: a seam that is gone is logged and left out, and the gateway runs without it. The pins in
pyproject.toml keep aiortc to one minor version; test_aiortc_seams.py and test_abuse.py run the
attacks.
"""

from __future__ import annotations

import logging

from articgw.aiortc_seams.address_change import ADDRESS_CHANGE
from articgw.aiortc_seams.decoder_guard import DECODER_GUARD, DemandDecoder
from articgw.aiortc_seams.encoder import use_encoder
from articgw.aiortc_seams.ice_restart import ICE_RESTART, restart_ice, start_checks
from articgw.aiortc_seams.receiver import RECEPTION, ReceiverSeam
from articgw.aiortc_seams.rsa_certificates import RSA_CERTIFICATES
from articgw.aiortc_seams.sctp_limit import SCTP_LIMIT
from articgw.aiortc_seams.seam import Seam
from articgw.aiortc_seams.source_filter import SOURCE_FILTER
from articgw.aiortc_seams.ssrc_limit import SSRC_LIMIT
from articgw.aiortc_seams.talk_first import TALK_FIRST
from articgw.aiortc_seams.transport_cc import (
    TRANSPORT_CC,
    TransportCcSeam,
    accept_transport_cc,
)
from articgw.aiortc_seams.triggered_check import TRIGGERED_CHECK

__all__ = [
    "SEAMS",
    "DemandDecoder",
    "ReceiverSeam",
    "Seam",
    "TransportCcSeam",
    "accept_transport_cc",
    "install",
    "restart_ice",
    "start_checks",
    "use_encoder",
]

log = logging.getLogger(__name__)

SEAMS = (
    SOURCE_FILTER,
    ADDRESS_CHANGE,
    TRIGGERED_CHECK,
    RECEPTION,
    SSRC_LIMIT,
    DECODER_GUARD,
    SCTP_LIMIT,
    ICE_RESTART,
    RSA_CERTIFICATES,
    TALK_FIRST,
    TRANSPORT_CC,
)
"""In the order of their installation: what wraps a method later is asked earlier."""

_installed: set[str] = set()


def install() -> tuple[str, ...]:
    """Put every seam in place, once per process; returns the names of those in force."""
    for seam in SEAMS:
        if seam.name in _installed:
            continue
        if gone := seam.needs():
            log.warning("seam %r is off: %s is gone. %s", seam.name, gone, seam.reason)
            continue
        seam.install()
        _installed.add(seam.name)
    return tuple(sorted(_installed))
