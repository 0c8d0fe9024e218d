"""A field that a server names in a refusal is left out from then on, and nothing else is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from articgw.backends.openai_chat.speech import MENU
from articgw.backends.wire.complaint import Complaint
from articgw.backends.wire.features import Features
from articgw.tools.spec import Tool
from articgw.tools.toolset import Toolset

REFUSALS = [
    ("by its param", Complaint("no", param="temperature"), "temperature"),
    ("by a part of it", Complaint("no", param="stream_options.include_usage"), "stream_options"),
    ("in words", Complaint("logprobs are not supported with this model"), "logprobs"),
    ("the first of several",
     Complaint("Unsupported parameter: 'max_completion_tokens'. Use 'max_tokens' or temperature."),
     "max_completion_tokens"),
    ("by what is in it", Complaint("include_usage is unknown"), "stream_options"),
    ("the picture's", Complaint("messages[1].content[0].image_url.detail: extra"), "detail"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("complaint", "field"), [case[1:] for case in REFUSALS], ids=[case[0] for case in REFUSALS]
)
def test_a_named_field_is_left_out(complaint: Complaint, field: str) -> None:
    features = Features(MENU, "none")
    sent = features.asking()
    assert sent.has(field) and features.learn(complaint, sent)
    assert not features.asking().has(field)


@pytest.mark.parametrize(
    "complaint",
    [
        Complaint("the picture cannot be decoded"),
        Complaint("see the manual for more detail"),
        Complaint("response_format is not supported"),
        Complaint("no", param="messages"),
        Complaint(),
    ],
)
def test_nothing_is_learnt_from_other_refusals(complaint: Complaint) -> None:
    features = Features(MENU)
    assert not features.learn(complaint, features.asking())


PRICE = Toolset((Tool(name="price", description="What it costs."),))
NO_JINJA = Complaint("tools param requires --jinja flag")
TOOL_REFUSALS = [
    ("Ollama", Complaint("registry.ollama.ai/library/llava does not support tools"), 400),
    ("vLLM", Complaint('"auto" tool choice requires --enable-auto-tool-choice'), 400),
    ("llama.cpp", NO_JINJA, 500),
]


@pytest.mark.parametrize(
    ("complaint", "status"),
    [one[1:] for one in TOOL_REFUSALS],
    ids=[one[0] for one in TOOL_REFUSALS],
)
def test_tools_are_refused_in_many_words(complaint: Complaint, status: int) -> None:
    features = Features(MENU, "schema")
    sent = features.asking(toolset=PRICE)
    assert sent.has("tools") and sent.by == "trailer", "no schema is forced beside tools"
    assert features.learn(complaint, sent, status=status)
    again = features.asking(toolset=PRICE)
    assert not again.has("tools") and again.by == "schema" and again.rounds == ()


def test_of_a_servers_own_error_nothing_else_is_learnt() -> None:
    features = Features(MENU)
    sent = features.asking(toolset=PRICE)
    assert not features.learn(Complaint("temperature sensor broke"), sent, status=500)
    assert not features.learn(NO_JINJA, features.asking(), status=500), "none were sent"


def test_a_refused_way_to_forbid_tools_leaves_the_tools() -> None:
    features = Features(MENU)
    sent = features.asking(toolset=replace(PRICE, may_call=False))
    assert features.learn(Complaint("tool_choice 'none' is not supported"), sent)
    assert features.asking(toolset=PRICE).has("tools")


def test_two_questions_refused_at_once_both_go_again() -> None:
    features = Features(MENU)
    first, second = features.asking(), features.asking()
    refusal = Complaint("no", param="temperature")
    assert features.learn(refusal, first) and features.learn(refusal, second)
    assert not features.learn(refusal, features.asking())


def test_the_older_name_of_the_limit_is_tried_once() -> None:
    features = Features(MENU, max_tokens=50)
    for name in ("max_completion_tokens", "max_tokens"):
        assert features.asking().fields[name] == 50
        assert features.learn(Complaint("no", param=name), features.asking())
    assert not {"max_tokens", "max_completion_tokens"} & set(features.asking().fields)


def test_without_a_schema_a_trailer_is_asked_for() -> None:
    features = Features(MENU, "schema")
    assert features.asking().by == "schema"
    assert features.learn(Complaint("json_schema is not supported"), features.asking())
    assert features.asking().by == "trailer"
