"""Questions that are on their way, their answers, and how a call can fail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from articgw.errors import ErrorCode, PeerError
from articgw.protocol import AnswerDelta, AnswerDone, Error


class CallRefused(PeerError):
    """The gateway did not take the call. ``status`` is HTTP's, ``code`` the gateway's word."""

    def __init__(
        self, message: str, *, status: int, code: str, retry_after_s: float | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.retry_after_s = retry_after_s


class CallLost(PeerError):
    """There is no connection, or not any more."""


class QuestionFailed(PeerError):
    """The gateway ended a question with an error; docs/protocol.md says what to do by ``code``."""

    def __init__(self, error: Error) -> None:
        super().__init__(error.message)
        self.code: ErrorCode = error.code
        self.id = error.id
        self.retry_after_s = error.retry_after_s


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and when, s after the question on this side's clock."""

    text: str
    done: AnswerDone
    """What it rests on: regions, readability, the age of the frame, where to see it."""
    first_text_s: float | None
    done_s: float


class AnswerStream:
    """Pieces of one answer as they come; ``answer`` is whole when they end.

    Raises `QuestionFailed`, `CallLost` or `CallRefused`. Leaving early with `aclose` cancels the
    question.
    """

    def __init__(
        self, question_id: str, clock: Callable[[], float], on_end: Callable[[bool], None]
    ) -> None:
        self.id = question_id
        self.answer: Answer | None = None
        self._clock = clock
        self._asked_t = clock()
        self._first_t: float | None = None
        self._on_end = on_end
        self._ended = False
        self._inbox: asyncio.Queue[AnswerDelta | AnswerDone | PeerError] = asyncio.Queue()

    def put(self, message: AnswerDelta | AnswerDone | PeerError) -> None:
        """What the gateway says about this question."""
        if self._first_t is None and isinstance(message, AnswerDelta):
            self._first_t = self._clock()
        self._inbox.put_nowait(message)

    def __aiter__(self) -> AsyncIterator[str]:
        return self

    async def __anext__(self) -> str:
        if self._ended:
            raise StopAsyncIteration
        try:
            message = await self._inbox.get()
        except asyncio.CancelledError:
            self._end(early=True)
            raise
        match message:
            case AnswerDelta(text=text):
                return text
            case AnswerDone():
                self._end(early=False)
                self.answer = self._finished(message)
                raise StopAsyncIteration
            case _:
                self._end(early=False)
                raise message

    async def whole(self) -> Answer:
        """The answer, once it has ended. Raises `QuestionFailed`, `CallLost` and `CallRefused`."""
        async for _ in self:
            pass
        assert self.answer is not None
        return self.answer

    async def aclose(self) -> None:
        """The rest is not wanted."""
        self._end(early=True)

    def _end(self, *, early: bool) -> None:
        if not self._ended:
            self._ended = True
            self._on_end(early)

    def _finished(self, done: AnswerDone) -> Answer:
        first_s = None if self._first_t is None else self._first_t - self._asked_t
        return Answer(done.text, done, first_s, self._clock() - self._asked_t)
