"""The wire form, and that what is published about it is true."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.protocol import (
    AnswerDelta,
    AnswerDone,
    AnswerReadability,
    AnswerRegion,
    Ask,
    Cancel,
    ClientMessage,
    Error,
    GatewayMessage,
    Hello,
    MessageError,
    ObjectBox,
    Objects,
    Ready,
    Timings,
    Tokens,
    ToolCall,
    ToolResult,
    Tools,
    ToolsTaken,
    decode_client,
    decode_gateway,
    encode,
    schema,
    schema_text,
)
from articgw.tools.spec import Schema, Tool

DOCS = Path(__file__).parents[2] / "docs"

TO_GATEWAY: list[ClientMessage] = [
    Hello(can=("cap", "fps")),
    Ask(id="q-1", text="What?", t=1.5),
    Cancel(id="q-1"),
    Tools(
        tools=(
            Tool(
                name="price",
                description="What it costs.",
                parameters=Schema(
                    type="object",
                    properties={"of": Schema(type="array", items=Schema(enum=("cup", 2)))},
                    required=("of",),
                ),
            ),
        )
    ),
    ToolResult(call="t1", text="5 USD"),
]
TO_CLIENT: list[GatewayMessage] = [
    Ready(version=1, session="s", model="m", about="a"),
    AnswerDelta(id="q-1", text="It "),
    ToolsTaken(offered=("price",), refused={"rm": "no"}),
    ToolCall(id="q-1", call="t1", name="price", arguments={"of": ["cup"]}, within_s=5.0),
    AnswerDone(
        id="q-1",
        text="It says EXIT.",
        finish="stop",
        readability=AnswerReadability(value=0.9, source="recognition"),
        regions=(AnswerRegion(box=(0.1, 0.1, 0.2, 0.2), label="EXIT", priority=1.0, ttl_s=3.0),),
        frame_age_ms=20.0,
        frame_size_px=(1280, 720),
        frame_url="/x.jpg",
        model="m",
        tokens=Tokens(),
        timings=Timings(first_text_ms=None, done_ms=120.0),
    ),
    Objects(
        boxes=(ObjectBox(box=(0.1, 0.1, 0.2, 0.2), label="cup", score=0.9, track=1),),
        age_ms=40.0,
        detected_age_ms=140.0,
        late=False,
        why="not due",
    ),
    Error(code="no_frame", message="No picture.", id="q-1", retry_after_s=1.0),
]


@pytest.mark.parametrize("message", TO_GATEWAY, ids=lambda m: type(m).__name__)
def test_client_messages_round_trip(message: ClientMessage) -> None:
    assert decode_client(encode(message)) == message


@pytest.mark.parametrize("message", TO_CLIENT, ids=lambda m: type(m).__name__)
def test_gateway_messages_round_trip(message: GatewayMessage) -> None:
    assert decode_gateway(encode(message)) == message


@pytest.mark.parametrize("message", [*TO_GATEWAY, *TO_CLIENT], ids=lambda m: type(m).__name__)
def test_the_schema_accepts_what_is_sent(message: ClientMessage | GatewayMessage) -> None:
    jsonschema.Draft202012Validator(schema()).validate(json.loads(encode(message)))


@pytest.mark.parametrize(
    "wrong", [{}, {"type": "ask"}, {"type": "ask", "id": "a/b", "text": "?"}, {"type": "dance"}]
)
def test_the_schema_refuses_what_is_refused(wrong: dict[str, str]) -> None:
    assert not jsonschema.Draft202012Validator(schema()).is_valid(wrong)
    with pytest.raises(MessageError):
        decode_client(json.dumps(wrong))


def test_the_published_schema_is_the_one_in_force() -> None:
    published = (DOCS / "protocol.schema.json").read_text()
    assert published == schema_text(), "run: articgw schema > docs/protocol.schema.json"


def test_the_documentation_names_every_message_and_error() -> None:
    page = (DOCS / "protocol.md").read_text()
    definitions = schema()["$defs"]
    tags = [d["properties"]["type"]["enum"][0] for d in definitions.values()
            if "enum" in d.get("properties", {}).get("type", {})]  # fmt: skip
    codes = definitions["Error"]["properties"]["code"]["enum"]
    assert [name for name in [*tags, *codes] if f"`{name}`" not in page] == []


def test_what_is_nested_too_deep_is_refused() -> None:
    deep = "[" * 8000 + "]" * 8000
    for text in (f'{{"type": "hello", "x": {deep}}}', f'{{"x": {deep}}}', deep):
        with pytest.raises(MessageError) as caught:
            decode_client(text)
        assert caught.value.code == "bad_message"


@given(st.one_of(st.text(max_size=300), st.binary(max_size=300)))
def test_any_bytes_are_a_message_or_a_message_error(data: str | bytes) -> None:
    try:
        decode_client(data)
    except MessageError as error:
        assert error.code in ("bad_message", "unknown_type") and str(error)
