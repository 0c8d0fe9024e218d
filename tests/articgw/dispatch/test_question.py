"""A question's prompt is its pictures and the rest."""

from __future__ import annotations

from articgw.dispatch.question import Question


def test_prompt_tokens() -> None:
    asked = Question(1, "s", 0.0, 1.0, visual_tokens=300, text_tokens=50)
    assert asked.prompt_tokens == 350
