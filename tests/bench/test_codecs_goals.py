"""A choice may not look at what it is scored on, and goals without an arm are left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from articgw.errors import ConfigError
from tests.bench._codecs_arms import (
    ARMS,
    CHOICES,
    FINDING,
    FOUND,
    GIVEN,
    PACKED_2,
    PACKED_5,
    PUBLISHED,
    TREATED,
    UNIFORM,
    Arm,
    Choice,
)
from tests.bench._codecs_choice import chosen, with_choices
from tests.bench._codecs_compare import comparisons
from tests.bench._codecs_goals import goals_of
from tests.bench._codecs_plot import plot
from tests.bench._codecs_told import answers, pooled_age_s, recall, summary
from tests.bench.codecs import QUICK_ARMS, SHOWN, arms_of, picked, rates_of

RATES = (25e3, 50e3, 100e3, 200e3)
AB = Choice("c", ("a", "b"))


def row(arm: str, split: str, rate_bps: float, share: float, **more: Any) -> dict[str, Any]:
    return {
        "arm": arm,
        "split": split,
        "asked": f"{split}/s0",
        "kind": "text",
        "height_px": 12.0,
        "rate_bps": rate_bps,
        "wire_bps": rate_bps,
        "got": [share],
        "original": [1.0],
        "sent_fps": 5.0,
        "ages_s": [0.1, 0.3],
        "over_cap_1s": 0.0,
        "largest_frame": 1.0,
        "largest_keyframe": 1.0,
        "rest_ssim": 0.5,
        "refused": 0,
    } | more


def pair(arm: str, rate_bps: float, share: float, **more: Any) -> list[dict[str, Any]]:
    return [row(arm, split, rate_bps, share, **more) for split in ("fit", "score")]


def test_the_names_in_choices_are_arms() -> None:
    names = {arm.name for arm in ARMS}
    assert len(names) == len(ARMS)
    assert all(set(choice.among) <= names for choice in CHOICES)
    assert {UNIFORM, PUBLISHED} <= names


def test_a_choice_is_made_on_the_clips_to_fit_on() -> None:
    made = [
        row("a", "fit", 5e4, 0.9),
        row("b", "fit", 5e4, 0.5),
        row("a", "score", 5e4, 0.1),
        row("b", "score", 5e4, 1.0),
    ]
    assert [(one["arm"], one["chose"]) for one in chosen(made, AB)] == [("c", "a")]


def test_of_equals_the_one_is_chosen_that_loses_least_of_the_scene() -> None:
    made = [*pair("a", 5e4, 0.9, rest_ssim=0.3), *pair("b", 5e4, 0.9, rest_ssim=0.6)]
    assert [one["chose"] for one in chosen(made, AB)] == ["b"]


def test_a_rate_that_was_not_fitted_takes_the_choice_of_the_nearest() -> None:
    made = [*pair("a", 1e5, 0.5), *pair("b", 1e5, 0.9), *pair("a", 2e4, 0.9), *pair("b", 2e4, 0.1)]
    made += [row(arm, "score", 8e5, 1.0) for arm in "ab"]
    taken = {one["rate_bps"]: one["chose"] for one in chosen(made, AB)}
    assert taken == {2e4: "a", 1e5: "b", 8e5: "b"}


def test_nothing_is_chosen_where_nothing_was_fitted() -> None:
    assert chosen([row("a", "score", 5e4, 1.0)], AB) == []


def test_a_choice_leaves_out_what_comes_too_late() -> None:
    made = [
        one
        for arm, share, ages in (
            ("late", 1.0, [0.4, 0.9]),
            ("never", 1.0, [0.1, None]),
            ("fresh", 0.5, [0.1, 0.4]),
        )
        for rate in (25e3, 50e3)
        for one in pair(arm, rate, share, ages_s=ages)
    ]
    taken = chosen(made, Choice("c", ("late", "never", "fresh"), 0.5))
    assert {one["rate_bps"]: one["chose"] for one in taken} == {25e3: "late", 50e3: "fresh"}


def test_a_choice_keeps_to_the_rate_and_leaves_enough_of_the_rest() -> None:
    made = [
        *pair("dear", 5e4, 1.0, wire_bps=7e4),
        *pair("dear", 1e5, 1.0, rest_found=9, rest_there=10),
        *pair("narrow", 5e4, 0.9),
        *pair("narrow", 1e5, 1.0, rest_found=1, rest_there=10),
        *pair("wide", 5e4, 0.8),
        *pair("wide", 1e5, 0.7, rest_found=6, rest_there=10),
    ]
    taken = chosen(made, Choice("c", ("dear", "narrow", "wide"), least_rest=0.5))
    assert {one["rate_bps"]: one["chose"] for one in taken} == {5e4: "narrow", 1e5: "dear"}
    without = [one for one in made if one["arm"] != "dear"]
    taken = chosen(without, Choice("c", ("narrow", "wide"), least_rest=0.5))
    assert {one["rate_bps"]: one["chose"] for one in taken} == {5e4: "narrow", 1e5: "wide"}


TOLD = tuple(arm for arm in ARMS if arm.name not in FINDING)
"""Arms that find nothing themselves."""


def everything(arms: tuple[Arm, ...] = TOLD) -> list[dict[str, Any]]:
    worth = {"packed": 40e3, "region": 30e3, "published": 120e3}
    made = []
    for arm in arms:
        needs = next((bps for part, bps in worth.items() if part in arm.name), 180e3)
        more = {"rest_found": 1, "rest_there": 4}
        for rate in RATES:
            shown = more if rate == 100e3 else {}
            made += pair(arm.name, rate, min(1.0, rate / needs), **shown)
    return with_choices(made)


def test_goals_are_those_that_were_measured() -> None:
    goals = {goal.name: goal.value for goal in goals_of(everything())}
    assert goals["given_50k"] == pytest.approx(1.0)
    assert goals["given_25k"] == pytest.approx(25 / 30)
    assert goals["rest_recall_100k"] == 0.25
    assert goals["age_p95_ms"] == pytest.approx(300)
    uniform, best = goals["rate_vs_uniform"], goals["rate_vs_best_uniform"]
    assert uniform is not None
    assert 0.15 < uniform < 0.2
    assert best == pytest.approx(uniform)
    unknown = {"text_50k", "browser_rate_vs_default", "loss20_windows", "over_cap_1s"}
    assert not unknown & set(goals)


def test_without_an_arm_of_ours_there_is_no_goal() -> None:
    assert goals_of([one for one in everything() if one["arm"] != GIVEN]) == []


def test_ours_finds_its_region_where_that_was_measured() -> None:
    goals = {goal.name: goal.value for goal in goals_of(everything(ARMS))}
    assert {"text_25k", "text_50k", "text_100k"} <= set(goals)
    assert {one["arm"] for one in comparisons(everything(ARMS)) if "against" in one} == {FOUND}


def test_a_rate_that_was_never_reached_is_no_ratio() -> None:
    poor = [one | {"got": [0.1]} if one["arm"] == GIVEN else one for one in everything()]
    assert {goal.value for goal in goals_of(poor) if goal.name.startswith("rate")} == {None}


def test_the_summary_has_a_row_per_split_arm_and_rate(tmp_path: Path) -> None:
    told = summary(everything())
    scored = [one for one in told if one["split"] == "score"]
    assert len(scored) == (len(TOLD) + len(CHOICES) - 1) * len(RATES)
    assert plot(told, "text", tmp_path / "text.png")
    assert not plot(told, "object", tmp_path / "object.png")
    assert [file.name for file in tmp_path.iterdir()] == ["text.png"]


def test_ours_is_compared_with_every_other_arm() -> None:
    told = comparisons(everything())
    ratios = {one["against"]: one for one in told if one["kind"] == "rate_ratio"}
    assert set(ratios) == {arm.name for arm in TOLD} | {CHOICES[0].name}
    assert all(one["low"] <= one["value"] <= one["high"] for one in ratios.values())


def test_figures_of_nothing_are_none() -> None:
    assert answers([row("a", "fit", 1e5, 1.0) | {"original": [0.8]}]) is None
    assert recall([row("a", "fit", 1e5, 1.0)]) is None
    assert pooled_age_s([]) is None
    assert pooled_age_s([{"ages_s": [0.1, None]}]) is None


@pytest.mark.parametrize("rates", ["fast", "0", "25,-1", "1e9", "nan"])
def test_rates_that_are_none_are_refused(rates: str) -> None:
    with pytest.raises(ConfigError, match="--rates"):
        rates_of(rates, quick=False)


def test_arms_are_named_by_parts() -> None:
    assert [arm.name for arm in arms_of("vp8")] == ["packed, VP8, 5 fps"]
    assert len(arms_of("")) >= len(ARMS)
    assert {arm.name for arm in arms_of("", quick=True)} == QUICK_ARMS
    assert rates_of("50, 25", quick=True) == (25e3, 50e3)
    with pytest.raises(ConfigError, match="no such arm"):
        arms_of("nobody")


def test_a_treatment_is_scored_where_it_was_chosen_unless_its_curve_is_shown() -> None:
    rates = picked({25e3: PACKED_2, 50e3: PACKED_5, 100e3: PACKED_2})
    assert rates[PACKED_2] == {25e3, 100e3}
    assert set(rates).isdisjoint(SHOWN) and set(rates) | set(SHOWN) == set(TREATED)
    assert not any(rates[name] for name in rates if name != PACKED_2)
