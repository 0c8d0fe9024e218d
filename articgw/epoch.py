"""Which pictures stand in a call's prompts before the newest one. Without I/O.

Servers keep the prompts that they have read and go on where a new one begins to differ. So what was
sent stays as it was, and what is new comes behind it, until an epoch ends. Sliding by one picture
instead would make every prompt differ at its beginning.

    prompts of an epoch   a │ a b │ a b c │ a b c d     then   d e │ d e f │ d e f g
    why it ends           full    as many pictures as a prompt may have: the last questions stay
                          scene   something else is in view: nothing stays
                          old     nobody asked for `KEPT_S`: servers have forgotten it

A picture comes into it by a question, with what was asked and answered; or because the scene moved
on and nobody asked, so that a model can tell what was before. Of those the newest few wait until a
prompt takes them.
"""

from __future__ import annotations

from collections import deque

from articgw.backends.base import Shown
from articgw.frame import Frame

KEPT_S = 300.0
"""Vendors keep prompts for five minutes, and longer for more money."""
APART_S = 1.0
"""Between pictures that nobody asked about, and from the last of them to the newest."""
WAITING_S = 30.0
"""What was before that does not tell what has just happened."""


class Epoch:
    """Of one call. Times are s on one clock."""

    def __init__(self, most: int) -> None:
        """``most``: pictures in a prompt, the newest included; 1: no others."""
        self.number = 0
        """Counts epochs."""
        self._most = most
        self._sent: list[Shown] = []
        self._waiting: deque[Frame] = deque(maxlen=self._stay)
        self._asked_t = self._newest_t = float("-inf")

    @property
    def remembers(self) -> bool:
        """Whether prompts hold more than the newest picture."""
        return self._most > 1

    @property
    def _stay(self) -> int:
        """So many questions at most, so that two pictures go at the least."""
        return (self._most - 2) // 2 if self._most > 1 else 0

    def on_scene(self) -> None:
        """Something else is in view than before."""
        self._waiting.clear()
        self._end(0)

    def on_seen(self, frame: Frame) -> None:
        """The scene has moved on, and nobody asks."""
        last_t = self._waiting[-1].captured_t if self._waiting else self._newest_t
        if self._most > 1 and frame.captured_t - last_t >= APART_S:
            self._waiting.append(frame)

    def on_answer(self, frame: Frame, words: str, answer: str) -> None:
        """A prompt with ``frame`` as its newest picture was answered so."""
        if self._most > 1 and words and answer:
            self._sent.append(Shown(frame, words, answer))

    def earlier(self, newest: Frame, *, now: float) -> tuple[Shown, ...]:
        """What stands before ``newest`` in the prompt that is sent now."""
        if now - self._asked_t > KEPT_S:
            self._end(0)
        self._asked_t, self._newest_t = now, newest.captured_t
        waited = []
        while self._waiting and self._waiting[0].captured_t < newest.captured_t:
            frame = self._waiting.popleft()
            if APART_S <= newest.captured_t - frame.captured_t <= WAITING_S:
                waited.append(Shown(frame))
        if len(self._sent) + len(waited) >= self._most:
            self._end(self._stay)
        self._sent += waited
        return tuple(self._sent)

    def _end(self, stay: int) -> None:
        if self._sent:
            asked = [one for one in self._sent if one.words]
            self._sent = asked[max(0, len(asked) - stay) :]
            self.number += 1
