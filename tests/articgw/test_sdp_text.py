"""SDP by its lines."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from articgw.sdp_text import bundled_mids, carrier_of, sections_of
from tests.helpers.whip_offers import AUDIO_FIRST, GOOD, data_channel, offer, track


def test_an_offer_falls_into_its_sections() -> None:
    session, media = sections_of(GOOD)
    assert [section.kind for section in (session, *media)] == ["", "video", "audio"]
    assert [section.mid for section in media] == ["0", "1"]
    assert bundled_mids(session) == ("0", "1")


def test_attributes_are_found_with_and_without_a_value() -> None:
    section = sections_of(GOOD)[1][0]
    assert section.has("rtcp-mux") and section.has("rtpmap") and not section.has("rtcp")
    assert section.value("rtpmap") == "96 VP8/90000" and section.value("nothing") is None


def test_the_first_of_the_bundle_carries_all() -> None:
    _, carrier = carrier_of(AUDIO_FIRST)
    assert carrier is not None and carrier.kind == "audio"
    turned = offer(track("video", "0"), data_channel("1")).replace("BUNDLE 0 1", "BUNDLE 1 0")
    _, carrier = carrier_of(turned)
    assert carrier is not None and carrier.kind == "application"
    assert carrier_of("v=0")[1] is None


@given(st.text(alphabet="am=:video 0\r\n", max_size=200))
def test_any_text_falls_apart_without_an_error(text: str) -> None:
    session, media = sections_of(text)
    lines = [line for section in (session, *media) for line in section.lines]
    assert lines == text.splitlines()
    carrier_of(text)
