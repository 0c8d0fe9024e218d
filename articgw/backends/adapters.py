"""The adapter of each family, imported when it is chosen."""

from __future__ import annotations

import importlib
from collections.abc import Callable

from articgw.backends.base import Backend
from articgw.backends.families import Family

_ADAPTERS = {
    "openai": ("openai_chat", "OpenAIChatBackend"),
    "anthropic": ("anthropic", "AnthropicBackend"),
    "gemini": ("gemini", "GeminiBackend"),
    "gemini-live": ("gemini_live", "GeminiLiveBackend"),
    "ollama": ("ollama", "OllamaBackend"),
    "realtime": ("realtime", "RealtimeBackend"),
}


def adapter_for(family: Family) -> Callable[..., Backend]:
    """What makes a back end of a `Target` of that family; all take the same options."""
    module, name = _ADAPTERS[family.name]
    adapter: Callable[..., Backend] = getattr(
        importlib.import_module(f"articgw.backends.{module}"), name
    )
    return adapter
