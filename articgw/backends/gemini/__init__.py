"""Gemini, by generateContent."""

from articgw.backends.gemini.backend import GeminiBackend

__all__ = ["GeminiBackend"]
