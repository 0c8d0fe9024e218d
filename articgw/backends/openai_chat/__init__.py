"""Any server that speaks OpenAI's chat completions: vLLM, llama.cpp, SGLang, OpenAI and the rest.

speech.py   the request, and what in it may be left out
chunk.py    the shape of a response's events    hear.py   what they say
backend.py  the name under which it is used; all else is `articgw.backends.wire`
"""

from articgw.backends.openai_chat.backend import OpenAIChatBackend
from articgw.backends.wire.target import Target, parse

__all__ = ["OpenAIChatBackend", "Target", "parse"]
