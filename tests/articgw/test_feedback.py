"""Regions and readability out of a reply."""

from __future__ import annotations

from artic_abr import ReadabilitySource
from articgw.backends import LookedAt, Reply
from articgw.feedback import REGION_TTL_S, readability_of, regions_for

REPLY = Reply(
    "EXIT",
    "m",
    readability=0.8,
    readability_source=ReadabilitySource.RECOGNITION,
    regions=(LookedAt((0.1, 0.1, 0.2, 0.2), "EXIT", 14.0), LookedAt((0.5, 0.5, 0.9, 0.9), "ball")),
)


def test_the_first_region_is_the_evidence_and_all_expire_after_the_answer() -> None:
    first, second = regions_for(REPLY, frame_t=10.0, now=12.0)
    assert first.priority == 1.0 > second.priority > 0
    assert first.frame_t == 10.0 and first.expires_t == 12.0 + REGION_TTL_S
    assert first.min_text_px == 14.0 and second.min_text_px is None


def test_readability_keeps_its_source_and_both_times() -> None:
    readability = readability_of(REPLY, question_id="q", frame_t=10.0, now=12.0)
    assert (readability.value, readability.source) == (0.8, ReadabilitySource.RECOGNITION)
    assert (readability.question_id, readability.frame_t, readability.observed_t) == ("q", 10, 12)
