"""What an SDP offer must look like before anything parses it.

aiortc's parser takes 22 s and blocks the event loop for 5 s on an offer with 5,000 candidates, and
2.6 s on one with 400 m-lines; it raises AssertionError on garbage. So the text is measured first,
with nothing but string searches, and what is refused says why.
"""

from __future__ import annotations

from articgw.errors import OfferError

MAX_SDP_BYTES = 64 * 1024
MAX_MEDIA_SECTIONS = 4
"""Audio, video, data channel, and one to spare."""
MAX_CANDIDATES = 32
"""Together with few local addresses this keeps under the 100 pairs of RFC 8445, 6.1.2.5."""
MAX_SSRCS = 16
"""Simulcast senders announce six; more than 31 break RTCP receiver reports."""


def check_offer(sdp: str) -> None:
    """Raises `OfferError` with the HTTP status where the offer must not reach the parser."""
    if len(sdp.encode("utf-8", "replace")) > MAX_SDP_BYTES:
        raise OfferError("sdp_too_large", f"an offer is at most {MAX_SDP_BYTES} bytes of SDP", 413)
    if not sdp.startswith("v=0"):
        raise OfferError("sdp_malformed", "the offer is not SDP: it must start with v=0", 400)
    if "\0" in sdp:
        raise OfferError("sdp_malformed", "the offer has NUL bytes", 400)
    lines = sdp.splitlines()
    sections = sum(line.startswith("m=") for line in lines)
    if not sections:
        raise OfferError("sdp_malformed", "the offer has no m-lines: nothing to receive", 400)
    _limit("m-lines", sections, MAX_MEDIA_SECTIONS)
    _limit("candidates", sum(line.startswith("a=candidate:") for line in lines), MAX_CANDIDATES)
    ssrcs = {line[7:].split(" ", 1)[0] for line in lines if line.startswith("a=ssrc:")}
    _limit("SSRCs", len(ssrcs), MAX_SSRCS)
    if any(line.startswith("a=crypto:") for line in lines):
        raise OfferError("sdes", "a=crypto is not allowed (RFC 8827, 6.5): use DTLS", 422)
    if not any(line.startswith("a=fingerprint:") for line in lines):
        raise OfferError("no_fingerprint", "the offer has no a=fingerprint: DTLS needs one", 422)


def _limit(what: str, count: int, most: int) -> None:
    if count > most:
        raise OfferError("sdp_too_many", f"the offer has {count} {what}; at most {most} fit", 422)
