"""OpenAI's own client accepts what the fake says, and the fake what that client asks."""

from __future__ import annotations

import json
from typing import cast

import openai
import pytest
from openai.types.chat import (
    ChatCompletionContentPartParam,
    ChatCompletionFunctionToolParam,
    ChatCompletionMessageParam,
)

from articgw.testing.servers import ModelServer
from articgw.testing.servers.behaviours import calls, fails, says
from articgw.testing.servers.chat import CHAT
from articgw.testing.servers.wire import exchange

PARTS: list[ChatCompletionContentPartParam] = [
    {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64,/9j/"}},
    {"type": "text", "text": "What does it say?"},
]

TOOL: ChatCompletionFunctionToolParam = {
    "type": "function",
    "function": {
        "name": "price",
        "description": "What it costs.",
        "parameters": {"type": "object", "properties": {"article": {"type": "string"}}},
    },
}


def _client(url: str) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(base_url=url, api_key="k", max_retries=0)


async def test_a_stream_is_read_to_its_end() -> None:
    async with ModelServer(CHAT, says("It says EXIT.", logprob=-0.5)) as server:
        async with _client(server.url) as client:
            stream = await client.chat.completions.create(
                model="tiny",
                stream=True,
                stream_options={"include_usage": True},
                messages=[
                    {"role": "system", "content": "Be brief."},
                    {"role": "user", "content": PARTS},
                ],
            )
            chunks = [chunk async for chunk in stream]
    choices = [chunk.choices[0] for chunk in chunks if chunk.choices]
    assert "".join(choice.delta.content or "" for choice in choices) == "It says EXIT."
    assert [choice.finish_reason for choice in choices if choice.finish_reason] == ["stop"]
    assert choices[1].logprobs and choices[1].logprobs.content
    assert choices[1].logprobs.content[0].logprob == -0.5
    spent = chunks[-1].usage
    assert spent and spent.prompt_tokens_details and spent.prompt_tokens_details.cached_tokens
    read = server.asked[0].read
    assert (read.system, read.question, read.base64) == ("Be brief.", "What does it say?", "/9j/")
    assert server.asked[0].key == "k"


async def test_what_was_said_before_is_read_and_a_picture_is_known_by_its_name() -> None:
    named = {**PARTS[0], "uuid": "a"}
    again = {"type": "image_url", "image_url": None, "uuid": "a"}
    now = {"role": "user", "content": [PARTS[0], again, {"type": "text", "text": "And now?"}]}
    said = cast(
        "list[ChatCompletionMessageParam]",
        [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [named, PARTS[1]]},
            {"role": "assistant", "content": "EXIT."},
            now,
        ],
    )
    async with ModelServer(CHAT) as server, _client(server.url) as client:
        await client.chat.completions.create(model="tiny", stream=True, messages=said)
        read = server.asked[0].read
        assert read.earlier == (exchange(["/9j/"], "What does it say?", "EXIT."),)
        assert (read.question, read.base64, read.others) == ("And now?", "/9j/", ("/9j/",))
        server.kept.clear()
        with pytest.raises(openai.BadRequestError, match="Cache miss for image at index 1"):
            await client.chat.completions.create(
                model="tiny", stream=True, messages=[said[0], said[3]]
            )
        assert server.missed == 1


async def test_tool_calls_are_streamed_and_their_results_read() -> None:
    wanted = ("price", {"article": "cup"})
    asked: list[ChatCompletionMessageParam] = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": PARTS},
    ]
    async with ModelServer(CHAT, calls(wanted, wanted, text="Hm."), says("5 USD")) as server:
        async with _client(server.url) as client:
            async with client.chat.completions.stream(
                model="tiny", messages=asked, tools=[TOOL]
            ) as stream:
                message = (await stream.get_final_completion()).choices[0].message
            assert message.content == "Hm." and message.tool_calls
            functions = [one.function for one in message.tool_calls]
            assert [(one.name, json.loads(one.arguments)) for one in functions] == [wanted] * 2
            told: list[ChatCompletionMessageParam] = [
                {"role": "tool", "tool_call_id": one.id, "content": "5"}
                for one in message.tool_calls
            ]
            said: ChatCompletionMessageParam = {
                "role": "assistant",
                "tool_calls": [
                    {
                        "id": one.id,
                        "type": "function",
                        "function": {
                            "name": one.function.name,
                            "arguments": one.function.arguments,
                        },
                    }
                    for one in message.tool_calls
                ],
            }
            answer = client.chat.completions.create(
                model="tiny",
                stream=True,
                messages=[*asked, said, *told],
                tools=[TOOL],
                tool_choice="none",
            )
            assert [chunk async for chunk in await answer]
    read = server.asked[1].read
    assert server.asked[0].read.tools == ("price",) and read.must_answer
    assert read.called == (wanted, wanted) and read.results == ("5", "5")


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, openai.AuthenticationError), (404, openai.NotFoundError), (429, openai.RateLimitError)],
)
async def test_refusals_are_its_own_errors(status: int, kind: type[openai.APIStatusError]) -> None:
    async with ModelServer(CHAT, fails(status, "because")) as server:
        async with _client(server.url) as client:
            with pytest.raises(kind, match="because"):
                await client.chat.completions.create(
                    model="tiny",
                    messages=[
                        {"role": "system", "content": ""},
                        {"role": "user", "content": PARTS},
                    ],
                )
