"""Who is told what, and when."""

from __future__ import annotations

from dataclasses import replace

import pytest

from artic_abr import Estimate, EstimateWhy, Readability, ReadabilitySource
from artic_codecs import Region
from artic_codecs.overview import SMALL_PX
from articgw.config import Config
from articgw.protocol import Status, Steer
from articgw.steering import OVER_S, REPEAT_S, Steering
from articgw.testing import LoopbackPeer, picture
from articgw.trace import MemoryTrace

OBEDIENT = frozenset({"cap", "fps", "size", "status"})


def steered(can: frozenset[str] = OBEDIENT, config: Config | None = None) -> Steered:
    return Steered(can, config or Config())


class Steered:
    """A steering, its peer and its clock."""

    def __init__(self, can: frozenset[str], config: Config) -> None:
        self.peer = LoopbackPeer()
        self.peer.network = Estimate(2_000_000, EstimateWhy.GROWTH, 1_000_000, 0.0)
        self.trace = MemoryTrace()
        self.steering = Steering(self.peer, config, self.trace, now=self.peer.clock())
        self.steering.can = can

    def wait(self, seconds: float) -> None:
        """Tick as the session does."""
        for _ in range(round(seconds * 10)):
            self.peer.clock.advance(0.1)
            self.steering.tick(now=self.peer.clock())

    def steers(self) -> list[Steer]:
        return [message for message in self.peer.heard if isinstance(message, Steer)]


def test_a_call_starts_asked_and_idles_when_nobody_asks() -> None:
    call = steered()
    call.wait(1)
    assert call.steers()[-1].why == "asked"
    call.wait(20)
    idle = call.steers()[-1]
    assert (idle.why, idle.fps) == ("idle", 1.0)
    assert idle.cap_bps <= 100_000


def test_typing_and_questions_raise_it_at_once_and_it_idles_again_after() -> None:
    call = steered()
    call.wait(30)
    call.steering.on_typing(now=call.peer.clock())
    assert call.steers()[-1].why == "asked"
    call.wait(30)
    assert call.steers()[-1].why == "idle"
    call.steering.on_question(now=call.peer.clock())
    assert call.steers()[-1].why == "asked"
    call.wait(60)
    assert call.steers()[-1].why == "asked", "the question is still open"
    call.steering.on_end(now=call.peer.clock())
    call.wait(10)
    assert call.steers()[-1].why == "idle"


def test_one_switch_turns_idling_off() -> None:
    call = steered(config=Config(idle=False))
    call.wait(60)
    assert {steer.why for steer in call.steers()} == {"asked"}
    assert call.steering.vitals(now=call.peer.clock()).asked, "what is shown is what is done"


def test_an_obedient_sender_is_not_held_down_by_remb() -> None:
    call = steered()
    call.wait(60)
    assert call.peer.limit_bps is not None and call.peer.limit_bps >= Config().max_bps
    call.peer.network = Estimate(60_000, EstimateWhy.QUEUE, 60_000, 900.0)
    call.wait(1)
    assert call.steers()[-1].cap_bps <= 60_000
    assert call.peer.least_bps == Config().start_bps, "its own estimate would take 30 s to grow"


def test_a_link_that_stops_gets_few_frames_of_the_same_size_until_it_goes_on() -> None:
    call = steered(config=Config(idle=False))
    call.wait(3)
    before = call.steers()[-1]
    silent = Estimate(2_000_000, EstimateWhy.HOLD, 0, 0.0, silent_s=5.0)
    for tenths in range(3):
        call.peer.network = replace(silent, silent_s=5.0 + tenths / 10)
        call.wait(0.1)
    stalled = call.steers()[-1]
    assert (before.why, stalled.why) == ("asked", "stalled") and stalled.fps == 2.0
    assert stalled.cap_bps / stalled.fps == pytest.approx(before.cap_bps / before.fps, rel=0.1)
    call.peer.network = replace(silent, silent_s=0.01)
    call.wait(0.2)
    assert call.steers()[-1].why == "asked" and call.steers()[-1].fps == before.fps


def test_one_that_only_says_so_is_but_not_for_a_burst() -> None:
    call = steered()
    call.peer.network = Estimate(9_000_000, EstimateWhy.GROWTH, 5_000_000, 0.0)
    call.wait(OVER_S / 2)
    assert call.peer.limit_bps is not None and call.peer.limit_bps > Config().max_bps
    call.wait(OVER_S)
    assert call.peer.limit_bps is not None and call.peer.limit_bps <= Config().max_bps
    assert call.peer.least_bps == 0


def test_no_call_needs_more_than_it_may_have() -> None:
    call = steered(config=Config(max_bps=1_200_000))
    call.peer.network = Estimate(9_000_000, EstimateWhy.GROWTH, 0, 0.0)
    unread = Readability(0.0, ReadabilitySource.RECOGNITION, "1", 0.0, 0.0)
    for _ in range(5):
        call.steering.on_readability(unread, now=call.peer.clock())
        call.wait(1)
    assert call.steers()[-1].cap_bps <= 1_200_000


def test_a_plain_sender_gets_no_steer_and_the_need_as_its_remb() -> None:
    call = steered(frozenset())
    call.wait(60)
    assert call.peer.heard == []
    assert call.peer.limit_bps == pytest.approx(1_500_000, rel=0.01)
    call.peer.network = Estimate(300_000, EstimateWhy.QUEUE, 1_000_000, 90.0)
    call.wait(1)
    assert call.peer.limit_bps == 300_000 and call.peer.least_bps == 0


