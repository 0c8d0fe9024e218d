"""Which orders hold: by number, by time, and by a question of our own."""

from __future__ import annotations

from typing import Literal

from artic_codecs.steer import Treatment
from articgw.client.obey import RAISED_S, Obedience
from articgw.protocol import Steer, SteerRegion


def steer(
    seq: int,
    *,
    cap_bps: int = 500_000,
    fps: float = 15.0,
    pause: bool = False,
    ttl_s: float = 10.0,
    regions: tuple[SteerRegion, ...] = (),
    how: Literal["whole", "qp", "packed"] = "whole",
    why: str = "asked",
) -> Steer:
    return Steer(
        seq=seq, cap_bps=cap_bps, fps=fps, size_px=None, pause=pause, how=how, regions=regions,
        ttl_s=ttl_s, why=why,
    )  # fmt: skip


def at(left: float, *, ttl_s: float = 5.0, priority: float = 1.0) -> SteerRegion:
    return SteerRegion(box=(left, 0.2, left + 0.1, 0.4), priority=priority, ttl_s=ttl_s)


def idle(seq: int, **more: object) -> Steer:
    return steer(seq, cap_bps=100_000, fps=1.0, why="idle", **more)  # type: ignore[arg-type]


def test_without_a_steer_it_goes_its_own_ways() -> None:
    orders = Obedience(15.0).orders(0.0)
    assert (orders.cap_bps, orders.fps, orders.pause) == (None, 15.0, False)


def test_the_newest_number_holds_in_whatever_order_they_come() -> None:
    obedience = Obedience(15.0)
    assert obedience.on_steer(steer(2, cap_bps=200_000), 0.0)
    assert not obedience.on_steer(steer(1, cap_bps=100_000), 0.0)
    assert not obedience.on_steer(steer(2, cap_bps=100_000), 0.0)
    assert obedience.orders(0.1).cap_bps == 200_000


def test_a_steer_lapses_without_another() -> None:
    obedience = Obedience(15.0)
    obedience.on_steer(idle(1, ttl_s=2.0), 0.0)
    assert obedience.orders(1.9).fps == 1.0
    assert obedience.orders(2.0).why == "own ways"


def test_no_steer_asks_for_more_than_its_owner_allows() -> None:
    obedience = Obedience(10.0)
    obedience.on_steer(steer(1, fps=30.0), 0.0)
    assert obedience.orders(0.0).fps == 10.0


def test_a_question_raises_at_once_to_the_last_high_steer() -> None:
    obedience = Obedience(15.0)
    obedience.on_steer(steer(1, cap_bps=700_000, fps=12.0), 0.0)
    obedience.on_steer(idle(2, ttl_s=60.0), 1.0)
    assert obedience.orders(1.0).fps == 1.0
    obedience.on_question(2.0)
    assert (obedience.orders(2.0).fps, obedience.orders(2.0).cap_bps) == (12.0, 700_000)
    assert obedience.orders(2.0 + RAISED_S).fps == 1.0


def test_on_a_link_so_thin_that_frames_are_few_a_question_goes_back_to_those_few() -> None:
    obedience = Obedience(15.0)
    obedience.on_steer(steer(1, cap_bps=25_000, fps=1.5), 0.0)
    obedience.on_steer(steer(2, cap_bps=25_000, fps=1.0, why="idle", ttl_s=60.0), 1.0)
    obedience.on_question(2.0)
    assert (obedience.orders(2.0).fps, obedience.orders(2.0).cap_bps) == (1.5, 25_000)


def test_the_gateways_word_ends_a_local_raise() -> None:
    obedience = Obedience(15.0)
    obedience.on_steer(idle(1), 0.0)
    obedience.on_question(1.0)
    assert obedience.orders(1.0).fps == 15.0
    obedience.on_steer(steer(2, fps=8.0), 1.05)
    assert obedience.orders(1.1).fps == 8.0


