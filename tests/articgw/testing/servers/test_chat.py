"""OpenAI's own client accepts what the fake says, and the fake what that client asks."""

from __future__ import annotations

import openai
import pytest
from openai.types.chat import ChatCompletionContentPartParam

from articgw.testing.servers import ModelServer
from articgw.testing.servers.behaviours import fails, says
from articgw.testing.servers.chat import CHAT

PARTS: list[ChatCompletionContentPartParam] = [
    {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64,/9j/"}},
    {"type": "text", "text": "What does it say?"},
]


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
