"""What a back end is: something that is asked about one picture and answers in words.

The text of the answer comes first, in pieces, so that the first word is not delayed; the `Reply`
that ends the stream carries the whole text and what rode along with it: where the model looked and
how well it could read there.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Protocol

from artic_abr import ReadabilitySource
from artic_codecs import Box
from articgw.frame import Frame
from articgw.tools.toolset import NO_TOOLS, Toolset, Wanted


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture that stands in a prompt before the newest one."""

    frame: Frame
    words: str = ""
    """What was asked about it, and about those before it, as the model was asked; empty: nobody
    did."""
    answer: str = ""
    """What the model wrote then: `Reply.written`."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question and the picture it is about."""

    question: str
    frame: Frame
    """The look: the newest frame at the time of the question."""
    glimpse: object | None = None
    """What `Backend.look` last returned for this call; only that back end knows what it is."""
    first_turn: bool = False
    """True for the first question of a call: the model may introduce itself."""
    objects: str = ""
    """What a detector of the gateway sees just now, as "2 person, 1 cup"; empty: it does not look,
    or not lately. See `words`."""
    session: str = ""
    """Whose question it is, for fairness and for caches that hold its frames; no name and no
    secret. Empty: nobody's."""
    toolset: Toolset = NO_TOOLS
    """What the model may ask for, and what came of it so far in this answer."""

    moments: int = 1
    """So many moments of one film stand in the picture, row by row, the newest last."""
    earlier: tuple[Shown, ...] = ()
    """What the model was shown before, oldest first (`articgw.epoch`); not for back ends that
    remember by themselves, or cannot."""

    @property
    def words(self) -> str:
        """The question, and what may help a model with it."""
        words = self.question
        if self.moments > 1:
            words += f"\n\n(The picture shows {self.moments} moments, row by row, the newest last.)"
        if self.objects:
            words += f"\n\n(Objects in view, by a detector that may err: {self.objects}.)"
        return words


@dataclass(frozen=True, slots=True)
class LookedAt:
    """One part of the picture that the answer rests on."""

    box: Box
    """Fractions of `Prompt.frame`."""
    label: str
    """What is there, for people: the text that was read, or the name of the object."""
    text_height_px: float | None = None
    """Height of the text in pixels of that frame, where it is text."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What the answer cost. Zero where the back end has no such notion."""

    input_tokens: int = 0
    visual_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """The end of an answer."""

    text: str
    """The whole answer."""
    model: str
    finish: str = "stop"
    """stop, length, or unknown (the model says it cannot answer this)."""
    readability: float | None = None
    """0..1: could the pixels that matter be read?"""
    readability_source: ReadabilitySource = ReadabilitySource.NONE
    regions: tuple[LookedAt, ...] = ()
    """Where the evidence is, most important first; empty where the model cannot tell."""
    usage: Usage = field(default_factory=Usage)
    written: str = ""
    """All that the model wrote, with what rides behind the text; empty: the text."""
    calls: tuple[Wanted, ...] = ()
    """Tools that the model wants run before it goes on; then the text may be empty."""


class Backend(Protocol):
    """The contract. Failures are `articgw.errors.BackendError`, never anything else."""

    @property
    def model(self) -> str:
        """Name of the model, as shown to people."""

    @property
    def about(self) -> str:
        """One honest sentence on what it can and cannot do."""

    @property
    def reads_ahead(self) -> bool:
        """Whether `look` does anything: frames that nobody asks about are decoded for it only."""

    @property
    def takes_tools(self) -> bool:
        """Whether `Prompt.toolset` is told to the model; others never ask for one."""

    @property
    def warms(self) -> bool:
        """Whether `warm` does anything just now."""

    async def start(self) -> None:
        """Make ready; may be called again. Raises `BackendUnavailable` where that is impossible."""

    async def look(self, frame: Frame) -> object | None:
        """Read ahead while nothing is asked; the result comes back in `Prompt.glimpse`.

        Returns None where the back end does not read ahead, or is busy.
        """

    def expect(self, frame: Frame) -> None:
        """The newest frame, while a question is likely: begin with what needs no question.

        Returns at once and bounds its own work; a frame may go by unheeded.
        """

    async def warm(self, prompt: Prompt, *, deadline_s: float) -> Reply | None:
        """Have the model read all of a prompt that stands before its question, so that the question
        need not wait for that; the reply says what it cost, and its text is nothing.

        None where there is no time for it now. Raises `BackendError`; cancelling stops the model.
        """

    def ask(self, prompt: Prompt, *, deadline_s: float) -> AsyncGenerator[str | Reply]:
        """Yield the answer's text in pieces, then exactly one `Reply`.

        Closing the iterator early cancels the work. Raises `BackendUnavailable` when
        ``deadline_s`` seconds have passed.
        """

    async def close(self) -> None:
        """Let go of processes and connections. May be called twice."""
