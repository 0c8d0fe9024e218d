"""OpenAI's own client accepts what the fake says, and the fake what that client asks."""

from __future__ import annotations

import json

import openai
from openai.types.realtime import ConversationItemParam

from articgw.testing.servers import ModelServer
from articgw.testing.servers.behaviours import calls, refuses_field, says
from articgw.testing.servers.realtime import REALTIME
from articgw.testing.servers.wire import CACHED_TOKENS


async def _ask(url: str) -> list[object]:
    async with openai.AsyncOpenAI(base_url=url, api_key="k", max_retries=0) as client:
        async with client.realtime.connect(model="tiny") as connection:
            await connection.response.create(
                response={
                    "conversation": "none",
                    "instructions": "Be brief.",
                    "output_modalities": ["text"],
                    "input": [
                        {
                            "type": "message",
                            "role": "user",
                            "content": [
                                {
                                    "type": "input_image",
                                    "image_url": "data:image/jpeg;base64,/9j/",
                                },
                                {"type": "input_text", "text": "What does it say?"},
                            ],
                        }
                    ],
                }
            )
            events: list[object] = []
            async for event in connection:
                events.append(event)
                if event.type in ("response.done", "error"):
                    break
            return events


async def test_an_answer_is_read_to_its_end() -> None:
    async with ModelServer(REALTIME, says("It says EXIT.")) as server:
        *events, done = await _ask(server.url)
    deltas = [str(getattr(event, "delta", "")) for event in events]
    assert "".join(deltas) == "It says EXIT."
    response = getattr(done, "response", None)
    assert response is not None and response.status == "completed"
    assert response.usage.input_token_details.cached_tokens == CACHED_TOKENS
    read = server.asked[0].read
    assert (read.model, read.system, read.question) == ("tiny", "Be brief.", "What does it say?")
    assert read.base64 == "/9j/" and server.asked[0].key == "k"


async def test_tool_calls_are_items_and_so_are_their_results() -> None:
    wanted = ("price", {"article": "cup"})
    picture: ConversationItemParam = {
        "type": "message",
        "role": "user",
        "content": [
            {"type": "input_image", "image_url": "data:image/jpeg;base64,/9j/"},
            {"type": "input_text", "text": "What does it say?"},
        ],
    }
    items = [picture]
    async with ModelServer(REALTIME, calls(wanted), says("5 USD")) as server:
        async with openai.AsyncOpenAI(base_url=server.url, api_key="k", max_retries=0) as client:
            async with client.realtime.connect(model="tiny") as connection:
                for _ in range(2):
                    await connection.response.create(
                        response={
                            "conversation": "none",
                            "instructions": "Be brief.",
                            "tools": [{"type": "function", "name": "price"}],
                            "input": items,
                        }
                    )
                    async for event in connection:
                        if event.type == "response.output_item.done":
                            call = event.item
                            assert call.type == "function_call" and call.name == "price"
                            assert json.loads(call.arguments) == wanted[1] and call.call_id
                            items = [picture, *_answered(call.call_id, call.arguments)]
                        if event.type == "response.done":
                            break
    read = server.asked[1].read
    assert server.asked[0].read.tools == ("price",)
    assert read.called == (wanted,) and read.results == ("5",)


def _answered(call_id: str, arguments: str) -> list[ConversationItemParam]:
    return [
        {"type": "function_call", "call_id": call_id, "name": "price", "arguments": arguments},
        {"type": "function_call_output", "call_id": call_id, "output": "5"},
    ]


async def test_an_error_is_an_event() -> None:
    async with ModelServer(REALTIME, refuses_field("input")) as server:
        (event,) = await _ask(server.url)
    assert "not supported" in str(getattr(event, "error", ""))
