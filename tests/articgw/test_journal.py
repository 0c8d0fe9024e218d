"""A line for each event, a figure for each end; and nothing of what was said."""

from __future__ import annotations

from articgw.frame import Frame
from articgw.journal import Journal
from articgw.metrics import Metrics
from articgw.protocol import (
    AnswerDone,
    AnswerReadability,
    Error,
    Stats,
    SteerAck,
    Timings,
    Tokens,
)
from articgw.testing import picture
from articgw.trace import MemoryTrace

DONE = AnswerDone(
    id="q",
    text="A SECRET",
    finish="stop",
    readability=AnswerReadability(value=0.9, source="recognition"),
    regions=(),
    frame_age_ms=80.0,
    frame_size_px=(640, 360),
    frame_url="/x",
    model="m",
    tokens=Tokens(),
    timings=Timings(first_text_ms=120.0, done_ms=500.0),
)


def test_a_question_from_asking_to_its_answer() -> None:
    trace, metrics = MemoryTrace(), Metrics()
    journal = Journal(trace, metrics)
    journal.on_ask("q", now=1.0)
    journal.on_look(Frame(picture(640, 360), 0.95), "q", now=1.03)
    journal.on_answer(DONE, now=1.5)
    assert [line["what"] for line in trace.lines] == ["ask", "look", "answer"]
    assert trace.lines[1]["frame_age_ms"] == 80.0
    assert (trace.lines[1]["width"], trace.lines[1]["height"]) == (640, 360)
    assert trace.lines[2]["readability"] == 0.9
    assert "SECRET" not in repr(trace.lines)
    page = metrics.page("")[0].decode()
    assert 'articgw_questions_total{outcome="answered"} 1.0' in page
    assert "articgw_answer_seconds_sum 0.5" in page
    assert "articgw_frame_age_at_ask_seconds_sum 0.08" in page


def test_a_question_that_fails_counts_by_its_code() -> None:
    trace, metrics = MemoryTrace(), Metrics()
    journal = Journal(trace, metrics)
    journal.on_ask("q", now=1.0)
    journal.on_error(Error(code="backend_garbled", message="no", id="q"), now=2.0)
    journal.on_error(Error(code="bad_message", message="of no question"), now=2.0)
    assert [line.get("code") for line in trace.lines[1:]] == ["backend_garbled", "bad_message"]
    page = metrics.page("")[0].decode()
    assert 'articgw_questions_total{outcome="backend_garbled"} 1.0' in page
    assert "bad_message" not in page


def test_reading_ahead_and_the_senders_words_are_kept_too() -> None:
    trace = MemoryTrace()
    journal = Journal(trace, Metrics())
    journal.on_look(Frame(picture(), 1.0), now=1.5)
    journal.on_sender(SteerAck(seq=3, applied=("cap",)), now=2.0)
    journal.on_sender(Stats(bps=9.0, fps=15.0, size_px=(1280, 720)), now=2.0)
    assert [line["what"] for line in trace.lines] == ["read_ahead", "ack", "stats"]
    assert trace.lines[1]["applied"] == ("cap",)
