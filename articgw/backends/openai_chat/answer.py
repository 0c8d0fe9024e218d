"""One answer: chunks in, text out, and at the end the `Reply`. Without I/O.

The text is what the person sees: no white space before it, nothing of what rides behind it, and not
more than a message on the data channel can hold.
"""

from __future__ import annotations

from artic_abr import ReadabilitySource
from articgw.backends.base import Reply, Usage
from articgw.backends.openai_chat.boxes import Convention
from articgw.backends.openai_chat.carrier import Carrier
from articgw.backends.openai_chat.chunk import Choice, Spent, chunk_in
from articgw.backends.openai_chat.complaint import complaint_of
from articgw.backends.openai_chat.confidence import confidence
from articgw.backends.openai_chat.evidence import evidence_in
from articgw.backends.openai_chat.faults import Faults
from articgw.errors import BackendError

MAX_TEXT_CHARS = 12_000
"""Of an answer: with four bytes each, less than the 64 KiB that a data channel takes at once."""
MAX_WORDS_KEPT = 64
_LAST = b"[DONE]"


class Answer:
    """Fed by `take` until `complete`, then ended by `end`."""

    def __init__(self, carrier: Carrier, faults: Faults) -> None:
        self.done = False
        """The server has said that nothing more will come."""
        self.full = False
        """The answer is longer than can be shown; the rest is not wanted."""
        self.finish = ""
        """stop or length, once the model has finished."""
        self._carrier = carrier
        self._faults = faults
        self._text = ""
        self._chunks = 0
        self._refusal = ""
        self._spent = Spent()
        self._words: list[tuple[str, float]] = []

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
        if data.strip() == _LAST:
            self.done = True
            return ""
        try:
            chunk = chunk_in(data)
        except ValueError as error:
            raise self._faults.garbled(data) from error
        if chunk.complaint is not None:
            raise self._faults.in_stream(complaint_of(chunk.complaint))
        self._chunks += bool(chunk.choices)
        self._spent = chunk.usage or self._spent
        for choice in chunk.choices or ():
            if not choice.index:
                return self._hear(choice)
        return ""

    def end(self) -> str:
        """Nothing more will come: the rest of the text. Raises `BackendError` if it is cut off."""
        rest = self._show(self._carrier.end())
        if not (self.finish or self.complete):
            raise self._faults.broke_off() if self._chunks else self._faults.garbled(b"")
        if not self.begun:
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
        details = self._spent.prompt_tokens_details
        return Reply(
            text=self._text.rstrip(),
            model=model,
            finish="length" if self.full else self.finish or "stop",
            readability=readability,
            readability_source=source,
            regions=evidence.regions,
            usage=Usage(
                input_tokens=self._spent.prompt_tokens or 0,
                visual_tokens=(details and details.image_tokens) or 0,
                cached_tokens=(details and details.cached_tokens) or 0,
                output_tokens=self._spent.completion_tokens or 0,
            ),
        )

    def _hear(self, choice: Choice) -> str:
        said = choice.delta or choice.message
        shown = ""
        if said is not None:
            self._refusal += said.refusal or ""
            shown = self._show(self._carrier.feed(said.text))
        if choice.logprobs is not None and len(self._words) < MAX_WORDS_KEPT:
            words = choice.logprobs.content or ()
            self._words += [(w.token, w.logprob) for w in words if w.logprob is not None]
        if choice.finish_reason == "content_filter":
            raise self._faults.filtered()
        if choice.finish_reason in ("abort", "error"):
            raise self._faults.broke_off()
        if choice.finish_reason:
            self.finish = "length" if choice.finish_reason == "length" else "stop"
        return shown

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
