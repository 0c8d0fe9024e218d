"""The simulated servers do what they say, and every arm answers for every question."""

from __future__ import annotations

import random

import numpy as np
import pytest

from articgw.dispatch.question import Question
from tests.bench._backends_dispatch import ARMS, jain
from tests.bench._backends_gateway import Samples, slope_mib_h
from tests.bench._backends_server import times_in
from tests.bench._backends_sim import A_S, B_S, C_S, Server, questions_of


def test_prompts_are_read_one_after_the_other() -> None:
    server, rng = Server(), random.Random(1)
    asked = Question(1, "s", 0.0, 9.0, visual_tokens=900, output_tokens=50)
    first_t, end_t = server.serve(asked, rng, 0.0)
    assert first_t == pytest.approx(A_S + B_S, rel=0.4)
    assert end_t - first_t == pytest.approx(C_S / 2, rel=0.4)
    assert server.serve(asked, rng, 0.0)[0] > 1.5 * first_t


@pytest.mark.parametrize("arm", ARMS)
def test_every_question_has_a_fate(arm: str) -> None:
    asked = questions_of(random.Random(2), seconds=60.0, per_s=2.0, deadline_s=3.0, long_share=0.2)
    fates = ARMS[arm](asked, [Server(), Server(dies_t=30.0), Server(slower=5.0)], 2)
    assert sorted(one.question.key for one in fates) == [one.key for one in asked]
    for one in fates:
        assert one.whole_s is None or one.first_s is not None and one.first_s <= one.whole_s


def test_fairness_of_few_and_of_all() -> None:
    assert jain([1.0, 1.0, 1.0, 1.0]) == 1.0 and jain([4.0, 0.0, 0.0, 0.0]) == 0.25
    assert jain([0.0, 0.0]) == 0.0


def test_a_slope_needs_time() -> None:
    assert slope_mib_h(np.arange(90.0), np.full(90, 100.0)) is None
    t = np.arange(300.0)
    assert slope_mib_h(t, 100.0 + t / 3600) == pytest.approx(1.0, rel=0.01)


def test_numbers_are_kept_until_there_are_too_many() -> None:
    samples = Samples(2)
    for value in (1.0, 2.0, 3.0):
        samples.add(value)
    assert samples.all.tolist() == [1.0, 2.0]


def test_times_stand_in_the_first_word() -> None:
    assert times_in("1.5 2.25") == (1.5, 2.25)
