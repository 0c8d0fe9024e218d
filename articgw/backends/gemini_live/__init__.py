"""Gemini's Live API over a WebSocket: a conversation per call, at most one frame a second.

backend.py  one question, top to bottom    line.py   a call's connection, and what outlives it
speech.py   the messages                   hear.py   what a message says
"""

from articgw.backends.gemini_live.backend import GeminiLiveBackend

__all__ = ["GeminiLiveBackend"]
