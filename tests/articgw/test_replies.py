"""The message that ends an answer."""

from __future__ import annotations

from articgw.backends import LookedAt, Reply, Usage
from articgw.feedback import readability_of, regions_for
from articgw.frame import Frame
from articgw.ledger import Ledger
from articgw.replies import answer_done, look_url
from articgw.testing import picture


def test_everything_that_is_known_is_said() -> None:
    reply = Reply(
        "EXIT",
        "m",
        finish="unknown",
        regions=(LookedAt((0.0, 0.0, 1.0, 1.0), "all"),),
        usage=Usage(1, 2, 3, 4),
    )
    regions = regions_for(reply, frame_t=9.0, now=11.0)
    readability = readability_of(reply, question_id="q", frame_t=9.0, now=11.0)
    done = answer_done(
        "s", "q", reply, Frame(picture(64, 48), 9.0), regions, readability,
        Ledger().plus(reply.usage, 0.25), asked_t=9.5, looked_t=9.5, first_text_t=10.25, now=11.0,
    )  # fmt: skip
    assert (done.id, done.text, done.finish, done.model) == ("q", "EXIT", "unknown", "m")
    assert done.frame_age_ms == 500.0 and done.frame_size_px == (64, 48)
    assert (done.timings.first_text_ms, done.timings.done_ms) == (750.0, 1500.0)
    assert done.frame_url == look_url("s", "q") == "/api/sessions/s/looks/q.jpg"
    assert done.regions[0].label == "all" and done.regions[0].ttl_s == 3.0
    assert (done.tokens.input, done.tokens.visual, done.tokens.cached, done.tokens.output) == (
        1, 2, 3, 4,
    )  # fmt: skip
    assert done.price_usd == 0.25
    assert done.readability.value is None and done.readability.source == "none"
