"""Does anybody ask, or are they about to?

A model looks when it is asked. Between questions a frame a second is enough to read ahead, and the
rest of the uplink, the battery and the decoder's time are saved. The holds below are longer than
the pauses within one conversation, so that a second question does not find the call asleep.
"""

from __future__ import annotations

WARM_UP_S = 8.0
"""From the start of a call: people ask at once, and the link is not known yet."""
TYPING_S = 6.0
"""Without another key by then, the question was given up."""
AFTER_ANSWER_S = 4.0
NEXT_QUESTION_S = 10.0
"""An answer is read and thought about. Good pictures go on coming for less, as they cost the
uplink; what costs only a thread's time may be kept ready for as long."""


class Attention:
    """One call."""

    def __init__(self, *, now: float) -> None:
        self._until_t = now + WARM_UP_S
        self._next_until_t = self._typing_until_t = now
        self._open = 0

    def on_typing(self, *, now: float) -> None:
        """A question is being written."""
        self._until_t = max(self._until_t, now + TYPING_S)
        self._next_until_t = max(self._next_until_t, now + TYPING_S)
        self._typing_until_t = now + TYPING_S

    def on_question(self) -> None:
        """A question is open until it ends."""
        self._open += 1
        self._typing_until_t = float("-inf")

    def on_end(self, *, now: float) -> None:
        """A question has ended, answered or not."""
        self._open = max(0, self._open - 1)
        self._until_t = max(self._until_t, now + AFTER_ANSWER_S)
        self._next_until_t = max(self._next_until_t, now + NEXT_QUESTION_S)

    @property
    def is_open(self) -> bool:
        """True while a question is open."""
        return self._open > 0

    def types(self, *, now: float) -> bool:
        """True while a question is being written."""
        return now < self._typing_until_t

    def asked(self, *, now: float) -> bool:
        """True while pictures are wanted as good as they come."""
        return self._open > 0 or now < self._until_t

    def expects(self, *, now: float) -> bool:
        """True while a question is likely: it is being written, or follows on another."""
        return self._open > 0 or now < self._next_until_t
