"""The worst answers."""

from __future__ import annotations

from pathlib import Path

from devibench.report.flips import MOST, reference_arm, worst
from devibench.report.runs import arms_of, read_run


def test_a_flip_was_right_before_and_wrong_after(run: Path) -> None:
    arms = {arm.name: arm for arm in arms_of([read_run(run)])}
    found = worst(list(arms.values()))
    assert len(found) == MOST
    assert len({flip.key for flip in found}) == MOST
    for flip in found:
        assert arms[flip.good.arm].lines[flip.key].correct
        assert not arms[flip.bad.arm].lines[flip.key].correct
        assert flip.good.arm == "original"
        assert flip.expected == flip.good.answer


def test_pictures_come_first_and_the_surest_of_them(run: Path) -> None:
    found = worst(arms_of([read_run(run)]))
    assert found[0].good.picture.startswith("data:image/jpeg;base64,")
    assert found[0].bad.picture
    shown = [flip.bad.readability or 0.0 for flip in found if flip.bad.picture]
    assert shown == sorted(shown, reverse=True)


def test_without_an_original_most_bits_are_the_reference(run: Path) -> None:
    arms = [arm for arm in arms_of([read_run(run)]) if arm.arm != "original"]
    assert reference_arm(arms).arm.startswith("x264:400k")


def test_nothing_flips_where_nothing_was_seen(run: Path) -> None:
    assert worst([arm for arm in arms_of([read_run(run)]) if arm.text_only]) == ()
