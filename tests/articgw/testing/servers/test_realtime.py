"""OpenAI's own client accepts what the fake says, and the fake what that client asks."""

from __future__ import annotations

import openai

from articgw.testing.servers import ModelServer
from articgw.testing.servers.behaviours import refuses_field, says
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


async def test_an_error_is_an_event() -> None:
    async with ModelServer(REALTIME, refuses_field("input")) as server:
        (event,) = await _ask(server.url)
    assert "not supported" in str(getattr(event, "error", ""))
