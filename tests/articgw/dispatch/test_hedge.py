"""Hedging begins when lateness is known, and is paid for."""

from __future__ import annotations

from articgw.dispatch.hedge import ENOUGH, LEAST_S, MOST, SHARE, Hedge


def test_a_tenth_is_late_and_one_in_twenty_is_hedged() -> None:
    hedge = Hedge()
    for number in range(20):
        hedge.on_first(took_s=0.1 + 0.01 * number, predicted_s=0.1)
    assert hedge.after_s(0.1) is None
    for _ in range(round(1 / SHARE)):
        hedge.on_start()
    after_s = hedge.after_s(0.1)
    assert after_s is not None and 0.27 < after_s < 0.29
    hedge.spend()
    assert hedge.after_s(0.1) is None


def test_nothing_is_late_before_enough_is_known() -> None:
    hedge = Hedge(share=1.0)
    hedge.on_start()
    for _ in range(ENOUGH - 1):
        hedge.on_first(took_s=0.0, predicted_s=1.0)
    assert hedge.after_s(1.0) is None
    hedge.on_first(took_s=0.0, predicted_s=1.0)
    assert hedge.after_s(1.0) == LEAST_S


def test_a_quiet_hour_is_not_saved_up() -> None:
    hedge = Hedge(share=1.0)
    for _ in range(100):
        hedge.on_start()
    for _ in range(ENOUGH):
        hedge.on_first(took_s=0.1, predicted_s=0.1)
    spent = 0
    while hedge.after_s(1.0) is not None:
        hedge.spend()
        spent += 1
    assert spent == MOST
