from __future__ import annotations

from artic_abr.controller import controller
from artic_abr.policy import Policy
from artic_abr.rules import Everything
from artic_codecs.allocator import IDLE_BPS
from artic_codecs.regions import Region
from artic_codecs.steer import Treatment
from devibench.degrade.sender import Adaptive, Constant, Product

REGION = Region((0.4, 0.4, 0.6, 0.6), 0.0, 1.0, 9.0, 14.0)


def test_constant_never_changes_and_marks_regions_once_it_has_them() -> None:
    sender = Constant(100e3, 5.0, (640, 360), Treatment.QP)
    sender.on_question(1.0)
    wish = sender.wish(1.0, ())
    assert wish.send and (wish.order.bps, wish.order.fps) == (100e3, 5.0)
    assert wish.order.how is Treatment.WHOLE
    assert sender.wish(1.0, (REGION,)).order.how is Treatment.QP
    assert sender.fps(3.0) == 5.0


def test_adaptive_follows_its_policy_and_tells_it_of_questions() -> None:
    turns: list[float] = []

    def on_turn(policy: Policy, now: float) -> None:
        turns.append(now)

    policy = controller(fps=30, rule=Everything())
    sender = Adaptive(policy, fps=30, how=Treatment.QP, on_turn=on_turn)
    sender.on_question(2.0)
    assert turns == [2.0]
    wish = sender.wish(2.0, (REGION,))
    assert wish.order.bps == policy.decide(2.0).cap_bps
    assert wish.order.how is Treatment.QP and wish.order.regions == (REGION,)


def test_the_product_idles_until_it_is_asked() -> None:
    sender = Product(controller(fps=30), fps=30)
    wish = sender.wish(0.0, ())
    assert sender.fps(0.0) == 1.0 and wish.order.bps <= IDLE_BPS
    sender.on_question(1.0)
    assert sender.fps(1.0) > 1.0
    assert sender.wish(1.0, ()).order.bps > IDLE_BPS


def test_the_product_hears_how_well_it_was_read() -> None:
    sender = Product(controller(fps=30), fps=30)
    sender.on_question(1.0)
    before = sender.policy.rule.need(4_000_000, 1.0).bps
    for _ in range(4):
        sender.on_readability(1.0, before, 1.5)
    assert sender.policy.rule.need(4_000_000, 1.5).bps < before
