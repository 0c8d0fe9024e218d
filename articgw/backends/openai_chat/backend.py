"""A model behind OpenAI's chat completions."""

from __future__ import annotations

from articgw.backends.openai_chat.speech import CHAT
from articgw.backends.wire.served import ServedBackend


class OpenAIChatBackend(ServedBackend):
    """Answers from any server of chat completions. See `articgw.backends.base.Backend`."""

    speech = CHAT
