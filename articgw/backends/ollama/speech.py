"""Ollama's own chat as a value, for what its OpenAI-compatible API cannot say:

* ``keep_alive``: it unloads a model after five minutes, and the next question pays for loading;
* ``options.num_ctx``: what does not fit into its default context is cut off at the front, and that
  is where the picture stands;
* ``think: false``: a model that thinks first has no first word in time.

Content in parts would become a message per part there; here a picture belongs to its message.
"""

from __future__ import annotations

from typing import Any

from articgw.backends.behind.instructions import ANSWER_SCHEMA
from articgw.backends.families import OLLAMA
from articgw.backends.ollama.hear import hear
from articgw.backends.wire.body import PICTURE, QUESTION
from articgw.backends.wire.decoding import lines
from articgw.backends.wire.features import Asking, Menu, Wish
from articgw.backends.wire.speech import Speech, bearer

KEEP_ALIVE = "30m"
CONTEXT_TOKENS = 8192
"""A picture of 1280x720 has 1200 at most where tokens go by size; the rest is room to answer."""


def wanted(wish: Wish) -> dict[str, object]:
    """Optional fields."""
    fields: dict[str, object] = {"keep_alive": KEEP_ALIVE, "think": False}
    fields["options"] = {
        "temperature": 0,
        "num_predict": wish.max_tokens,
        "num_ctx": CONTEXT_TOKENS,
    }
    if wish.by == "schema":
        fields["format"] = ANSWER_SCHEMA
    if wish.by == "none":
        fields["logprobs"] = True
    return fields


MENU = Menu(
    wanted,
    mentioned_as={
        "think": r"\bthink(?:ing)?\b",
        "format": r"\bformat\b|json.?schema",
        "logprobs": r"\blogprobs\b",
        "keep_alive": r"\bkeep_alive\b",
    },
    schema="format",
)


def request(model: str, system: str, asking: Asking) -> dict[str, Any]:
    """A request; picture and question are marks."""
    return {
        "model": model,
        "stream": True,
        **asking.fields,
        "messages": [
            {"role": "system", "content": system},
            {"role": "user", "images": [PICTURE], "content": QUESTION},
        ],
    }


def _endpoint(_model: str) -> str:
    return "chat"


OLLAMA_CHAT = Speech(OLLAMA, MENU, bearer, _endpoint, request, hear, decoder=lines)
