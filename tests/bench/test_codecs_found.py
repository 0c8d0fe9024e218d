"""The gateway knows only what it received, when it had it; and the sender only what it was told."""

from __future__ import annotations

import pytest

from artic_codecs.packing import Limits
from artic_codecs.qp_map import Boost
from articgw.backends.embedded.aim import Aim
from articgw.backends.embedded.jobs import Seek, Sought
from articgw.backends.embedded.scene import Answer, Evidence, Scene
from articgw.frame import Pixels
from devibench.degrade.finding import evidence_regions
from tests.bench import _codecs_gateway
from tests.bench._codecs_aimed import Packed, Regions
from tests.bench._codecs_coders import Settings
from tests.bench._codecs_film import Asked
from tests.bench._codecs_found import ASKED_S, MOST_QUEUE_S, Found
from tests.bench._codecs_gateway import SEEK_S, asked_at, question_about
from tests.bench._codecs_plain import Sent
from tests.bench._codecs_wire import LINK_DELAY_S
from tests.bench.test_codecs_senders import BOX, SIZE_PX, film

PLACE = BOX.fractions(SIZE_PX)
PACKED = Packed(Settings("x264", 5, 0.4), Limits(most_window_step=0, thumbnail_step=0))


class Eyes:
    """Finds the same in every picture."""

    def __init__(self, aims: tuple[Aim, ...]) -> None:
        self.aims = aims
        self.sought: list[Seek] = []

    def look(self, rgb: Pixels, captured_t: float) -> Scene:
        return Scene(captured_t, (rgb.shape[1], rgb.shape[0]))

    def seek(self, job: Seek) -> Sought:
        self.sought.append(job)
        return Sought(job.captured_t, self.aims)

    def answer(self, rgb: Pixels, captured_t: float, question: str, glimpse: object) -> Answer:
        return Answer("EXIT", tuple(Evidence(aim.box, "sign") for aim in self.aims))


def sent_by(
    eyes: Eyes,
    treated: Packed | Regions,
    monkeypatch: pytest.MonkeyPatch,
    rate_bps: float = 1e6,
) -> tuple[Sent, Asked]:
    monkeypatch.setattr(_codecs_gateway, "eyes", lambda: eyes)
    shot = film()
    (asked,) = shot.asked()
    return Found(treated)(shot, asked, rate_bps), asked


def test_frames_are_packed_once_the_region_is_known_and_not_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    eyes = Eyes((Aim(PLACE, 1.0, 12.0, "reads it"),))
    sent, asked = sent_by(eyes, PACKED, monkeypatch)
    assert sent.whole is not None and sent.open_t is not None
    known_t = sent.open_t + LINK_DELAY_S + SEEK_S + LINK_DELAY_S
    told_t = max(known_t, sent.frames[0].arrived_t + SEEK_S + LINK_DELAY_S)
    whole_t = [one.captured_t for one in sent.frames if one.number in sent.whole]
    packed_t = [one.captured_t for one in sent.frames if one.number not in sent.whole]
    assert max(whole_t) < told_t + 1e-6
    assert min(packed_t) > known_t - 1e-6
    assert 0 < len(sent.whole) < len(sent.frames)
    (seek,) = eyes.sought
    assert seek.question == question_about(asked)
    assert seek.captured_t < sent.open_t


def test_what_is_not_found_is_sent_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    sent, _ = sent_by(Eyes(()), PACKED, monkeypatch)
    assert sent.whole == frozenset(one.number for one in sent.frames)


@pytest.mark.parametrize("treated", [PACKED, Regions(Settings("x264", 5, 0.4), Boost(30.0, 1))])
def test_what_arrived_can_be_looked_at_and_waits_in_no_queue(
    treated: Packed | Regions, monkeypatch: pytest.MonkeyPatch
) -> None:
    rate_bps = 60e3
    eyes = Eyes((Aim(PLACE, 1.0, 12.0, "reads it"),))
    sent, _ = sent_by(eyes, treated, monkeypatch, rate_bps)
    numbers = frozenset(one.number for one in sent.frames)
    assert sent.pictures(numbers).keys() == numbers
    assert 0 <= min(numbers) < 30
    for one in sent.frames:
        own_s = one.wire_bits / rate_bps + LINK_DELAY_S
        assert one.arrived_t - one.captured_t <= own_s + MOST_QUEUE_S + 1e-9


def test_a_question_comes_when_its_thing_is_in_view() -> None:
    shot = film()
    (asked,) = shot.asked()
    assert asked_at(shot, asked, *ASKED_S) == 0.5
    assert asked_at(shot, asked, 0.1, 0.3) == 0.3


def test_evidence_that_is_no_place_is_no_region() -> None:
    said = (Evidence((0.9, 0.1, 1.2, 0.2), "sign", 9.0), Evidence((2, 2, 3, 3), "sign"))
    (region,) = evidence_regions(said, 4.0)
    assert region.box == (0.9, 0.1, 1.0, 0.2)
    assert region.expires_t > region.frame_t == 4.0
