"""One answer: events in, text out, and at the end the `Reply`. Without I/O.

The text is what the person sees: no white space before it, nothing of what rides behind it, and not
more than a message on the data channel can hold.
"""

from __future__ import annotations

from collections.abc import Callable

from artic_abr import ReadabilitySource
from articgw.backends.base import Reply, Usage
from articgw.backends.behind.boxes import Convention
from articgw.backends.behind.carrier import Carrier
from articgw.backends.behind.confidence import confidence
from articgw.backends.behind.evidence import evidence_in
from articgw.backends.wire.called import Called
from articgw.backends.wire.faults import Faults
from articgw.backends.wire.heard import End, Heard, more_of
from articgw.errors import BackendError

MAX_TEXT_CHARS = 12_000
"""Of an answer: with four bytes each, less than the 64 KiB that a data channel takes at once."""
MAX_WRITTEN_CHARS = 2 * MAX_TEXT_CHARS
"""Text and what rides behind it; of more, only the text is told to the model again."""
MAX_WORDS_KEPT = 64


class Answer:
    """Fed by `take` until `complete`, then ended by `end`."""

    def __init__(
        self,
        carrier: Carrier,
        faults: Faults,
        hear: Callable[[bytes], Heard],
        *,
        may_be_empty: bool = False,
    ) -> None:
        """``hear`` reads an event of the server's family, or raises `ValueError`."""
        self.done = False
        """The server has said that nothing more will come."""
        self.full = False
        """The answer is longer than can be shown; the rest is not wanted."""
        self.finish: End = ""
        """stop or length, once the model has finished."""
        self._carrier = carrier
        self._faults = faults
        self._hear = hear
        self._may_be_empty = may_be_empty
        self._text, self._written = "", ""
        self._begun = False
        self._refusal = ""
        self._usage = Usage()
        self._words: list[tuple[str, float]] = []
        self._called = Called()

    @property
    def begun(self) -> bool:
        """True once there is text to show."""
        return bool(self._text)

    @property
    def complete(self) -> bool:
        """True where nothing more need be read."""
        return self.done or self.full

    def take(self, data: bytes) -> str:
        """One event: the text to show now. Raises `BackendError`."""
        if self.complete:
            return ""
        try:
            heard = self._hear(data)
        except ValueError as error:
            raise self._faults.garbled(data) from error
        return self.on(heard)

    def on(self, heard: Heard) -> str:
        """The same for an event that has been read already."""
        if heard.complaint is not None:
            raise self._faults.in_stream(heard.complaint)
        self._begun = self._begun or heard.is_part
        if heard.usage is not None:
            self._usage = more_of(self._usage, heard.usage)
        if heard.refusal:
            self._refusal += heard.refusal
        if heard.words and len(self._words) < MAX_WORDS_KEPT:
            self._words += heard.words
        for piece in heard.calls:
            self._called.take(piece)
        if len(self._written) <= MAX_WRITTEN_CHARS:
            self._written += heard.text
        shown = self._show(self._carrier.feed(heard.text)) if heard.text else ""
        if heard.end == "filtered":
            raise self._faults.filtered()
        if heard.end == "broken":
            raise self._faults.broke_off()
        self.finish = heard.end or self.finish
        self.done = heard.done
        return shown

    def end(self) -> str:
        """Nothing more will come: the rest of the text. Raises `BackendError` if it is cut off."""
        rest = self._show(self._carrier.end())
        if not (self.finish or self.complete):
            raise self._faults.broke_off() if self._begun else self._faults.garbled(b"")
        if not (self.begun or self._called.calls or self._may_be_empty):
            raise self._faults.refused(self._refusal) if self._refusal else self._wordless()
        return rest

    def reply(self, model: str, convention: Convention, size_px: tuple[int, int]) -> Reply:
        """The whole answer, about a picture of ``size_px``."""
        evidence = evidence_in(self._carrier.evidence, convention, size_px)
        readability, source = evidence.readability, ReadabilitySource.VERBALISED
        if readability is None:
            readability, source = confidence(self._words), ReadabilitySource.LOGPROBS
        if readability is None:
            source = ReadabilitySource.NONE
        return Reply(
            text=self._text.rstrip(),
            model=model,
            finish="length" if self.full else self.finish or "stop",
            readability=readability,
            readability_source=source,
            regions=evidence.regions,
            usage=self._usage,
            written=self._written if len(self._written) <= MAX_WRITTEN_CHARS else "",
            calls=self._called.calls,
        )

    def _show(self, text: str) -> str:
        if not self._text:
            text = text.lstrip()
        room = MAX_TEXT_CHARS - len(self._text)
        self.full = self.full or len(text) > room
        text = text[:room]
        self._text += text
        return text

    def _wordless(self) -> BackendError:
        return self._faults.spent() if self.finish == "length" else self._faults.empty()
