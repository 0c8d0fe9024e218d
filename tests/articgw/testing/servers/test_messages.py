"""Anthropic's own client accepts what the fake says, and the fake what that client asks."""

from __future__ import annotations

import anthropic
import pytest
from anthropic.types import MessageParam, ToolChoiceAutoParam, ToolChoiceNoneParam, ToolParam

from articgw.testing.servers import ModelServer
from articgw.testing.servers.behaviours import calls, complains_in_stream, fails, says
from articgw.testing.servers.messages import MESSAGES
from articgw.testing.servers.wire import CACHED_TOKENS, INPUT_TOKENS, exchange

ASKED: list[MessageParam] = [
    {
        "role": "user",
        "content": [
            {
                "type": "image",
                "source": {"type": "base64", "media_type": "image/jpeg", "data": "/9j/"},
            },
            {"type": "text", "text": "What does it say?"},
        ],
    }
]

TOOL: ToolParam = {
    "name": "price",
    "description": "What it costs.",
    "input_schema": {"type": "object", "properties": {"article": {"type": "string"}}},
}


def _client(url: str) -> anthropic.AsyncAnthropic:
    return anthropic.AsyncAnthropic(base_url=url, api_key="k", max_retries=0)


async def test_a_stream_is_read_to_its_end() -> None:
    async with ModelServer(MESSAGES, says("It says EXIT.")) as server:
        async with _client(server.url) as client:
            async with client.messages.stream(
                model="tiny", max_tokens=50, system="Be brief.", messages=ASKED
            ) as stream:
                text = "".join([piece async for piece in stream.text_stream])
                message = await stream.get_final_message()
    assert text == "It says EXIT." and message.stop_reason == "end_turn"
    assert message.usage.cache_read_input_tokens == CACHED_TOKENS
    assert message.usage.input_tokens + CACHED_TOKENS == INPUT_TOKENS
    assert message.usage.output_tokens == 3
    read = server.asked[0].read
    assert (read.system, read.question, read.base64) == ("Be brief.", "What does it say?", "/9j/")
    assert server.asked[0].key == "k"


async def test_what_was_said_before_is_read() -> None:
    before: list[MessageParam] = [*ASKED, {"role": "assistant", "content": "EXIT."}]
    async with ModelServer(MESSAGES) as server, _client(server.url) as client:
        await client.messages.create(
            model="tiny", max_tokens=50, system="Be brief.", messages=[*before, *ASKED], stream=True
        )
    read = server.asked[0].read
    assert read.earlier == (exchange(["/9j/"], "What does it say?", "EXIT."),)
    assert (read.question, read.others) == ("What does it say?", ())


async def test_tool_calls_are_streamed_and_their_results_read() -> None:
    wanted = ("price", {"article": "cup"})
    async with ModelServer(MESSAGES, calls(wanted, text="Hm."), says("5 USD")) as server:
        async with _client(server.url) as client:
            asked = ASKED
            choices: tuple[ToolChoiceAutoParam | ToolChoiceNoneParam, ...] = (
                {"type": "auto"},
                {"type": "none"},
            )
            for choice in choices:
                async with client.messages.stream(
                    model="tiny",
                    max_tokens=50,
                    system="",
                    messages=asked,
                    tools=[TOOL],
                    tool_choice=choice,
                ) as stream:
                    message = await stream.get_final_message()
                if choice["type"] == "auto":
                    text, call = message.content
                    assert message.stop_reason == "tool_use" and text.type == "text"
                    assert call.type == "tool_use" and (call.name, call.input) == wanted
                    results: MessageParam = {
                        "role": "user",
                        "content": [
                            {"type": "tool_result", "tool_use_id": call.id, "content": "5"}
                        ],
                    }
                    asked = [*ASKED, {"role": "assistant", "content": message.content}, results]
    read = server.asked[1].read
    assert server.asked[0].read.tools == ("price",) and read.must_answer
    assert read.called == (wanted,) and read.results == ("5",)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, anthropic.AuthenticationError),
        (404, anthropic.NotFoundError),
        (429, anthropic.RateLimitError),
    ],
)
async def test_refusals_are_its_own_errors(
    status: int, kind: type[anthropic.APIStatusError]
) -> None:
    async with ModelServer(MESSAGES, fails(status, "because")) as server:
        async with _client(server.url) as client:
            with pytest.raises(kind, match="because"):
                await client.messages.create(model="tiny", max_tokens=50, system="", messages=ASKED)


async def test_an_error_inside_a_stream_is_one() -> None:
    async with ModelServer(MESSAGES, complains_in_stream("overloaded", 529)) as server:
        async with _client(server.url) as client:
            with pytest.raises(anthropic.APIStatusError, match="overloaded"):
                async with client.messages.stream(
                    model="tiny", max_tokens=50, system="", messages=ASKED
                ) as stream:
                    await stream.get_final_message()
