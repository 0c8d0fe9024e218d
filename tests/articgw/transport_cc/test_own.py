"""Who made an offer."""

from __future__ import annotations

from articgw.transport_cc.own import as_own, is_own

SDP = "v=0\r\ns=-\r\nt=0 0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\n"


def test_our_offer_says_so_in_its_session_part() -> None:
    assert not is_own(SDP)
    own = as_own(SDP)
    assert is_own(own)
    assert own.index("a=tool") < own.index("m=video")
    assert own.replace("a=tool:articgw\r\n", "") == SDP


def test_it_is_not_said_elsewhere() -> None:
    assert not is_own(SDP + "a=tool:articgw\r\n")
    assert not is_own("") and as_own("") == ""
