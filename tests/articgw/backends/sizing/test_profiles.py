"""The name tells the family."""

from __future__ import annotations

import pytest

from articgw.backends.sizing.profiles import PROFILES, profile_of

NAMES = [
    ("Qwen/Qwen2.5-VL-7B-Instruct", "qwen2.5-vl"),
    ("qwen2.5vl:3b", "qwen2.5-vl"),
    ("qwen2-vl", "qwen2.5-vl"),
    ("Qwen3-VL-8B", "qwen3-vl"),
    ("qwen3.5:4b", "qwen3-vl"),
    ("gemini-3.8-flash", "gemini-3"),
    ("gemini-2.5-flash", "gemini-2"),
    ("gpt-4o-mini", "gpt-tiles-4o-mini"),
    ("gpt-4o", "gpt-tiles-4"),
    ("gpt-4.1-nano", "gpt-nano-4.1"),
    ("gpt-5.4-mini", "gpt-mini-4.1"),
    ("gpt-5.4", "gpt-patches"),
    ("gpt-6-luna", "gpt-patches"),
    ("gpt-5", "gpt-tiles-5"),
    ("o4-mini", "o4-mini"),
    ("o3", "o-tiles"),
    ("claude-3-5-sonnet", "claude-4.6"),
    ("claude-sonnet-4-6", "claude-4.6"),
    ("claude-opus-4-7", "claude"),
    ("claude-5", "claude"),
    ("llava", "unknown"),
]


@pytest.mark.parametrize(("model", "name"), NAMES)
def test_names(model: str, name: str) -> None:
    assert profile_of(model).name == name


def test_no_profile_is_hidden_by_another() -> None:
    assert {name for _, name in NAMES} >= {profile.name for profile in PROFILES}
