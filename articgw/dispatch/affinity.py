"""Which server still holds a session's prompt in its prefix cache, and how much of it.

A promise with an end: caches forget, and a session that is tied to a slow server is worse off than
one that pays for its prefill (Continuum, 2511.02230).
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

TTL_S = 60.0
MAX_SESSIONS = 4096


@dataclass(frozen=True, slots=True)
class Held:
    """What one server holds."""

    replica: int
    tokens: int
    until_t: float


class Affinity:
    """Of all sessions; the least recent are forgotten."""

    def __init__(self, ttl_s: float = TTL_S) -> None:
        self._ttl_s = ttl_s
        self._held: OrderedDict[str, Held] = OrderedDict()

    def on_answer(self, session: str, replica: int, cached_tokens: int, *, now: float) -> None:
        """The server said how much of the prompt it had cached."""
        if not session:
            return
        self._held[session] = Held(replica, cached_tokens, now + self._ttl_s)
        self._held.move_to_end(session)
        while len(self._held) > MAX_SESSIONS:
            self._held.popitem(last=False)

    def cached(self, session: str, replica: int, *, now: float) -> int:
        """Tokens of the session's next prompt that this server need not read again."""
        held = self._held.get(session)
        if held is None or held.replica != replica or now >= held.until_t:
            return 0
        return held.tokens
