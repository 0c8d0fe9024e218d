"""A back end that says what it is told to: for tests of gateways, clients and other back ends.

It is a whole `Backend`: it streams, honours the deadline, can be cancelled, waits where the script
says so, and fails loudly when the script runs out.

    backend = ScriptedBackend([Turn("EXIT"), Turn(error=BackendUnavailable("busy", 2.0))])
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from dataclasses import dataclass

from artic_abr import ReadabilitySource
from articgw.backends.base import LookedAt, Prompt, Reply, Usage
from articgw.errors import BackendError, BackendRefused, BackendUnavailable
from articgw.frame import Frame
from articgw.tools.toolset import Wanted


@dataclass(frozen=True, slots=True)
class Turn:
    """What happens to one question."""

    text: str = ""
    """The answer, streamed word by word."""
    regions: tuple[LookedAt, ...] = ()
    readability: float | None = None
    error: BackendError | None = None
    """Raised after the text has been streamed, instead of a reply."""
    calls: tuple[Wanted, ...] = ()
    """Tools that it wants run first."""
    gate: asyncio.Event | None = None
    """The answer waits for it before its first word: a slow model, without a clock."""


Script = Iterable[Turn] | Callable[[Prompt], Turn]


class ScriptedBackend:
    """Answers from a list of turns, or from a function of the prompt."""

    model = "scripted"
    about = "A stand-in that repeats the question; it does not look at the picture."
    reads_ahead = True
    takes_tools = True
    warms = False
    """Set it, and prompts are read ahead of their questions (`warmed`)."""

    def __init__(self, script: Script, *, keep: int = 1000) -> None:
        self.prompts: list[Prompt] = []
        """The last ``keep`` questions that were asked."""
        self.glimpsed: list[Frame] = []
        """The last ``keep`` frames that were shown ahead of a question."""
        self.expected: list[Frame] = []
        """The last ``keep`` frames that came while a question was likely."""
        self.warmed: list[Prompt] = []
        """The last ``keep`` prompts that were read ahead of their questions."""
        self.warm_gate: asyncio.Event | None = None
        """Reading one ahead waits for it: a slow model, without a clock."""
        self.cancelled = 0
        """Questions whose asker left before the end."""
        self._keep = keep
        self._asked = self._shown = 0
        self._by_prompt = script if callable(script) else None
        self._turns: Iterator[Turn] = iter(() if callable(script) else script)

    async def start(self) -> None:
        """Nothing to do."""

    async def close(self) -> None:
        """Nothing to do."""

    async def look(self, frame: Frame) -> object | None:
        """Remembers the frame."""
        self._shown += 1
        self.glimpsed = [*self.glimpsed, frame][-self._keep :]
        return self._shown

    def expect(self, frame: Frame) -> None:
        """Remembers the frame."""
        self.expected = [*self.expected, frame][-self._keep :]

    async def warm(self, prompt: Prompt, *, deadline_s: float) -> Reply | None:
        """Remembers the prompt, and costs what a small one does."""
        self.warmed = [*self.warmed, prompt][-self._keep :]
        if self.warm_gate is not None:
            await self.warm_gate.wait()
        return Reply(text="", model=self.model, usage=Usage(input_tokens=10, output_tokens=1))

    async def asked(self, count: int) -> None:
        """Returns when ``count`` questions have arrived, answered or not."""
        while self._asked < count:
            await asyncio.sleep(0)

    async def ask(self, prompt: Prompt, *, deadline_s: float) -> AsyncGenerator[str | Reply]:
        """Plays the next turn. Raises `BackendRefused` when there is none."""
        self._asked += 1
        self.prompts = [*self.prompts, prompt][-self._keep :]
        turn = self._by_prompt(prompt) if self._by_prompt else next(self._turns, None)
        if turn is None:
            raise BackendRefused(f"the script has no turn for question {self._asked}")
        if turn.gate is not None:
            try:
                await asyncio.wait_for(turn.gate.wait(), deadline_s)
            except asyncio.CancelledError:
                self.cancelled += 1
                raise
            except TimeoutError:
                raise BackendUnavailable(f"no answer within {deadline_s:g} s") from None
        for word in turn.text.split(" ") if turn.text or not turn.calls else ():
            await asyncio.sleep(0)
            yield word + " "
        if turn.error is not None:
            raise turn.error
        yield Reply(
            text=turn.text,
            model=self.model,
            readability=turn.readability,
            readability_source=ReadabilitySource.VERBALISED
            if turn.readability is not None
            else ReadabilitySource.NONE,
            regions=turn.regions,
            calls=turn.calls,
        )


def echo(prompt: Prompt) -> Turn:
    """The script of `--backend scripted`: repeats the question, looks at the middle."""
    width_px, height_px = prompt.frame.size_px
    return Turn(
        f"You asked: {prompt.question} I was given a picture of {width_px} by {height_px} pixels.",
        regions=(LookedAt((0.35, 0.35, 0.65, 0.65), "the middle"),),
        readability=0.9,
    )
