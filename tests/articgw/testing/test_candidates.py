"""One candidate stands where the candidates stood; every other letter stays."""

from __future__ import annotations

import pytest
from aiortc.sdp import SessionDescription

from articgw.testing.candidates import first_address, with_candidate

MINE = "a=candidate:1 1 udp 2130706431 10.0.0.9 5000 typ host"
END = "a=end-of-candidates"
CHROMIUM = [
    "v=0",
    "o=- 1 2 IN IP4 127.0.0.1",
    "a=group:BUNDLE 0 1",
    "m=video 9 UDP/TLS/RTP/SAVPF 96",
    "c=IN IP4 0.0.0.0",
    "a=rtcp:9 IN IP4 0.0.0.0",
    "a=candidate:1 1 udp 2113937151 6c0e.local 40000 typ host generation 0",
    "a=candidate:2 1 udp 2113939711 2001:db8::7 40001 typ host generation 0",
    "a=candidate:3 1 tcp 1518214911 192.0.2.7 9 typ host tcptype active generation 0",
    "a=ice-ufrag:abcd",
    "a=mid:0",
    "a=rtpmap:96 VP8/90000",
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    "c=IN IP4 0.0.0.0",
    "a=ice-ufrag:abcd",
    "a=mid:1",
]
GATEWAY = [
    "v=0",
    "m=video 52684 UDP/TLS/RTP/SAVPF 96",
    "c=IN IP4 192.0.2.2",
    "a=candidate:a 1 udp 2130706431 192.0.2.2 52684 typ host",
    "a=candidate:b 1 udp 2130706431 2001:db8::2 52685 typ host",
    END,
    "m=audio 0 UDP/TLS/RTP/SAVPF 0",
    "c=IN IP4 0.0.0.0",
]


def _sdp(lines: list[str]) -> str:
    return "\r\n".join([*lines, ""])


def test_a_browsers_offer_names_the_relay_and_nobody_else() -> None:
    told = with_candidate(_sdp(CHROMIUM), "10.0.0.9", 5000).split("\r\n")
    theirs = [line for line in CHROMIUM if not line.startswith("a=candidate")]
    assert told == [*theirs[:9], MINE, END, *theirs[9:], ""]


def test_default_destinations_move_too_and_rejected_sections_stay() -> None:
    told = with_candidate(_sdp(GATEWAY), "10.0.0.9", 5000).split("\r\n")
    assert told == [
        "v=0",
        "m=video 5000 UDP/TLS/RTP/SAVPF 96",
        "c=IN IP4 10.0.0.9",
        MINE,
        END,
        "m=audio 0 UDP/TLS/RTP/SAVPF 0",
        "c=IN IP4 0.0.0.0",
        "",
    ]


def test_without_any_candidate_the_first_section_gets_it() -> None:
    bare = [line for line in CHROMIUM if not line.startswith("a=candidate")]
    told = with_candidate(_sdp(bare), "10.0.0.9", 5000)
    assert told.count("a=candidate:") == 1
    assert told.index(MINE) < told.index("m=application")


def test_doing_it_twice_is_doing_it_once() -> None:
    once = with_candidate(_sdp(CHROMIUM), "10.0.0.9", 5000)
    assert with_candidate(once, "10.0.0.9", 5000) == once


def test_an_address_of_version_6() -> None:
    told = with_candidate(_sdp(GATEWAY), "2001:db8::9", 5000)
    assert "c=IN IP6 2001:db8::9\r\n" in told
    assert first_address(told) == ("2001:db8::9", 5000)


@pytest.mark.parametrize("sdp", ["", "no SDP", "v=0\r\n"])
def test_what_has_no_media_is_left_alone(sdp: str) -> None:
    assert with_candidate(sdp, "10.0.0.9", 5000) == sdp


def test_aiortc_reads_the_result() -> None:
    description = SessionDescription.parse(with_candidate(_sdp(GATEWAY), "10.0.0.9", 5000))
    (candidate,) = description.media[0].ice_candidates
    assert (candidate.ip, candidate.port, candidate.component) == ("10.0.0.9", 5000, 1)
    assert description.media[0].ice_candidates_complete


@pytest.mark.parametrize(
    ("lines", "near", "address"),
    [
        (CHROMIUM, None, ("2001:db8::7", 40001)),
        (GATEWAY, None, ("192.0.2.2", 52684)),
        (GATEWAY, "2001:db8::2", ("2001:db8::2", 52685)),
        (["m=video 9 x", "a=candidate:1 2 udp 1 192.0.2.2 7 typ host"], None, None),
        (["m=video 9 x", "a=candidate:1 1 udp x 192.0.2.2 seven"], None, None),
        (["m=video 9 x", "a=candidate:"], None, None),
        ([], None, None),
    ],
)
def test_the_address_to_talk_to(
    lines: list[str], near: str | None, address: tuple[str, int] | None
) -> None:
    assert first_address(_sdp(lines), near) == address
