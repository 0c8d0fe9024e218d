"""The figures of a trace, on one small enough to be worked out by hand."""

from __future__ import annotations

from articgw.trace_read import (
    Acked,
    Answered,
    Asked,
    Failed,
    KeyframeRequested,
    Line,
    Looked,
    ReadAhead,
    Second,
    Start,
    Steered,
    ToolCalled,
    TraceLog,
    WarmedUp,
)
from articgw.trace_summary import Spread, summarise

START = Start(
    t=100.0, who="session", what="start", wall="2026-01-01T00:00:00+00:00", session="s", version="1"
)


def log_of(*lines: Line, note: str | None = None) -> TraceLog:
    return TraceLog(START, (START, *lines), note)


def second(
    t: float, bps: float | None = None, *, asked: bool = False, age_ms: float | None = None
) -> Second:
    return Second(
        t=t, who="link", what="second", received_bps=bps, asked=asked, frame_age_ms=age_ms
    )


def ask(t: float, id_: str) -> Asked:
    return Asked(t=t, who="session", what="ask", id=id_)


SMALL = log_of(
    second(101.0, 100.0, age_ms=50.0),
    second(102.0, 300.0, asked=True, age_ms=150.0),
    ask(102.5, "q1"),
    Looked(
        t=102.6, who="session", what="look", id="q1", frame_age_ms=40, width=1280, height=720
    ),
    second(103.0, 200.0, asked=True),
    Answered(
        t=103.5, who="session", what="answer", id="q1", readability=0.8,
        readability_source="recognition", finish="stop", first_text_ms=300, done_ms=1000,
    ),
    ask(104.0, "q2"),
    Failed(t=104.0, who="session", what="error", code="no_frame", id="q2"),
    Failed(t=104.1, who="session", what="error", code="bad_message"),
    ask(104.5, "q3"),
    Steered(t=104.6, who="codecs", what="steer", why="idle", seq=1),
    Steered(t=104.7, who="codecs", what="steer", why="asked", seq=2),
    Steered(t=104.8, who="codecs", what="steer", why="asked", seq=3),
    Acked(t=104.8, who="sender", what="ack", seq=2),
    Acked(t=104.9, who="sender", what="ack", seq=2),
    ToolCalled(t=104.8, who="session", what="tool", id="q3", outcome="answered", name="price"),
    ToolCalled(t=104.8, who="session", what="tool", id="q3", outcome="refused"),
    WarmedUp(t=103.0, who="session", what="ahead", outcome="read", took_ms=20.0),
    WarmedUp(t=103.2, who="session", what="ahead", outcome="used"),
    KeyframeRequested(t=104.9, who="session", what="keyframe_request", why="loss"),
    ReadAhead(t=105.0, who="session", what="read_ahead"),
    second(110.0, None),
    note="cut",
)  # fmt: skip


def test_a_question_is_followed_to_its_end() -> None:
    answered, failed, still_open = summarise(SMALL).questions
    assert (answered.asked_s, answered.ended_s, answered.end) == (2.5, 3.5, "stop")
    assert (answered.frame_age_ms, answered.frame_size_px) == (40, (1280, 720))
    assert (answered.readability, answered.readability_source) == (0.8, "recognition")
    assert (answered.first_text_ms, answered.done_ms) == (300, 1000)
    assert (failed.end, failed.ended_s, failed.done_ms) == ("no_frame", 4.0, None)
    assert (still_open.end, still_open.ended_s) == ("open", None)


def test_a_gap_between_seconds_is_not_counted_as_time_known() -> None:
    summary = summarise(SMALL)
    assert (summary.duration_s, summary.asked_s, summary.idle_s) == (10.0, 2.0, 2.0)


def test_decisions_are_counted_by_reason() -> None:
    summary = summarise(SMALL)
    assert summary.steers == {"idle": 1, "asked": 2} and summary.steers_acked == 1
    assert summary.ahead == {"read": 1, "used": 1}
    assert summary.tools == {"answered": 1, "refused": 1}
    assert summary.keyframe_requests == {"loss": 1}
    assert summary.other_errors == {"bad_message": 1}
    assert summary.looks_ahead == 1


def test_spreads_are_of_what_is_known() -> None:
    summary = summarise(SMALL)
    assert summary.received_bps == Spread(100.0, 200.0, 290.0, 300.0)
    assert summary.frame_age_ms == Spread(50.0, 100.0, 145.0, 150.0)
    assert summary.estimate_bps is None
    assert summary.note == "cut"


def test_a_call_that_ended_at_once_has_a_summary() -> None:
    summary = summarise(log_of())
    assert summary.duration_s == 0 and summary.questions == () and summary.received_bps is None
