"""Figures from runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from devibench.report import tables
from devibench.report.curves import Curve, curves_of
from devibench.report.runs import Arm, arms_of, read_run


@pytest.fixture(scope="module")
def arms(run: Path) -> dict[str, Arm]:
    return {arm.name: arm for arm in arms_of([read_run(run)])}


@pytest.fixture(scope="module")
def curves(arms: dict[str, Arm]) -> dict[str, Curve]:
    return {curve.name: curve for curve in curves_of(list(arms.values()))}


def test_an_arm_by_itself(arms: dict[str, Arm]) -> None:
    row = tables.arm_row(arms["x264:100k+ours"])
    right = sum(bool(line.correct) for line in row.arm.lines.values())
    assert (row.questions, row.videos) == (72, 12)
    assert row.accuracy.value == pytest.approx(right / 72)
    assert row.accuracy.low < row.accuracy.value < row.accuracy.high
    assert row.kbps == pytest.approx(100, rel=0.02)
    assert row.tokens is None


def test_one_arm_against_another(arms: dict[str, Arm]) -> None:
    row = tables.versus(arms["x264:100k+ours"], arms["x264:100k+plain"])
    assert row is not None
    assert row.gain.value == pytest.approx((row.test.only_first - row.test.only_second) / 72)
    assert row.gain.low > 0
    assert row.bits_ratio == pytest.approx(1.0, abs=0.02)
    assert row.delay_ms is not None
    assert row.delay_ms.high < 0


def test_arms_without_a_common_question_are_not_compared(arms: dict[str, Arm]) -> None:
    one = arms["original"]
    assert tables.versus(one, Arm(one.run, "other", "other", {})) is None


@pytest.mark.parametrize(
    ("name", "label", "found"),
    [
        ("x264:*+plain", "100k", "x264:100k+plain"),
        ("x264:*+plain", "9k", None),
        ("original", "100k", "original"),
    ],
)
def test_an_arm_is_compared_at_its_rate(
    arms: dict[str, Arm], curves: dict[str, Curve], name: str, label: str, found: str | None
) -> None:
    opposite = tables.opposite(arms["x264:100k+ours"], label, curves[name])
    assert (opposite.name if opposite else None) == found


def test_a_curve_saves_bits(curves: dict[str, Curve]) -> None:
    found = tables.delta(curves["x264:*+ours"], curves["x264:*+plain"]).bd_rate
    assert found is not None
    assert -0.7 < found.value < -0.2
    assert found.low < found.value < found.high < 0


def test_every_question_is_in_the_distribution(curves: dict[str, Curve]) -> None:
    found = tables.saturation(curves["x264:*+ours"])
    assert len(found.saturations) == 72
    half = found.quantile(0.5)
    assert half is not None
    assert 40e3 < half < 200e3


def test_types_are_counted_with_frames_needed(arms: dict[str, Arm]) -> None:
    names, found = tables.by_type([arms["original"], arms["x264:50k+plain"]])
    assert names == (
        "Text-Rich Understanding", "Counting", "Attribute Perception", "Object Perception",
        "Spatial Understanding", "single frame", "multi frame",
    )  # fmt: skip
    assert all(value is not None for value in found["original"])


def test_confidence_is_held_against_accuracy(arms: dict[str, Arm]) -> None:
    found = tables.reliability(list(arms.values()))
    assert found is not None
    assert found.answers == 13 * 72
    assert 0.0 < found.ece < 0.3
    assert sum(count for _, _, count in found.bins) == found.answers


def test_who_says_nothing_has_no_reliability(arms: dict[str, Arm]) -> None:
    assert tables.reliability([arms["text-only"]]) is None
