"""A model looks at a frame for a question, and, where that could not be read, at a sharp still.

    prompt ─▶ backend.ask ─▶ text in pieces ─▶ tell
                   └─▶ Reply ─▶ Look(regions, readability) ── unread ──▶ still, or more rate?
                                     ▲                                        │ still
                                     └──────────── asked again ◀──────────────┘

The still is shown once per question, where it takes less of the link than raising the stream; where
it reads worse, or does not come, the first look holds and the stream is raised instead.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass

from artic_abr import Readability
from artic_codecs import Region
from articgw.backends import Backend, Prompt, Reply
from articgw.errors import BackendError, BackendGarbled
from articgw.feedback import readability_of, regions_for
from articgw.frame import Frame
from articgw.journal import Journal
from articgw.look_quality import Told, look_quality
from articgw.protocol import AnswerDelta, Ask, GatewayMessage
from articgw.slot import FrameSlot
from articgw.steering import Steering
from articgw.still_parts import StillError
from articgw.stills import WAIT_S, Stills, as_good, region_of

Tell = Callable[[GatewayMessage], None]


@dataclass(frozen=True, slots=True)
class Look:
    """What a model said of one frame, and what that rests on."""

    reply: Reply
    frame: Frame
    looked_t: float
    first_text_t: float | None
    regions: tuple[Region, ...]
    readability: Readability


class Looking:
    """Of one call."""

    def __init__(
        self,
        backend: Backend,
        slot: FrameSlot,
        steering: Steering,
        stills: Stills,
        journal: Journal,
        clock: Callable[[], float],
        *,
        deadline_s: float,
    ) -> None:
        self.told: Told | None = None
        """What the sender last said of its picture."""
        self._backend, self._slot, self._steering = backend, slot, steering
        self._stills, self._journal, self._clock = stills, journal, clock
        self._deadline_s = deadline_s

    async def at(self, question_id: str, prompt: Prompt, looked_t: float, tell: Tell) -> Look:
        """Ask, and tell the answer as it comes. Raises `BackendError`."""
        reply, first_text_t = await self._stream(question_id, prompt, tell)
        return self._judged(question_id, reply, prompt.frame, looked_t, first_text_t, self.told)

    async def closer(self, ask: Ask, first: Look, tell: Tell, *, session: str) -> Look | None:
        """The same question about a still; None where there is none, or it shows less."""
        aimed = self._steering.regions[0].box if self._steering.regions else None
        region, size_px = region_of(first.reply, aimed), first.frame.size_px
        choice = self._steering.weigh_still(first.readability, region, size_px, now=self._clock())
        if choice is None or not choice.still:
            return None
        try:
            newest = self._slot.current
            frame, size_bytes = await self._stills.fetch(region, newest, within_s=WAIT_S)
            looked_t = self._clock()
            tell(AnswerDelta(id=ask.id, text="\n"))
            prompt = Prompt(ask.text, frame, session=session)
            reply, first_text_t = await self._stream(ask.id, prompt, tell)
        except (StillError, BackendError) as error:
            self._journal.on_still(ask.id, "failed", str(error), now=self._clock())
            return None
        second = self._judged(ask.id, reply, frame, looked_t, first_text_t, None)
        holds = as_good(second.readability.value, first.readability.value)
        outcome = "answered" if holds else "worse"
        self._journal.on_still(ask.id, outcome, size_bytes=size_bytes, now=self._clock())
        return second if holds else None

    def _judged(
        self,
        question_id: str,
        reply: Reply,
        frame: Frame,
        looked_t: float,
        first_text_t: float | None,
        told: Told | None,
    ) -> Look:
        now, frame_t = self._clock(), frame.captured_t
        regions = regions_for(reply, frame_t=frame_t, now=now)
        asked = regions or self._steering.regions
        seen = look_quality(frame.coded, asked, told, looked_t=looked_t)
        read = readability_of(reply, seen, question_id=question_id, frame_t=frame_t, now=now)
        return Look(reply, frame, looked_t, first_text_t, regions, read)

    async def _stream(
        self, question_id: str, prompt: Prompt, tell: Tell
    ) -> tuple[Reply, float | None]:
        first_text_t: float | None = None
        answer = self._backend.ask(prompt, deadline_s=self._deadline_s)
        async with aclosing(answer) as pieces:
            async for piece in pieces:
                if isinstance(piece, Reply):
                    self._journal.on_reply(question_id, piece, now=self._clock())
                    return piece, first_text_t
                first_text_t = first_text_t or self._clock()
                tell(AnswerDelta(id=question_id, text=piece))
        raise BackendGarbled("The model stopped before its answer was complete.", raw="")
