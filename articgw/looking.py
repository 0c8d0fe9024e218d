"""A model looks at a frame for a question, and, where that could not be read, at a sharp still.

    prompt ─▶ backend.ask ─▶ text in pieces ─▶ tell
                   ├─▶ wants tools ─▶ kit ─▶ asked again, with what they said
                   └─▶ Reply ─▶ Look(regions, readability) ── unread ──▶ still, or more rate?
                                     ▲                                        │ still
                                     └──────────── asked again ◀──────────────┘

The still is shown once per question, where it takes less of the link than raising the stream; where
it reads worse, or does not come, the first look holds and the stream is raised instead. What tools
said for the first look is told to the second, and none is run twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

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
from articgw.tools.kit import Kit
from articgw.tools.rounds import Rounds
from articgw.tools.toolset import Round

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
    rounds: tuple[Round, ...]
    """What tools said."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer."""

    reply: Reply
    first_text_t: float | None
    rounds: tuple[Round, ...]


class Looking:
    """Of one call."""

    def __init__(
        self,
        backend: Backend,
        slot: FrameSlot,
        steering: Steering,
        stills: Stills,
        journal: Journal,
        kit: Kit,
        clock: Callable[[], float],
        *,
        deadline_s: float,
    ) -> None:
        self.told: Told | None = None
        """What the sender last said of its picture."""
        self._backend, self._slot, self._steering = backend, slot, steering
        self._stills, self._journal, self._clock = stills, journal, clock
        self._kit, self._deadline_s = kit, deadline_s

    async def at(self, question_id: str, prompt: Prompt, looked_t: float, tell: Tell) -> Look:
        """Ask, and tell the answer as it comes. Raises `BackendError`."""
        said = await self._stream(question_id, prompt, tell)
        return self._judged(question_id, said, prompt.frame, looked_t, self.told)

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
            said = await self._stream(ask.id, prompt, tell, first.rounds)
        except (StillError, BackendError) as error:
            self._journal.on_still(ask.id, "failed", str(error), now=self._clock())
            return None
        second = self._judged(ask.id, said, frame, looked_t, None)
        holds = as_good(second.readability.value, first.readability.value)
        outcome = "answered" if holds else "worse"
        self._journal.on_still(ask.id, outcome, size_bytes=size_bytes, now=self._clock())
        return second if holds else None

    def _judged(
        self,
        question_id: str,
        said: Said,
        frame: Frame,
        looked_t: float,
        told: Told | None,
    ) -> Look:
        reply = said.reply
        now, frame_t = self._clock(), frame.captured_t
        regions = regions_for(reply, frame_t=frame_t, now=now)
        asked = regions or self._steering.regions
        seen = look_quality(frame.coded, asked, told, looked_t=looked_t)
        read = readability_of(reply, seen, question_id=question_id, frame_t=frame_t, now=now)
        return Look(reply, frame, looked_t, said.first_text_t, regions, read, said.rounds)

    async def _stream(
        self, question_id: str, prompt: Prompt, tell: Tell, before: Sequence[Round] = ()
    ) -> Said:
        """Ask, run the tools that are wanted, and ask again, until there is an answer."""
        ends_t, left_s = self._clock() + self._deadline_s, self._deadline_s
        offered, tool_s = self._kit.offered, self._kit.tool_s
        rounds = Rounds(offered, ends_t=ends_t, tool_s=tool_s, before=before)
        first_text_t: float | None = None
        while True:
            asked = replace(prompt, toolset=rounds.toolset(now=self._clock()))
            reply: Reply | None = None
            answer = self._backend.ask(asked, deadline_s=left_s)
            between = "\n" if rounds.has_text else ""
            async with aclosing(answer) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Reply):
                        reply = piece
                        break
                    first_text_t = first_text_t or self._clock()
                    tell(AnswerDelta(id=question_id, text=between + piece))
                    between = ""
            if reply is None:
                raise BackendGarbled("The model stopped before its answer was complete.", raw="")
            self._journal.on_reply(question_id, reply, now=self._clock())
            steps = rounds.on_reply(reply, now=self._clock())
            results = await self._kit.run(question_id, steps)
            if rounds.is_over:
                return Said(rounds.whole(), first_text_t, rounds.rounds)
            rounds.on_results(results)
            left_s = max(0.1, round(ends_t - self._clock(), 1))
