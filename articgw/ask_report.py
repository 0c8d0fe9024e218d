"""What `articgw ask` prints: answers on stdout; how it goes, and what failed, on stderr."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TextIO

import msgspec
from rich.console import Console
from rich.status import Status
from rich.text import Text

from articgw.client.answers import Answer, CallRefused, QuestionFailed
from articgw.errors import ArticError
from articgw.protocol import AnswerDone

UNAUTHORIZED = 401
_NOT_SHOWN = {code: None for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}
"""Control characters: a sign that is read aloud by a model must not steer a terminal."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no answer."""

    code: str
    """The gateway's word (docs/protocol.md), or timeout, call_lost."""
    message: str
    retry_after_s: float | None = None

    @classmethod
    def of(cls, error: ArticError) -> Failure:
        """The same as an error says."""
        if isinstance(error, QuestionFailed | CallRefused):
            refused = isinstance(error, CallRefused) and error.status == UNAUTHORIZED
            hint = "; it goes into ARTICGW_TOKEN or --token" if refused else ""
            return cls(error.code, f"{error}{hint}", error.retry_after_s)
        return cls("call_lost", str(error))


class Report:
    """One run's output. ``as_json``: a line for each answer or failure, instead of text."""

    def __init__(self, out: TextIO, console: Console, *, as_json: bool) -> None:
        self._out, self._console, self._as_json = out, console, as_json
        self._status: Status | None = None
        self._in_line = False

    def busy(self, what: str) -> None:
        """Something takes its time; seen on terminals only."""
        if not self._console.is_terminal:
            return
        if self._status is None:
            self._status = self._console.status("")
            self._status.start()
        self._status.update(Text(_plain(what)))

    def idle(self) -> None:
        """Nothing takes its time any more."""
        if self._status is not None:
            self._status.stop()
            self._status = None

    def prompt(self) -> None:
        """Somebody is to type the next question."""
        self.idle()
        self._console.print("? ", end="")

    def note(self, text: str) -> None:
        """Good to know; seen on terminals only."""
        self.idle()
        if self._console.is_terminal:
            self._console.print(_plain(text), style="dim", markup=False, highlight=False)

    def piece(self, text: str) -> None:
        """The next words of an answer."""
        if self._as_json:
            return
        self.idle()
        self._out.write(_plain(text))
        self._out.flush()
        self._in_line = True

    def answered(self, question: str, answer: Answer) -> None:
        """That was all of it."""
        self.idle()
        if self._as_json:
            times = {"first_text_s": answer.first_text_s, "done_s": answer.done_s}
            self._line({"question": question, **msgspec.to_builtins(answer.done), **times})
        else:
            if not self._in_line:
                self._out.write(_plain(answer.text))
            self._end_line()
        self.note(_rests_on(answer.done))

    def failed(self, failure: Failure, question: str | None = None, id: str | None = None) -> None:
        """There is no answer, or no call at all."""
        self.idle()
        if self._in_line:
            self._end_line()
        if self._as_json:
            error = msgspec.to_builtins(failure)
            self._line({"type": "error", "id": id, "question": question, **error})
        wait_s = failure.retry_after_s
        when = "" if wait_s is None else f"; again in {wait_s:g} s"
        self._console.print(
            f"articgw ask: {_plain(failure.message)} ({_plain(failure.code)}{when})",
            markup=False, highlight=False, soft_wrap=True,
        )  # fmt: skip

    def close(self) -> None:
        """Leave the terminal as it was. May be called twice."""
        self.idle()
        if self._in_line:
            self._end_line()

    def _line(self, fields: dict[str, object]) -> None:
        self._out.write(json.dumps(fields, ensure_ascii=False) + "\n")
        self._out.flush()

    def _end_line(self) -> None:
        self._out.write("\n")
        self._out.flush()
        self._in_line = False


def _plain(text: str) -> str:
    return text.translate(_NOT_SHOWN)


def _rests_on(done: AnswerDone) -> str:
    width, height = done.frame_size_px
    seen = f"frame {width}x{height}, {done.frame_age_ms:.0f} ms old"
    value = done.readability.value
    read = "readability unknown" if value is None else f"readability {value:.2f}"
    first_ms = done.timings.first_text_ms
    began = "" if first_ms is None else f"first word {first_ms:.0f} ms, "
    cost = f"; ${done.price_usd:.2g}" if done.price_usd else ""
    return f"  {seen}; {read}; {began}all {done.timings.done_ms:.0f} ms{cost}"
