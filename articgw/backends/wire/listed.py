"""What kind of server this is, as far as its list of models tells.

vLLM, SGLang, llama.cpp and Ollama name themselves there as the owner of each model; clouds, and
routers in front of others, name somebody else. Who runs one of these pays for a machine and not for
tokens.
"""

from __future__ import annotations

import json

OWN = frozenset({"vllm", "sglang", "llamacpp", "library"})
"""Owners by which servers of one's own are known; "library" is Ollama's."""
NAMES_PICTURES = frozenset({"vllm"})
"""Those that keep pictures under a name. Others pass over the name, and would then answer without
having seen the picture; so nobody else is tried."""


def owner_in(body: bytes) -> str:
    """Of the first model of the list; empty where there is none."""
    try:
        listed = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    models = listed.get("data") if isinstance(listed, dict) else None
    first = models[0] if isinstance(models, list) and models else None
    owner = first.get("owned_by") if isinstance(first, dict) else None
    return owner if isinstance(owner, str) else ""
