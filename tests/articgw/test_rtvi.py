"""What Pipecat's clients say and are told, without a network."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.protocol import (
    AnswerDelta,
    AnswerDone,
    AnswerReadability,
    Ask,
    Error,
    Hello,
    MessageError,
    Ready,
    Steer,
    Timings,
    Tokens,
    ToolCall,
    ToolResult,
)
from articgw.rtvi import LABEL, MAX_MESSAGE_BYTES, VERSION, RtviDialect

READY = Ready(version=1, session="s", model="reader", about="It reads.")
DONE = AnswerDone(
    id="1",
    text="Room 17.",
    finish="stop",
    readability=AnswerReadability(value=0.9, source="model"),
    regions=(),
    frame_age_ms=20.0,
    frame_size_px=(640, 360),
    frame_url="/x.jpg",
    model="reader",
    tokens=Tokens(),
    timings=Timings(first_text_ms=1.0, done_ms=2.0),
)


def said(kind: str, data: object = None, id_: str | None = "m1", label: str = LABEL) -> str:
    return json.dumps({"label": label, "type": kind, "id": id_, "data": data})


def told(dialect: RtviDialect, *messages: Any) -> list[dict[str, Any]]:
    texts = [text for message in messages for text in dialect.encode(message)]
    return [json.loads(text) for text in texts]


def kinds(dialect: RtviDialect, *messages: Any) -> list[str]:
    return [message["type"] for message in told(dialect, *messages)]


def greeted(version: str = VERSION) -> RtviDialect:
    dialect = RtviDialect()
    assert dialect.decode(said("client-ready", {"version": version, "about": {}})) == (Hello(),)
    return dialect


SILENT = [
    ("keep-alive", "ping: 1732291234567"),
    ("the state of a track", '{"type":"signalling","message":{"type":"trackStatus"}}'),
    ("somebody else's", said("send-text", {"content": "x"}, label="other")),
    ("no label", '{"type":"send-text"}'),
    ("a snapshot of the page", said("ui-snapshot", {"tree": {"root": {}}})),
    ("a keypad", said("dtmf", {"buttons": ["1"]})),
]


@pytest.mark.parametrize("text", [case[1] for case in SILENT], ids=[case[0] for case in SILENT])
def test_what_needs_no_answer_gets_none(text: str) -> None:
    assert greeted().decode(text) == ()


@pytest.mark.parametrize("version", ["2.1.0", "2.0.0", "9.0.0", "", "x"])
def test_a_client_that_is_ready_hears_that_the_bot_is(version: str) -> None:
    dialect = greeted(version)
    [ready] = told(dialect, READY)
    assert (ready["label"], ready["type"], ready["id"]) == (LABEL, "bot-ready", "m1")
    assert ready["data"]["version"] == VERSION
    assert ready["data"]["about"]["model"] == "reader"


def test_a_client_of_the_first_protocol_is_told_its_own_version() -> None:
    assert told(greeted("1.2.0"), READY)[0]["data"]["version"] == "1.2.0"


@pytest.mark.parametrize("data", [None, {}])
def test_a_client_that_says_nothing_of_itself_is_greeted_too(data: object) -> None:
    dialect = RtviDialect()
    assert dialect.decode(said("client-ready", data)) == (Hello(),)
    assert kinds(dialect, READY) == ["bot-ready"]


def test_a_text_is_a_question() -> None:
    asks = greeted().decode(said("send-text", {"content": "what?", "options": {}}))
    assert asks == (Ask(id="m1", text="what?"),)


@pytest.mark.parametrize("id_", [None, "with a space", "x" * 65])
def test_a_message_whose_name_is_no_question_id_gets_one(id_: str | None) -> None:
    [ask] = greeted().decode(said("send-text", {"content": "what?"}, id_))
    assert isinstance(ask, Ask) and ask.id == "rtvi-1"


def test_who_reconnects_and_asks_is_greeted_without_a_word() -> None:
    dialect = RtviDialect()
    asks = dialect.decode(said("send-text", {"content": "what?"}))
    assert asks == (Hello(), Ask(id="m1", text="what?"))
    assert told(dialect, READY) == []
    assert len(dialect.decode(said("send-text", {"content": "and now?"}))) == 1


def test_an_answer_is_streamed_and_then_told_whole() -> None:
    dialect = greeted()
    deltas = [AnswerDelta(id="1", text="Room "), AnswerDelta(id="1", text="17.")]
    messages = told(dialect, *deltas, DONE)
    assert [message["type"] for message in messages] == [
        "bot-llm-started",
        "bot-llm-text",
        "bot-llm-text",
        "bot-output",
        "bot-llm-stopped",
        "server-message",
    ]
    assert "".join(messages[n]["data"]["text"] for n in (1, 2)) == "Room 17."
    assert messages[3]["data"]["text"] == "Room 17." and not messages[3]["data"]["will_be_spoken"]
    assert messages[5]["data"] == msgspec.to_builtins(DONE, str_keys=True) | {
        "regions": [], "frame_size_px": [640, 360]
    }  # fmt: skip
    assert messages[5]["data"]["type"] == "answer.done"


def test_an_answer_without_text_before_its_end_is_begun_and_ended_too() -> None:
    assert kinds(greeted(), DONE) == [
        "bot-llm-started",
        "bot-output",
        "bot-llm-stopped",
        "server-message",
    ]


def test_a_question_that_fails_is_ended_and_the_next_is_begun() -> None:
    dialect = greeted()
    first = AnswerDelta(id="1", text="Ro")
    superseded = Error(code="superseded", message="A newer question.", id="1")
    second = AnswerDelta(id="2", text="Ex")
    assert kinds(dialect, first, superseded, second) == [
        "bot-llm-started",
        "bot-llm-text",
        "bot-llm-stopped",
        "error-response",
        "bot-llm-started",
        "bot-llm-text",
    ]


def test_an_error_goes_to_what_it_is_about() -> None:
    dialect = greeted()
    about = Error(code="no_frame", message="No picture.", id="m1", retry_after_s=2.0)
    [response] = told(dialect, about)
    assert (response["type"], response["id"]) == ("error-response", "m1")
    assert response["data"]["error"] == "No picture." and response["data"]["retry_after_s"] == 2.0
    [error] = told(dialect, Error(code="closing", message="Going down."))
    assert error["type"] == "error" and "id" not in error
    assert error["data"]["message"] == "Going down." and error["data"]["fatal"] is False


def test_their_pages_functions_are_tools_that_the_client_runs() -> None:
    dialect = greeted()
    call = ToolCall(id="q1", call="t1", name="beep", arguments={"times": 2}, within_s=5.0)
    [message] = told(dialect, call)
    assert message["type"] == "llm-function-call-in-progress"
    assert message["data"] == {"function_name": "beep", "tool_call_id": "t1",
                               "arguments": {"times": 2}}  # fmt: skip
    for result, text in (("done", "done"), ({"ok": True}, '{"ok":true}'), (None, "null")):
        answer = {**message["data"], "result": result}
        [heard] = dialect.decode(said("llm-function-call-result", answer))
        assert heard == ToolResult(call="t1", text=text)


def test_what_rtvi_has_no_word_for_is_not_said() -> None:
    steer = Steer(
        seq=1, cap_bps=1, fps=1.0, size_px=None, pause=False, regions=(), ttl_s=1.0, why="idle"
    )
    assert told(greeted(), steer) == []


REFUSED = [
    ("a type of no RTVI", said("dance"), "unknown_type", "m1"),
    ("no type", json.dumps({"label": LABEL, "id": "m1"}), "unknown_type", "m1"),
    ("a request of one's own", said("client-message", {"t": "x"}), "unknown_type", "m1"),
    ("a text without content", said("send-text", {}), "bad_message", "m1"),
    ("a text of numbers", said("send-text", {"content": 1}), "bad_message", "m1"),
    ("a text for later", said("send-text", {"content": "x", "options": {"run_immediately": False}}),
     "bad_message", "m1"),
    ("a result of no call", said("llm-function-call-result", {"result": 1}), "bad_message", "m1"),
    ("not JSON", "hello?", "bad_message", None),
    ("nested deep", '{"x":' + "[" * 9000 + "]" * 9000 + "}", "bad_message", None),
    ("a list", "[]", "bad_message", None),
    ("binary", b"\x00\xff", "bad_message", None),
    ("too large", said("ui-snapshot", "x" * MAX_MESSAGE_BYTES), "too_large", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "code", "id_"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_what_cannot_be_done_is_an_error_about_that_message(
    data: str | bytes, code: str, id_: str | None
) -> None:
    with pytest.raises(MessageError) as caught:
        greeted().decode(data)
    assert (caught.value.code, caught.value.id) == (code, id_)


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_any_data_is_understood_or_refused(data: str | bytes) -> None:
    try:
        greeted().decode(data)
    except MessageError as error:
        assert str(error)


def test_a_bot_that_is_sent_away_says_so_once() -> None:
    dialect, goodbyes = greeted(), []
    dialect.on_goodbye = lambda: goodbyes.append("goodbye")
    assert dialect.decode(said("disconnect-bot", {})) == ()
    assert goodbyes == ["goodbye"]


def test_any_channel_is_taken() -> None:
    assert RtviDialect().takes("chat") and RtviDialect().takes("")
