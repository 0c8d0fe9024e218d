"""Where a link is thin, an answer waits for a frame that was aimed at its question."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field

import cv2
import pytest

from artic_abr import Estimate, EstimateWhy
from artic_codecs import Region
from artic_codecs.carrier import Carrier
from artic_codecs.overview import SMALL_PX
from articgw.aiming import Aiming
from articgw.config import Config
from articgw.frame import Frame, samples
from articgw.protocol import Steer
from articgw.steering import Steering
from articgw.testing import LoopbackPeer, picture
from articgw.trace import MemoryTrace, NoTrace

THIN_BPS, WIDE_BPS = 50_000, 2_000_000
CAN = frozenset({"cap", "fps", "regions-qp", "regions-packed"})
SIGN = (0.4, 0.4, 0.5, 0.5)


@dataclass
class Spotter:
    """A scout that always finds the same."""

    boxes: tuple[tuple[float, float, float, float], ...] = (SIGN,)
    asked: list[str] = field(default_factory=list)
    late: bool = False
    spare: bool = True

    def wake(self) -> None:
        """Nothing to do."""

    async def close(self) -> None:
        """Nothing to do."""

    async def spot(self, question: str, frame: Frame, glimpse: object | None) -> tuple[Region, ...]:
        """Asked once more."""
        self.asked.append(question)
        if self.late:
            await asyncio.Event().wait()
        t = frame.captured_t
        return tuple(Region(box, t, 1.0, t + 3.0) for box in self.boxes)


class Aimed:
    """One call on a link."""

    def __init__(self, bps: int, scout: Spotter, can: frozenset[str] = CAN) -> None:
        self.peer = LoopbackPeer()
        self.peer.network = Estimate(bps, EstimateWhy.GROWTH, bps // 2, 0.0)
        self.clock = self.peer.clock
        self.trace = MemoryTrace()
        self.steering = Steering(self.peer, Config(), self.trace, now=self.clock())
        self.steering.can = can
        self.crowded = False
        self.aiming = Aiming(
            scout, self.peer.slot, self.steering, self.clock, crowded=lambda: self.crowded
        )
        self.newest = self.peer.show(picture(1280, 720))
        self.steering.on_question(now=self.clock())

    async def look(self) -> Frame | None:
        return await self.aiming.look("What does the sign say?", self.newest, None)

    def steer(self) -> Steer:
        return [message for message in self.peer.heard if isinstance(message, Steer)][-1]


async def test_on_a_thin_link_the_sender_aims_and_the_next_frame_is_looked_at() -> None:
    scout = Spotter()
    call = Aimed(THIN_BPS, scout)
    looking = asyncio.create_task(call.look())
    while not (call.peer.heard and call.steer().regions):
        await asyncio.sleep(0)
    steer = call.steer()
    assert (steer.how, scout.asked) == ("qp", ["What does the sign say?"])
    x0, y0, x1, y1 = steer.regions[0].box
    assert x0 <= SIGN[0] and y0 <= SIGN[1] and x1 >= SIGN[2] and y1 >= SIGN[3]
    early = call.peer.show(picture())
    call.clock.advance(call.steering.settles_s + 0.01)
    aimed = call.peer.show(picture())
    looked = await looking
    assert looked is aimed and looked is not early


@pytest.mark.parametrize(
    ("bps", "can", "boxes", "asked"),
    [
        (WIDE_BPS, CAN, (SIGN,), 0),
        (THIN_BPS, frozenset({"cap", "fps"}), (SIGN,), 0),
        (THIN_BPS, CAN, (), 1),
    ],
    ids=["a good link", "a sender that cannot", "nothing found"],
)
async def test_nobody_waits_in_vain(
    bps: int, can: frozenset[str], boxes: tuple[tuple[float, float, float, float], ...], asked: int
) -> None:
    scout = Spotter(boxes)
    assert await Aimed(bps, scout, can).look() is None
    assert len(scout.asked) == asked


async def test_on_a_good_link_the_place_is_found_while_the_model_answers() -> None:
    call = Aimed(WIDE_BPS, Spotter())
    call.steering.tick(now=call.clock())
    looked_bps = call.steering.vitals(now=call.clock()).cap_bps
    async with call.aiming.sparing("What does the sign say?", call.newest, None):
        while not call.steering.regions:
            await asyncio.sleep(0)
        steer = call.steer()
        assert steer.cap_bps < looked_bps / 2 and steer.how != "packed"
        call.clock.advance(0.1)
        await call.aiming.on_frame(call.peer.show(picture(1280, 720)))
        assert call.steering.regions, "they move with the picture"
    call.steering.on_question(now=call.clock())
    assert call.steer().regions == (), "the next question is about something else"
    assert call.steer().cap_bps == looked_bps


@pytest.mark.parametrize(
    ("bps", "can", "crowded"),
    [(THIN_BPS, CAN, False), (WIDE_BPS, frozenset({"fps"}), False), (WIDE_BPS, CAN, True)],
    ids=["its answer waits for the aim", "no less would be sent", "too many calls"],
)
async def test_it_is_not_sought_beside_the_answer(
    bps: int, can: frozenset[str], crowded: bool
) -> None:
    scout = Spotter()
    call = Aimed(bps, scout, can)
    call.crowded = crowded
    async with call.aiming.sparing("What does the sign say?", call.newest, None):
        for _ in range(20):
            await asyncio.sleep(0)
    assert scout.asked == []


async def test_a_scout_that_is_busy_is_asked_about_a_later_picture(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("articgw.aiming.AGAIN_S", 0.01)
    scout = Spotter(spare=False)
    call = Aimed(WIDE_BPS, scout)
    async with call.aiming.sparing("What does the sign say?", call.newest, None):
        for _ in range(20):
            await asyncio.sleep(0)
        assert scout.asked == []
        scout.spare = True
        call.clock.advance(0.01)
        later = call.peer.show(picture(1280, 720))
        while not call.steering.regions:
            await asyncio.sleep(0)
    assert call.steering.regions[0].frame_t == later.captured_t


async def test_a_scout_that_is_late_costs_the_aim_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("articgw.aiming.SPOT_S", 0.01)
    assert await Aimed(THIN_BPS, Spotter(late=True)).look() is None


async def test_aiming_can_be_turned_off() -> None:
    scout = Spotter()
    call = Aimed(THIN_BPS, scout)
    call.steering = Steering(call.peer, Config(aim=False), NoTrace(), now=call.clock())
    call.steering.can = CAN
    aiming = Aiming(scout, call.peer.slot, call.steering, call.clock)
    assert await aiming.look("?", call.newest, None) is None
    assert scout.asked == []


async def test_the_evidence_of_an_answer_goes_with_the_picture_while_a_question_is_likely() -> None:
    call = Aimed(THIN_BPS, Spotter())
    now = call.clock()
    told = (Region(SIGN, call.newest.captured_t, 1.0, now + 3.0),)
    await call.aiming.on_answer(told, call.newest)
    call.steering.on_end(now=now)
    assert len(call.steering.regions) == 1
    call.clock.advance(0.2)
    await call.aiming.on_frame(call.peer.show(picture()))
    assert len(call.steering.regions) == 1
    call.clock.advance(3.0)
    await call.aiming.on_frame(call.peer.show(picture()))
    assert not call.steering.regions


@pytest.mark.parametrize(("readability", "followed"), [(None, 1), (0.9, 1), (0.1, 0)])
async def test_evidence_that_could_not_be_read_is_not_followed(
    readability: float | None, followed: int
) -> None:
    call = Aimed(THIN_BPS, Spotter())
    told = (Region(SIGN, call.newest.captured_t, 1.0, call.clock() + 3.0),)
    await call.aiming.on_answer(told, call.newest, readability)
    assert len(call.steering.regions) == followed
    ignored = [line for line in call.trace.lines if line["what"] == "evidence"]
    assert [line["why"] for line in ignored] == ["unread"] * (1 - followed)


@pytest.mark.parametrize(
    ("evidence", "readability", "aimed"),
    [
        ((0.42, 0.42, 0.48, 0.48), 0.5, SIGN),
        ((0.42, 0.42, 0.48, 0.48), 0.9, SIGN),
        ((0.1, 0.1, 0.2, 0.2), 0.5, SIGN),
        ((0.1, 0.1, 0.2, 0.2), 0.9, (0.1, 0.1, 0.2, 0.2)),
        ((0.1, 0.1, 0.2, 0.2), None, (0.1, 0.1, 0.2, 0.2)),
    ],
)
async def test_an_answer_moves_the_aim_only_where_it_is_surely_elsewhere(
    evidence: tuple[float, float, float, float],
    readability: float | None,
    aimed: tuple[float, float, float, float],
) -> None:
    call = Aimed(THIN_BPS, Spotter())
    now = call.clock()
    for box, said in ((SIGN, 0.9), (evidence, readability)):
        told = (Region(box, call.newest.captured_t, 1.0, now + 3.0),)
        await call.aiming.on_answer(told, call.newest, said)
    (region,) = call.steering.regions
    assert region.box == pytest.approx(aimed)


async def test_before_any_question_what_is_written_stands_out() -> None:
    call = Aimed(THIN_BPS, Spotter(), CAN | {"size"})
    call.steering.on_end(now=call.clock())
    assert call.steering.glances
    written = picture(1280, 720)
    luma = samples(written.planes[0])
    luma[:] = 90
    cv2.putText(luma, "GATE 14B", (600, 300), cv2.FONT_HERSHEY_SIMPLEX, 1.5, 255, 4)
    await call.aiming.on_frame(call.peer.show(written))
    call.steering.tick(now=call.clock())
    steer = call.steer()
    assert (steer.how, steer.size_px) == ("qp", SMALL_PX)
    x0, y0, x1, y1 = steer.regions[0].box
    assert x0 < 0.5 < x1 and y0 < 0.4 < y1
    assert not call.steering.regions, "it stands for no question"


async def test_a_picture_too_small_to_follow_is_looked_at_as_it_is() -> None:
    scout = Spotter()
    call = Aimed(THIN_BPS, scout)
    tiny = call.peer.show(picture(8, 8))
    assert await call.aiming.look("?", tiny, None) is None
    await call.aiming.on_frame(tiny)
    assert scout.asked == []


async def test_a_superseded_question_does_not_carry_beside_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    call = Aimed(THIN_BPS, Spotter())
    at_work, release, overlaps = threading.Event(), threading.Event(), []

    def slow(carrier: Carrier, *args: object, **more: object) -> None:
        overlaps.append(at_work.is_set() and not release.is_set())
        at_work.set()
        assert release.wait(10)

    monkeypatch.setattr(Carrier, "seed", slow)
    first = asyncio.create_task(call.look())
    await asyncio.to_thread(at_work.wait, 10)
    first.cancel()
    second = asyncio.create_task(call.look())
    for _ in range(20):
        await asyncio.sleep(0)
    release.set()
    while len(overlaps) < 2:
        await asyncio.sleep(0)
    second.cancel()
    assert overlaps == [False, False]
