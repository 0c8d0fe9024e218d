"""What a PATCH says about ICE, read and written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.errors import OfferError
from articgw.sdpfrag import (
    MAX_FRAGMENT_BYTES,
    Candidate,
    Credentials,
    Fragment,
    ice_of,
    read_fragment,
    write_fragment,
)
from tests.helpers.whip_offers import AUDIO_FIRST, CANDIDATE, GOOD, PASSWORD, UFRAG, fragment

OURS = Credentials(UFRAG, PASSWORD)
TEXT = CANDIDATE.removeprefix("a=candidate:")
M_LINE = "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\n"
NAMES = f"a=ice-ufrag:{UFRAG}\r\na=ice-pwd:{PASSWORD}\r\n"

READ = [
    ("as in the RFC", fragment(CANDIDATE), Fragment(OURS, (Candidate(TEXT, "0"),))),
    ("names of the session", NAMES + M_LINE + CANDIDATE, Fragment(OURS, (Candidate(TEXT, "0"),))),
    ("no m-line", CANDIDATE, Fragment(None, (Candidate(TEXT, None),))),
    ("names only", NAMES, Fragment(OURS, ())),
    ("twice the same names", NAMES + M_LINE + NAMES, Fragment(OURS, ())),
    ("bare line ends", fragment(CANDIDATE).replace("\r", ""),
     Fragment(OURS, (Candidate(TEXT, "0"),))),
    ("what nobody knows", "a=x-new:1\r\n" + NAMES, Fragment(OURS, ())),
]  # fmt: skip

REFUSED = [
    ("nothing", "", 400),
    ("an empty line", "\r\n", 400),
    ("no attribute", "hello", 400),
    ("other lines of SDP", "v=0\r\n" + NAMES, 400),
    ("NUL", NAMES + "a=x:\0\r\n", 400),
    ("a name without a password", f"a=ice-ufrag:{UFRAG}", 400),
    ("a password without a name", f"a=ice-pwd:{PASSWORD}", 400),
    ("a short password", f"a=ice-ufrag:{UFRAG}\r\na=ice-pwd:short", 400),
    ("two sessions", NAMES + M_LINE + NAMES.replace(UFRAG, "other"), 400),
    ("a candidate without an address", "a=candidate:1 1 udp 1 typ host", 400),
    ("a candidate of words", "a=candidate:a b c d e f g h", 400),
    ("too much", fragment(*[CANDIDATE] * 400), 413),
]


@pytest.mark.parametrize(
    ("text", "meant"), [case[1:] for case in READ], ids=[case[0] for case in READ]
)
def test_a_fragment_is_understood(text: str, meant: Fragment) -> None:
    assert read_fragment(text) == meant


@pytest.mark.parametrize(
    ("text", "status"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_a_fragment_that_cannot_be_meant_is_refused(text: str, status: int) -> None:
    with pytest.raises(OfferError) as caught:
        read_fragment(text)
    assert caught.value.status == status


@given(st.text(max_size=300) | st.text(alphabet="am=:cidte-ufrg 01\r\n", max_size=300))
def test_any_text_is_understood_or_refused(text: str) -> None:
    try:
        read_fragment(text)
    except OfferError as error:
        assert error.status in (400, 413)


def test_what_an_offer_says_of_ice_is_said_by_the_section_that_carries_all() -> None:
    video, audio = (ice_of(sdp) for sdp in (GOOD + CANDIDATE, AUDIO_FIRST + CANDIDATE))
    assert video.credentials == audio.credentials == OURS
    assert video.media == ("m=video 9 UDP/TLS/RTP/SAVPF 96", "a=mid:0")
    assert audio.media[0].startswith("m=audio") and audio.session == ("a=group:BUNDLE 0 1",)
    assert ice_of("") == Fragment(None, ())


def test_what_is_written_is_read_as_the_same() -> None:
    ice = ice_of(GOOD.replace("a=rtcp-mux", CANDIDATE + "\r\na=rtcp-mux", 1))
    again = read_fragment(write_fragment(ice))
    assert (again.credentials, again.candidates) == (OURS, (Candidate(TEXT, "0"),))
    assert len(write_fragment(ice).encode()) < MAX_FRAGMENT_BYTES


def test_a_password_is_not_shown_by_accident() -> None:
    assert PASSWORD not in repr(ice_of(GOOD))
