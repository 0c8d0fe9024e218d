"""A model behind Ollama's own chat."""

from __future__ import annotations

from articgw.backends.ollama.speech import OLLAMA_CHAT
from articgw.backends.wire.served import ServedBackend


class OllamaBackend(ServedBackend):
    """Answers from an Ollama. See `articgw.backends.base.Backend`."""

    speech = OLLAMA_CHAT
