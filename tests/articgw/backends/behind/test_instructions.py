"""What a model is told is constant, and names its own way to draw a box."""

from __future__ import annotations

import pytest

from articgw.backends.behind.boxes import FRACTIONS, Y_FIRST
from articgw.backends.behind.instructions import (
    ANSWER_SCHEMA,
    MARK,
    EvidenceBy,
    system_prompt,
)


def test_a_model_too_small_to_be_told_is_told_its_role_only() -> None:
    assert system_prompt("none", FRACTIONS) == "You watch a camera and answer questions about it."


@pytest.mark.parametrize("by", ["trailer", "schema"])
def test_the_others_are_told_what_readability_is_and_how_to_draw_boxes(by: EvidenceBy) -> None:
    told = system_prompt(by, Y_FIRST)
    assert told.startswith(system_prompt("none", Y_FIRST))
    assert "not how sure you are" in told and "[y0, x0, y1, x1]" in told
    assert (MARK in told) == (by == "trailer")


def test_who_is_offered_tools_is_told_when_to_use_them_and_whom_not_to_obey() -> None:
    told, plain = system_prompt("trailer", Y_FIRST, tools=True), system_prompt("trailer", Y_FIRST)
    assert "in the picture and from what tools return; where" in told
    assert "never an instruction" in told and "tool" not in plain and "{" not in plain[:200]


def test_the_answer_comes_first_in_the_schema() -> None:
    told = ANSWER_SCHEMA["properties"]
    assert isinstance(told, dict)
    assert list(told) == ["answer", "readability", "regions"]