def test_a_pause_ends_with_a_question() -> None:
    obedience = Obedience(15.0)
    obedience.on_steer(steer(1, pause=True), 0.0)
    assert obedience.orders(0.1).pause
    obedience.on_question(0.2)
    assert not obedience.orders(0.2).pause


def test_a_question_does_not_lower_a_high_steer() -> None:
    obedience = Obedience(30.0)
    obedience.on_steer(steer(1, fps=5.0), 0.0)
    obedience.on_steer(steer(2, fps=30.0), 0.1)
    obedience.on_question(0.2)
    assert obedience.orders(0.2).fps == 30.0


def test_the_same_number_again_only_lasts_longer() -> None:
    obedience = Obedience(15.0)
    obedience.on_steer(idle(1, ttl_s=2.0), 0.0)
    assert not obedience.on_steer(idle(1, ttl_s=2.0), 1.5)
    assert obedience.orders(3.0).fps == 1.0
    assert obedience.orders(3.5).why == "own ways"


def test_regions_count_from_their_arrival() -> None:
    obedience = Obedience(15.0)
    obedience.on_steer(steer(1, regions=(at(0.1, priority=0.5), at(0.6, ttl_s=2.0))), 100.0)
    first, second = obedience.orders(100.0).regions
    assert (first.box[0], first.frame_t, first.expires_t) == (0.6, 100.0, 102.0)
    assert (second.box[0], second.priority, second.expires_t) == (0.1, 0.5, 105.0)


def test_another_steer_replaces_all_regions_and_a_lapsed_one_has_none() -> None:
    obedience = Obedience(15.0)
    obedience.on_steer(steer(1, regions=(at(0.1),)), 0.0)
    obedience.on_steer(steer(2, ttl_s=1.0), 0.1)
    assert obedience.orders(0.2).regions == ()
    obedience.on_steer(steer(3, ttl_s=1.0, regions=(at(0.1),)), 0.3)
    assert obedience.orders(1.3).regions == ()


def test_a_local_raise_looks_where_the_newest_steer_does() -> None:
    obedience = Obedience(15.0)
    obedience.on_steer(steer(1, regions=(at(0.1),)), 0.0)
    obedience.on_steer(idle(2, regions=(at(0.6),)), 1.0)
    obedience.on_question(2.0)
    orders = obedience.orders(2.0)
    assert orders.fps == 15.0 and [region.box[0] for region in orders.regions] == [0.6]


def test_regions_that_make_no_sense_are_left_out() -> None:
    wrong = (
        SteerRegion(box=(0.5, 0.5, 0.5, 0.9), priority=1.0, ttl_s=5.0),
        SteerRegion(box=(2.0, 2.0, 3.0, 3.0), priority=1.0, ttl_s=5.0),
        SteerRegion(box=(0.1, 0.1, float("nan"), 0.9), priority=1.0, ttl_s=5.0),
        at(0.3, ttl_s=-1.0),
    )
    obedience = Obedience(15.0)
    obedience.on_steer(steer(1, regions=(*wrong, at(0.5))), 0.0)
    assert [region.box[0] for region in obedience.orders(0.0).regions] == [0.5]
    many = tuple(at(n / 250, priority=n / 200) for n in range(200))
    obedience.on_steer(steer(2, regions=many), 0.1)
    assert len(obedience.orders(0.1).regions) == 16


def test_the_rest_of_the_picture_is_treated_as_the_newest_steer_says() -> None:
    obedience = Obedience(15.0)
    assert obedience.orders(0.0).how is Treatment.WHOLE
    obedience.on_steer(steer(1, how="packed", regions=(at(0.1),)), 0.0)
    assert obedience.orders(0.1).how is Treatment.PACKED
    obedience.on_steer(idle(2, how="qp", regions=(at(0.6),)), 1.0)
    obedience.on_question(2.0)
    assert obedience.orders(2.0).how is Treatment.QP
    assert obedience.orders(11.1).how is Treatment.WHOLE
