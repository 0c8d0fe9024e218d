"""What Pipecat's clients send over HTTP; their calls are tested in integration/test_pipecat.py."""

from __future__ import annotations

import msgspec
import pytest

from articgw.doors.pipecat import CandidateBody, CandidatesBody, OfferBody
from articgw.offer import MAX_CANDIDATES


def test_an_offer_as_their_page_sends_it() -> None:
    body = b"""{"sdp": "v=0", "type": "offer", "pc_id": null, "restart_pc": false,
                "requestData": {"anything": [1]}}"""
    assert msgspec.json.decode(body, type=OfferBody) == OfferBody("v=0", "offer", None, False)


def test_candidates_as_their_page_sends_them() -> None:
    body = b"""{"pc_id": "x", "candidates": [
        {"candidate": "candidate:1 1 udp 1 192.0.2.1 5 typ host", "sdp_mid": "0",
         "sdp_mline_index": 0},
        {"candidate": "", "sdp_mid": null, "sdp_mline_index": null}]}"""
    first, last = msgspec.json.decode(body, type=CandidatesBody).candidates
    assert (first.sdp_mid, first.sdp_mline_index) == ("0", 0)
    assert last == CandidateBody("")


def test_more_candidates_than_a_call_takes_are_refused() -> None:
    many = [{"candidate": ""}] * (MAX_CANDIDATES + 1)
    body = msgspec.json.encode({"pc_id": "x", "candidates": many})
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(body, type=CandidatesBody)
