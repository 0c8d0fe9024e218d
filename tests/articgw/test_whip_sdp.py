"""WHIP's offers are met whole or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.errors import OfferError
from articgw.sdp_text import bundled_mids, sections_of
from articgw.whip_sdp import TRICKLE, check_whip_offer, for_parsers, whip_answer
from tests.helpers.whip_offers import BUNDLE_ONLY, GOOD, MET, UNMET, offer, track

AIORTCS_TO_REFUSE = {"no codec of ours", "no ICE"}
"""What is in the text only for those who know codecs and ICE."""


@pytest.mark.parametrize("sdp", [case[1] for case in MET], ids=[case[0] for case in MET])
def test_an_offer_that_can_be_met_whole_passes(sdp: str) -> None:
    check_whip_offer(for_parsers(sdp))


@pytest.mark.parametrize(
    ("sdp", "status"),
    [case[1:] for case in UNMET if case[0] not in AIORTCS_TO_REFUSE],
    ids=[case[0] for case in UNMET if case[0] not in AIORTCS_TO_REFUSE],
)
def test_an_offer_that_cannot_is_refused_whole(sdp: str, status: int) -> None:
    with pytest.raises(OfferError) as caught:
        check_whip_offer(for_parsers(sdp))
    assert caught.value.status == status


def test_a_bundle_only_section_gets_the_transport_that_carries_it() -> None:
    _, (audio, video) = sections_of(for_parsers(BUNDLE_ONLY))
    for name in ("ice-ufrag", "ice-pwd", "fingerprint", "setup"):
        assert video.value(name) == audio.value(name) is not None
    assert video.has("rtcp-mux")


def test_an_offer_without_such_sections_stays_as_it_is() -> None:
    assert for_parsers(GOOD) == GOOD


@given(st.text(alphabet="am=:bundle-only 0\r\n", max_size=200))
def test_any_text_keeps_its_lines(text: str) -> None:
    after = for_parsers(text).splitlines()
    assert [line for line in text.splitlines() if line not in after] == []


def test_a_bundle_names_only_what_is_there() -> None:
    sdp = offer(track("video", "1")).replace("BUNDLE 1", "BUNDLE 0 1")
    assert bundled_mids(sections_of(for_parsers(sdp))[0]) == ("1",)


def test_a_single_section_needs_no_bundle() -> None:
    alone = offer(track("video", "1"))
    check_whip_offer("".join(x for x in alone.splitlines(True) if "BUNDLE" not in x))


def test_an_answer_says_what_whip_wants() -> None:
    session, media = sections_of(whip_answer(GOOD))
    assert TRICKLE in session.lines
    for section in media:
        assert section.has("rtcp-mux") and section.has("rtcp-mux-only")
    assert "\r\r" not in whip_answer(GOOD) and whip_answer(GOOD).count("\n") == GOOD.count("\n") + 3
