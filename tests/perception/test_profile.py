"""Twin of `artic_perception.profile`: times add up, and what is never best is let go of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from artic_perception.accuracy import Content, Reached
from artic_perception.branch import HOLD, Branch
from artic_perception.profile import GAIN, Carrying, worth_having
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
            assert best >= value - GAIN


def test_what_costs_more_and_is_hardly_better_is_let_go_of() -> None:
    dear = Branch(LARGE, 8, FLOW)
    reached = {one.name: Reached(0.5, 0.5) for one in BRANCHES}
    contents = (Content((0.1,), 0.05),)
    for gain, stays in ((GAIN / 2, False), (2 * GAIN, True)):
        known = replace(
            PROFILE, reached={**reached, dear.name: Reached(0.5 + gain, 0.5)}, trust=0.0
        )
        assert (dear in worth_having(BRANCHES, known, contents)) == stays


def test_the_order_in_which_branches_are_named_does_not_matter() -> None:
    contents = (Content((0.1,), 0.05),)
    there, back = (worth_having(one, PROFILE, contents) for one in (BRANCHES, BRANCHES[::-1]))
    assert there == back


def _of(branch: Branch, content: Content) -> tuple[float, float]:
    cost = PROFILE.group_s(branch, 4) / branch.interval
    return cost, PROFILE.accuracy.of(branch, content)
