"""Answers on stdout, everything else on stderr; text for people, JSON for programs."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import msgspec
import pytest
from rich.console import Console

from articgw.ask_report import Failure, Report
from articgw.client import Answer, CallLost, CallRefused, QuestionFailed
from articgw.protocol import Error
from tests.articgw.client.test_answers import DONE

ANSWER = Answer(DONE.text, DONE, first_text_s=0.25, done_s=0.5)


class Said:
    """A report and what it printed."""

    def __init__(self, *, as_json: bool = False, terminal: bool = False) -> None:
        self._out, self._err = io.StringIO(), io.StringIO()
        console = Console(file=self._err, force_terminal=terminal, width=200)
        self.report = Report(self._out, console, as_json=as_json)

    @property
    def out(self) -> str:
        return self._out.getvalue()

    @property
    def err(self) -> str:
        return self._err.getvalue()


def test_answers_alone_go_to_stdout() -> None:
    said = Said()
    said.report.busy("calling")
    said.report.note("a model")
    for piece in ("red ", "EXIT "):
        said.report.piece(piece)
    assert said.out == "red EXIT "
    said.report.answered("what?", ANSWER)
    said.report.answered("again?", ANSWER)
    assert said.out == "red EXIT \nred EXIT\n"
    assert said.err == ""


def test_a_terminal_is_told_more() -> None:
    said = Said(terminal=True)
    said.report.busy("calling [red]you[/]")
    said.report.note("reader: reads [signs]")
    said.report.answered("what?", ANSWER)
    said.report.answered(
        "what?", replace(ANSWER, done=msgspec.structs.replace(DONE, price_usd=0.0123))
    )
    said.report.close()
    for words in (
        "all 2 ms; $0.012",
        "calling [red]you[/]",
        "reads [signs]",
        "frame 1280x720, 40 ms old; readability 0.90; first word 1 ms, all 2 ms",
    ):
        assert words in said.err
    assert said.out == "red EXIT\nred EXIT\n"


def test_an_answer_is_an_object_a_line() -> None:
    said = Said(as_json=True)
    said.report.piece("red ")
    said.report.answered("wh\u00e4t?", ANSWER)
    said.report.answered("wh\u00e4t?", ANSWER)
    first, second = said.out.splitlines()
    fields = json.loads(first)
    assert first == second and fields.pop("question") == "wh\u00e4t?"
    assert (fields.pop("first_text_s"), fields.pop("done_s")) == (0.25, 0.5)
    assert fields == json.loads(msgspec.json.encode(DONE))


LATE = Error(code="backend_unavailable", message="the model is away", id="q1", retry_after_s=2.0)


@pytest.mark.parametrize(
    ("error", "is_said"),
    [
        (QuestionFailed(LATE), "the model is away (backend_unavailable; again in 2 s)"),
        (CallLost("nobody there"), "nobody there (call_lost)"),
        (
            CallRefused("full", status=503, code="busy", retry_after_s=5),
            "full (busy; again in 5 s)",
        ),
        (
            CallRefused("a token, please", status=401, code="unauthorized"),
            "please; it goes into ARTICGW_TOKEN",
        ),
    ],
)
def test_failures_are_said(error: QuestionFailed | CallLost | CallRefused, is_said: str) -> None:
    said = Said()
    said.report.piece("half")
    said.report.failed(Failure.of(error), "what?", "q1")
    assert said.out == "half\n"
    assert said.err.startswith("articgw ask: ") and is_said in said.err


def test_a_failure_is_an_object_too() -> None:
    said = Said(as_json=True)
    said.report.failed(Failure.of(QuestionFailed(LATE)), "what?", "q1")
    said.report.failed(Failure.of(CallLost("nobody there")))
    assert [json.loads(line) for line in said.out.splitlines()] == [
        {
            "type": "error", "id": "q1", "question": "what?", "code": "backend_unavailable",
            "message": "the model is away", "retry_after_s": 2.0,
        },
        {
            "type": "error", "id": None, "question": None, "code": "call_lost",
            "message": "nobody there", "retry_after_s": None,
        },
    ]  # fmt: skip


def test_what_a_model_reads_aloud_does_not_steer_the_terminal() -> None:
    said = Said()
    said.report.piece("\x1b[2Jred\a\n\tEXIT\x9b")
    said.report.failed(Failure("internal", "\x1b]0;oops\a"))
    assert said.out == "[2Jred\n\tEXIT\n"
    assert "\x1b" not in said.err and "]0;oops" in said.err


def test_an_open_line_is_ended() -> None:
    said = Said()
    said.report.piece("red")
    said.report.close()
    said.report.close()
    assert said.out == "red\n"
