"""Claude, and whatever else speaks Anthropic's messages (vLLM does)."""

from articgw.backends.anthropic.backend import AnthropicBackend

__all__ = ["AnthropicBackend"]