def test_a_steer_is_repeated_before_it_runs_out_and_has_the_same_number() -> None:
    call = steered()
    call.wait(60)
    before = call.steers()
    call.wait(3 * REPEAT_S + 0.5)
    repeats = call.steers()[len(before) :]
    assert len(repeats) == 3
    assert {steer.seq for steer in repeats} == {before[-1].seq}


def test_the_cap_never_exceeds_the_network() -> None:
    call = steered()
    for bps in (2_000_000, 500_000, 120_000, 900_000):
        call.peer.network = Estimate(bps, EstimateWhy.HOLD, 0, 0.0)
        call.wait(1)
        assert call.steers()[-1].cap_bps <= bps * 1.06


def test_an_unreadable_look_raises_the_next() -> None:
    call = steered(config=Config(start_bps=300_000, max_bps=4_000_000))
    call.peer.network = Estimate(3_000_000, EstimateWhy.GROWTH, 0, 0.0)
    call.wait(1)
    before_bps = call.steers()[-1].cap_bps
    unread = Readability(0.2, ReadabilitySource.RECOGNITION, "1", 0.0, 0.0)
    call.steering.on_readability(unread, now=call.peer.clock())
    call.wait(1)
    assert call.steers()[-1].cap_bps > before_bps
    assert call.steers()[-1].cap_why in ("raised", "network")


def test_what_is_read_easily_brings_the_cap_down_slowly_and_the_next_question_begins_anew() -> None:
    call = steered()
    call.wait(1)
    before_bps = call.steers()[-1].cap_bps
    read = Readability(1.0, ReadabilitySource.RECOGNITION, "1", 0.0, 0.0)
    caps_bps = [before_bps]
    for _ in range(4):
        call.steering.on_question(now=call.peer.clock())
        call.wait(1)
        call.steering.on_readability(read, now=call.peer.clock())
        call.steering.on_end(now=call.peer.clock())
        call.wait(1)
        caps_bps.append(call.steers()[-1].cap_bps)
    assert call.steers()[-1].cap_why == "saturated"
    assert all(0.6 * a <= b <= a for a, b in zip(caps_bps, caps_bps[1:], strict=False))
    call.steering.on_typing(now=call.peer.clock())
    assert call.steers()[-1].cap_why == "prior"
    assert caps_bps[-1] < call.steers()[-1].cap_bps < before_bps, "the session has learned"


@pytest.mark.parametrize("value", [0.5, 1.0])
def test_a_look_is_judged_by_the_cap_that_it_was_taken_at(value: float) -> None:
    spared, other = steered(OBEDIENT | {"regions-qp"}), steered(OBEDIENT | {"regions-qp"})
    read = Readability(value, ReadabilitySource.RECOGNITION, "1", 0.0, 0.0)
    for call in (spared, other):
        call.wait(1)
        for _ in range(3):
            now = call.peer.clock()
            call.steering.on_question(now=now)
            looked_bps = call.steers()[-1].cap_bps
            if call is spared:
                place = Region((0.4, 0.4, 0.5, 0.45), now, 1.0, now + 5.0, 12.0)
                call.steering.on_aim((place,), now=now)
                assert call.steers()[-1].cap_bps < looked_bps / 2, "what is sent after it is less"
            call.steering.on_readability(read, now=now)
            call.steering.on_end(now=now)
            call.wait(1)
    assert spared.steers()[-1].cap_bps == pytest.approx(other.steers()[-1].cap_bps, rel=0.1)


def test_typing_while_a_question_is_open_leaves_its_readability_counted() -> None:
    call = steered()
    call.steering.on_question(now=call.peer.clock())
    call.steering.on_typing(now=call.peer.clock())
    before_bps = call.steers()[-1].cap_bps
    read = Readability(1.0, ReadabilitySource.RECOGNITION, "1", 0.0, 0.0)
    call.steering.on_readability(read, now=call.peer.clock())
    call.wait(1)
    assert call.steers()[-1].cap_bps < before_bps


def test_a_thin_link_is_sent_small_frames_and_more_of_them_while_a_question_is_open() -> None:
    call = steered(OBEDIENT | {"regions-packed"})
    call.peer.network = Estimate(50_000, EstimateWhy.HOLD, 40_000, 0.0)
    call.wait(1)
    assert (call.steers()[-1].size_px, call.steers()[-1].fps) == (SMALL_PX, 2.0)
    call.steering.on_question(now=call.peer.clock())
    assert (call.steers()[-1].size_px, call.steers()[-1].fps) == (SMALL_PX, 5.0)
    call.peer.network = Estimate(2_000_000, EstimateWhy.GROWTH, 1_000_000, 0.0)
    call.wait(1)
    assert call.steers()[-1].size_px is None
    told = [line["size_why"] for line in call.trace.lines if line["what"] == "steer"]
    assert told == ["thin", "fresh", "readable"]


def test_who_wants_it_is_told_every_second_how_the_call_does() -> None:
    call = steered()
    call.peer.show(picture(), age_s=0.2)
    call.wait(5.05)
    told = [message for message in call.peer.heard if isinstance(message, Status)]
    assert len(told) == 5
    assert told[0].fps == 1.0
    assert told[0].frame_age_ms is not None and told[0].frame_age_ms >= 200
    assert told[0].estimate_bps == 2_000_000
    assert told[0].asked


def test_every_decision_is_in_the_trace_with_its_reason() -> None:
    call = steered()
    call.wait(20)
    steers = [line for line in call.trace.lines if line["what"] == "steer"]
    assert [line["why"] for line in steers] == ["asked", "idle"]
    assert {line["what"] for line in call.trace.lines} >= {"estimate", "need", "second"}
    assert sum(line["what"] == "estimate" for line in call.trace.lines) == 1, "only changes"
