"""Is an offer our own Python client's?

It paces its frames by these reports, whatever the gateway tells browsers (`articgw.client.pacing`):
it says who it is as SDP provides (RFC 8866, 5.1 and 6.4: `a=tool`, which others ignore).
"""

from __future__ import annotations

LINE = "a=tool:articgw"


def is_own(sdp: str) -> bool:
    """Does it say so, in its session part?"""
    session = sdp.partition("\nm=")[0]
    return LINE in session.splitlines()


def as_own(sdp: str) -> str:
    """The offer, saying so."""
    session, media, rest = sdp.partition("\r\nm=")
    return f"{session}\r\n{LINE}{media}{rest}" if media else sdp
