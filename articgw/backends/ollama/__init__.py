"""Ollama, by its own API: what its OpenAI-compatible one cannot say is what makes it fast here."""

from articgw.backends.ollama.backend import OllamaBackend

__all__ = ["OllamaBackend"]
