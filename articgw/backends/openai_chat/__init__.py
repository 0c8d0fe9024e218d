"""Any server that speaks OpenAI's chat completions: vLLM, llama.cpp, Ollama, OpenAI and the rest.

backend.py    one question, top to bottom; read it first
target.py     which model, where            opening.py   the request, one safe retry, degrading
body.py       the request's bytes           stream.py    the response's bytes, with an end to waits
answer.py     chunks in, text out           faults.py    what went wrong, in words and types
"""

from articgw.backends.openai_chat.backend import OpenAIChatBackend
from articgw.backends.openai_chat.target import Target, parse

__all__ = ["OpenAIChatBackend", "Target", "parse"]
