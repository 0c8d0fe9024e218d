"""A line for each event, a figure for each end; and nothing of what was said."""

from __future__ import annotations

import pytest

from articgw.backends import Reply, Usage
from articgw.frame import Frame
from articgw.journal import Journal
from articgw.ledger import Ledger, Price, Prices
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


def test_what_was_spent_on_a_question_and_in_all_is_told() -> None:
    trace, metrics = MemoryTrace(), Metrics()
    prices = Prices("today", (Price("known", input=2.0, output=10.0),))
    journal = Journal(trace, metrics, prices)
    journal.on_ask("q", now=1.0)
    usage = Usage(input_tokens=1000, visual_tokens=700, output_tokens=50)
    journal.on_reply("q", Reply("A SECRET", "known-1", usage=usage), now=1.2)
    assert journal.spent("q").price_usd == pytest.approx(0.0025)
    journal.on_reply("q", Reply("A SECRET", "other", usage=usage), now=1.4)
    spent = journal.spent("q")
    assert (spent.asked, spent.usage.input_tokens, spent.price_usd) == (2, 2000, None)
    journal.on_answer(DONE, now=1.5)
    assert journal.spent("q") == Ledger() and journal.ledger == spent
    assert [line.get("price_usd") for line in trace.lines[1:3]] == [pytest.approx(0.0025), None]
    assert "SECRET" not in repr(trace.lines)
    page = metrics.page("")[0].decode()
    assert 'articgw_tokens_total{kind="visual"} 1400.0' in page
    assert "articgw_price_usd_total 0.0025" in page and "articgw_unpriced_replies_total 1.0" in page


def test_what_was_read_ahead_is_paid_by_the_question_behind_it() -> None:
    trace, metrics = MemoryTrace(), Metrics()
    journal = Journal(trace, metrics, Prices("today", (Price("known", input=2.0, output=10.0),)))
    usage = Usage(input_tokens=1000, output_tokens=1)
    frame = Frame(picture(640, 360), 0.95)
    ahead = Reply("", "known-1", usage=usage)
    journal.on_warm("read", ahead, frame=frame, took_s=0.25, now=1.0)
    journal.on_ask("q", now=1.1)
    spent = journal.spent("q")
    assert spent.price_usd == journal.ledger.price_usd == pytest.approx(0.00201)
    journal.on_ask("next", now=2.0)
    assert journal.spent("next") == Ledger()
    line = trace.lines[0]
    assert (line["what"], line["outcome"], line["took_ms"]) == ("ahead", "read", 250.0)
    assert (line["frame_age_ms"], line["input_tokens"]) == (50.0, 1000)
    page = metrics.page("")[0].decode()
    assert 'articgw_ahead_total{outcome="read"} 1.0' in page
    assert 'articgw_tokens_total{kind="input"} 1000.0' in page


def test_tool_calls_are_counted_and_those_that_were_not_run_cost_nothing() -> None:
    trace, metrics = MemoryTrace(), Metrics()
    journal = Journal(trace, metrics)
    journal.on_ask("q", now=1.0)
    for name, outcome, took_s in (("price", "answered", 0.5), ("", "refused", 0.0),
                                  ("price", "late", 5.0)):  # fmt: skip
        journal.on_tool("q", name, outcome, took_s, now=2.0)  # type: ignore[arg-type]
    spent = journal.spent("q")
    assert (spent.tool_calls, spent.tools_s) == (2, 5.5) and journal.ledger == spent
    assert [line["outcome"] for line in trace.lines[1:]] == ["answered", "refused", "late"]
    page = metrics.page("")[0].decode()
    assert 'articgw_tool_calls_total{outcome="failed"} 0.0' in page
    assert 'articgw_tool_calls_total{outcome="refused"} 1.0' in page
    assert "articgw_tool_seconds_count 2.0" in page


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
