"""Ollama's own chat as a value, for what its OpenAI-compatible API cannot say:

* ``keep_alive``: it unloads a model after five minutes, and the next question pays for loading;
* ``options.num_ctx``: what does not fit into its default context is cut off at the front, and that
  is where the picture stands;
* ``think: false``: a model that thinks first has no first word in time.

Content in parts would become a message per part there; here a picture belongs to its message.
"""

from __future__ import annotations

from typing import Any

from msgspec import Raw

from articgw.backends.behind.instructions import ANSWER_SCHEMA
from articgw.backends.families import OLLAMA
from articgw.backends.ollama.hear import hear
from articgw.backends.openai_chat.speech import function_of
from articgw.backends.wire.body import PICTURE, QUESTION
from articgw.backends.wire.decoding import lines
from articgw.backends.wire.features import Asking, Menu, Wish
from articgw.backends.wire.speech import Speech, bearer
from articgw.tools.toolset import Round

KEEP_ALIVE = "30m"
CONTEXT_TOKENS, PICTURE_TOKENS = 8192, 1200
"""A picture of 1280x720 has 1200 at most where tokens go by size; the rest is room to answer. The
same for every question: another context is another load of the model."""


def wanted(wish: Wish) -> dict[str, object]:
    """Optional fields."""
    fields: dict[str, object] = {"keep_alive": KEEP_ALIVE, "think": False}
    fields["options"] = {
        "temperature": 0,
        "num_predict": wish.max_tokens,
        "num_ctx": CONTEXT_TOKENS + PICTURE_TOKENS * (wish.pictures - 1),
    }
    if wish.by == "schema":
        fields["format"] = ANSWER_SCHEMA
    if wish.by == "none":
        fields["logprobs"] = True
    if wish.toolset.tools and wish.toolset.may_call:
        fields["tools"] = [function_of(tool) for tool in wish.toolset.tools]
    return fields


MENU = Menu(
    wanted,
    mentioned_as={
        "think": r"\bthink(?:ing)?\b",
        "format": r"\bformat\b|json.?schema",
        "logprobs": r"\blogprobs\b",
        "keep_alive": r"\bkeep_alive\b",
        "tools": r"\btools?\b",
    },
    schema="format",
    tools="tools",
)


def _told(done: Round) -> list[dict[str, object]]:
    """A round, as messages; calls have no ids here, their order tells."""
    calls = [
        {"function": {"name": call.name, "arguments": Raw(call.arguments.encode())}}
        for call in done.calls
    ]
    said: dict[str, object] = {"role": "assistant", "content": done.text, "tool_calls": calls}
    results: list[dict[str, object]] = [
        {"role": "tool", "tool_name": call.name, "content": result.text}
        for call, result in zip(done.calls, done.results, strict=True)
    ]
    return [said, *results]


def request(model: str, system: str, asking: Asking) -> dict[str, Any]:
    """A request; pictures and question are marks."""
    messages: list[dict[str, object]] = [{"role": "system", "content": system}]
    for one in asking.layout.before:
        messages.append(
            {"role": "user", "images": [PICTURE] * len(one.pictures), "content": one.words}
        )
        messages.append({"role": "assistant", "content": one.answer})
    images = [PICTURE] * len(asking.layout.pictures)
    messages.append({"role": "user", "images": images, "content": QUESTION})
    messages += [one for done in asking.rounds for one in _told(done)]
    return {
        "model": model,
        "stream": True,
        **asking.fields,
        "messages": messages,
    }


def _endpoint(_model: str) -> str:
    return "chat"


OLLAMA_CHAT = Speech(OLLAMA, MENU, bearer, _endpoint, request, hear, decoder=lines)
