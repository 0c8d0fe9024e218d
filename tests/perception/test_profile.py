"""Twin of `artic_perception.profile`: times add up, and what is never best is let go of."""

from __future__ import annotations

import pytest

from artic_perception.accuracy import Content
from artic_perception.branch import HOLD, Branch
from artic_perception.profile import Carrying, worth_having
from tests.perception.made import BRANCHES, FLOW, LARGE, PROFILE, SMALL


def test_a_group_takes_a_detection_and_the_rest_of_its_frames() -> None:
    assert PROFILE.group_s(Branch(LARGE, 4, FLOW), boxes=2) == pytest.approx(0.060 + 3 * 0.001)
    assert PROFILE.group_s(Branch(LARGE, 4, HOLD), boxes=2) == pytest.approx(0.060)


def test_points_take_longer_for_more_boxes() -> None:
    assert Carrying(0.001, 0.0003).base_s(10) == pytest.approx(0.004)


def test_no_branch_stays_that_another_beats_on_every_content() -> None:
    worse = Branch(SMALL, 4, HOLD)
    contents = (Content((0.1,), 0.05), Content((0.4,), 0.02))
    kept = worth_having([*BRANCHES, worse], PROFILE, contents)
    for content in contents:
        for branch in BRANCHES:
            cost, value = _of(branch, content)
            best = max(v for c, v in (_of(one, content) for one in kept) if c <= cost + 1e-12)
            assert best >= value - 1e-12


def test_the_order_in_which_branches_are_named_does_not_matter() -> None:
    contents = (Content((0.1,), 0.05),)
    there, back = (worth_having(one, PROFILE, contents) for one in (BRANCHES, BRANCHES[::-1]))
    assert there == back


def _of(branch: Branch, content: Content) -> tuple[float, float]:
    cost = PROFILE.group_s(branch, 4) / branch.interval
    return cost, PROFILE.accuracy.of(branch, content)
