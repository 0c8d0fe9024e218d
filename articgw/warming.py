"""While a question is being typed, the model reads the newest picture ahead.

    frame, while somebody types ─▶ one at a time, as the back end has time ─▶ backend.warm
    question ─▶ does what was read stand for the newest frame? ─yes─▶ it is the look

What was read stands for the newest frame where it is hardly older and shows the same: then the
question pays for its own words only. Else it is dropped, and the newest frame is the look as ever.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import numpy as np

from artic_perception.sampler import CHANGED_LUMA
from articgw.backends import Backend, Prompt
from articgw.errors import BackendError
from articgw.frame import Frame
from articgw.journal import Journal
from articgw.metrics import Ahead

log = logging.getLogger(__name__)

STANDS_S = 0.7
"""So much older than the newest frame a look may be: less than the time from the last key that was
typed to when an answer can be read."""
LOCAL_LUMA, LOCAL_SHARE = 25, 0.002
"""Where more samples than that share moved by more, something small is not what it was."""
EVERY_S = 0.5
MOST = 12
"""For one question: who types for long pays no more."""
FORGOTTEN_S = 10.0
"""Without a key for so long it is another question."""
DEADLINE_S = 5.0
WAIT_S = 2.0
"""For what is being read when the question comes: it would have to be read all the same."""


class Warming:
    """Of one call."""

    def __init__(self, backend: Backend, journal: Journal, clock: Callable[[], float]) -> None:
        self._backend, self._journal, self._clock = backend, journal, clock
        self._running: tuple[Frame, asyncio.Task[None]] | None = None
        self._ready: Frame | None = None
        self._began_t = float("-inf")
        self._count = 0

    def on_frame(self, frame: Frame, prompt_of: Callable[[Frame], Prompt]) -> None:
        """The newest frame, while a question is being typed; returns at once."""
        now = self._clock()
        if self._running is not None or now - self._began_t < EVERY_S or not self._backend.warms:
            return
        if now - self._began_t > FORGOTTEN_S:
            self._count = 0
        ready = self._ready
        still_good = ready is not None and stands_for(ready, frame, within_s=STANDS_S / 2)
        if self._count >= MOST or still_good:
            return
        self._count, self._began_t = self._count + 1, now
        self._running = frame, asyncio.create_task(self._read(frame, prompt_of(frame)))

    async def look(self, newest: Frame | None) -> Frame | None:
        """The frame that the model has read, where it stands for ``newest``; None: for no other.

        To be asked for each question once: what was read before it is of no use behind it.
        """
        self._count = 0
        if newest is None:
            self.stop()
            return None
        ready, running = self._ready, self._running
        stands = ready is not None and stands_for(ready, newest)
        if not stands and running is not None and stands_for(running[0], newest):
            await asyncio.wait({running[1]}, timeout=WAIT_S)
            ready = self._ready
        self.stop()
        if ready is None or not stands_for(ready, newest):
            return None
        self._journal.on_warm("used", now=self._clock())
        return ready

    async def close(self) -> None:
        """Nothing more will be asked."""
        running = self._running
        self.stop()
        if running is not None:
            await asyncio.gather(running[1], return_exceptions=True)

    def stop(self) -> None:
        """What is being read is not wanted."""
        self._ready = None
        if self._running is not None:
            self._running[1].cancel()

    async def _read(self, frame: Frame, prompt: Prompt) -> None:
        began_t, reply = self._clock(), None
        outcome: Ahead = "cancelled"
        try:
            reply = await self._backend.warm(prompt, deadline_s=DEADLINE_S)
            outcome = "busy" if reply is None else "read"
            self._ready = frame if reply is not None else self._ready
        except BackendError as error:
            outcome = "failed"
            log.warning("reading ahead failed: %s", error)
        except Exception:
            outcome = "failed"
            log.exception("reading ahead broke")
        finally:
            now = self._clock()
            self._running = None
            self._journal.on_warm(outcome, reply, frame=frame, took_s=now - began_t, now=now)


def stands_for(older: Frame, newest: Frame, *, within_s: float = STANDS_S) -> bool:
    """Whether a look at ``older`` is as good as one at ``newest``."""
    if newest is older:
        return True
    if not 0 <= newest.captured_t - older.captured_t <= within_s:
        return False
    one, other = older.thumbnail(), newest.thumbnail()
    if one.shape != other.shape or older.window != newest.window:
        return False
    moved = np.abs(one.astype(np.int16) - other)
    is_local = float((moved > LOCAL_LUMA).mean()) > LOCAL_SHARE
    return float(moved.mean()) < CHANGED_LUMA and not is_local
