from __future__ import annotations

from artic_perception.accuracy import Content
from artic_perception.branch import HOLD
from articgw.perception.rough import INTERVALS, rough_profile
from tests.helpers.sights import Finder, Ticking


def test_every_size_is_timed_and_every_branch_has_its_numbers() -> None:
    clock = Ticking()
    finder = Finder({160: 0.02, 320: 0.08}, clock)
    profile = rough_profile(finder, clock)
    times = {one.size_px: profile.detect_s[one.name] for one in profile.detectors}
    assert 0.02 <= times[160] < 0.03 and 0.08 <= times[320] < 0.09
    assert {one.interval for one in profile.branches} == set(INTERVALS)
    assert all(one.carrying == HOLD for one in profile.branches if one.interval == 1)
    for branch in profile.branches:
        assert 0 < profile.accuracy.of(branch, Content((0.2,), 0.05)) < 1
        assert profile.group_s(branch, 3) > 0


def test_a_larger_picture_is_thought_to_show_more() -> None:
    clock = Ticking()
    profile = rough_profile(Finder({160: 0.02, 320: 0.08}, clock), clock)
    small, large = (b for b in sorted(profile.branches) if b.interval == 1)
    content = Content((0.1,), 0.0)
    assert profile.accuracy.of(small, content) < profile.accuracy.of(large, content)
