"""A model behind Anthropic's messages."""

from __future__ import annotations

from articgw.backends.anthropic.speech import MESSAGES
from articgw.backends.wire.served import ServedBackend


class AnthropicBackend(ServedBackend):
    """Answers from a server of messages. See `articgw.backends.base.Backend`."""

    speech = MESSAGES
