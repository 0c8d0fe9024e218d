"""Offers are measured before they are parsed."""

from __future__ import annotations

import time

import pytest

from articgw.errors import OfferError
from articgw.offer import MAX_CANDIDATES, MAX_MEDIA_SECTIONS, check_offer

HEAD = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
FINGERPRINT = "a=fingerprint:sha-256 " + ":".join(["AB"] * 32) + "\r\n"
VIDEO = "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\n"
CANDIDATE = "a=candidate:1 1 udp 2130706431 192.0.2.7 5000 typ host\r\n"

REFUSED = [
    ("empty", "", 400, "sdp_malformed"),
    ("not SDP", "hello", 400, "sdp_malformed"),
    ("no m-line", HEAD + FINGERPRINT, 400, "sdp_malformed"),
    ("NUL", HEAD + FINGERPRINT + VIDEO + "\0", 400, "sdp_malformed"),
    ("no fingerprint", HEAD + VIDEO, 422, "no_fingerprint"),
    ("a=crypto", HEAD + FINGERPRINT + VIDEO + "a=crypto:1 AES x\r\n", 422, "sdes"),
    ("400 m-lines", HEAD + FINGERPRINT + VIDEO * 400, 422, "sdp_too_many"),
    ("33 candidates", HEAD + FINGERPRINT + VIDEO + CANDIDATE * 33, 422, "sdp_too_many"),
    ("5,000 candidates", HEAD + FINGERPRINT + VIDEO + CANDIDATE * 5000, 413, "sdp_too_large"),
    ("300 SSRCs", HEAD + FINGERPRINT + VIDEO
     + "".join(f"a=ssrc:{n} cname:x\r\n" for n in range(300)), 422, "sdp_too_many"),
    ("64 KiB and more", HEAD + FINGERPRINT + VIDEO + "a=x\r\n" * 20_000, 413, "sdp_too_large"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sdp", "status", "code"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_a_bad_offer_is_refused_with_its_reason(sdp: str, status: int, code: str) -> None:
    began_t = time.perf_counter()
    with pytest.raises(OfferError) as caught:
        check_offer(sdp)
    assert (caught.value.status, caught.value.code) == (status, code)
    assert time.perf_counter() - began_t < 1.0


def test_the_most_that_is_allowed_passes() -> None:
    check_offer(HEAD + FINGERPRINT + VIDEO * MAX_MEDIA_SECTIONS + CANDIDATE * MAX_CANDIDATES)
