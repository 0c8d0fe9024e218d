"""OpenAI's Realtime API over a WebSocket, for questions about a frame.

backend.py  one question, top to bottom
speech.py   the request    hear.py  what an event says
"""

from articgw.backends.realtime.backend import RealtimeBackend

__all__ = ["RealtimeBackend"]
