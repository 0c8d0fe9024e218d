"""Pictures made before they are asked for.

Making one takes longer than all else between a question and its request, so while a question is
expected the newest frame's is made at once, and the question finds it there. One at a time for all
calls of the back end, with rests in between; whose was not made in advance gets it made when asked.
"""

from __future__ import annotations

import asyncio
from weakref import WeakKeyDictionary

from articgw.backends.pictures.picture import Picture, picture_of
from articgw.backends.sizing.profiles import UNKNOWN, Profile
from articgw.backends.sizing.sized import sized
from articgw.frame import Frame
from articgw.picture_pool import in_turn

REST = 2.0
"""Rests twice as long as it works: a third of a core at most goes into pictures nobody may want."""


class Pictures:
    """Of one back end."""

    def __init__(
        self, longest_px: int, profile: Profile = UNKNOWN, budget_tokens: int | None = None
    ) -> None:
        """``profile`` is how the model sees; a picture costs at most ``budget_tokens`` there."""
        self._longest_px, self._profile, self._budget_tokens = longest_px, profile, budget_tokens
        self._made: WeakKeyDictionary[Frame, asyncio.Task[Picture]] = WeakKeyDictionary()
        self._ahead: asyncio.Task[Picture] | None = None
        self._rests_until_t = 0.0

    def expect(self, frame: Frame, *, now: float) -> None:
        """Begin with ``frame``, unless at work or at rest. ``now`` in s of the loop's clock."""
        if now < self._rests_until_t or self._ahead is not None:
            return
        if frame not in self._made:
            self._ahead = self._begin(frame)
            self._ahead.add_done_callback(lambda task: self._rest(task, began_t=now))

    async def of(self, frame: Frame) -> Picture:
        """The picture of ``frame``: made, in the making, or made now."""
        return await asyncio.shield(self._made.get(frame) or self._begin(frame))

    async def close(self) -> None:
        """Wait for what is in the making: a thread cannot be stopped."""
        await asyncio.gather(*self._made.values(), return_exceptions=True)

    def _begin(self, frame: Frame) -> asyncio.Task[Picture]:
        size = sized(
            frame.size_px,
            self._profile,
            longest_px=self._longest_px,
            budget_tokens=self._budget_tokens,
        )
        making = asyncio.create_task(in_turn(picture_of, frame, size.size_px, size.detail))
        self._made[frame] = making
        return making

    def _rest(self, task: asyncio.Task[Picture], *, began_t: float) -> None:
        self._ahead, now = None, task.get_loop().time()
        self._rests_until_t = now + REST * (now - began_t)
        if not task.cancelled():
            task.exception()
