"""What a generator says, and what is wrong with it."""

from __future__ import annotations

import json

import pytest

from devibench.build.questions import NOT_JSON, PER_SEGMENT, TASK_TYPES, candidates, prompt

GOOD = {"question": "What gate?", "answer": 7, "task_type": "counting", "frames": "Multi-frame"}


def test_the_prompt_names_all_task_types_and_the_count() -> None:
    said = prompt(PER_SEGMENT)
    assert all(name in said for name in TASK_TYPES)
    assert "Write 10 questions" in said


@pytest.mark.parametrize("around", ["{}", "```json\n{}\n```", "Sure, here they are: {} Enjoy!"])
def test_a_list_is_found_in_what_surrounds_it(around: str) -> None:
    (found,) = candidates("v@0", around.replace("{}", json.dumps([GOOD])))
    assert found.accepted
    assert found.key == "v@0#01"
    assert found.data == {
        "question": "What gate?", "answer": "7", "task_type": "Counting", "frames": "Multi",
        "segment": "v@0",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"answer": ""}, "no question or no answer"),
        ({"question": None}, "no question or no answer"),
        ({"question": "x" * 500}, "too long"),
        ({"question": "What is on the left half?"}, "speaks of the degradation"),
        ({"question": "What does the blurry sign say?"}, "speaks of the degradation"),
        ({"task_type": "Cooking"}, "unknown task type"),
    ],
)
def test_a_bad_question_says_why(change: dict[str, object], reason: str) -> None:
    (found,) = candidates("v@0", json.dumps([GOOD | change]))
    assert found.reason == reason


def test_a_question_is_asked_once() -> None:
    found = list(candidates("v@0", json.dumps([GOOD, GOOD | {"question": "what GATE?"}])))
    assert [one.reason for one in found] == ["", "asked twice"]


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("I cannot help with that.", NOT_JSON),
        ("[{]", NOT_JSON),
        ("[" * 5000 + "]" * 5000, NOT_JSON),
        ("[]", "the generator found no question"),
        ("[7]", "no question or no answer"),
    ],
)
def test_a_reply_without_questions_is_rejected_whole(reply: str, reason: str) -> None:
    (found,) = candidates("v@0", reply)
    assert found.reason == reason
