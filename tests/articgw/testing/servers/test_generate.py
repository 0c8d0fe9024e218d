"""Google's own client accepts what the fake says, and the fake what that client asks."""

from __future__ import annotations

import pytest
from google import genai
from google.genai import errors, types

from articgw.testing.servers import ModelServer
from articgw.testing.servers.behaviours import calls, fails, says
from articgw.testing.servers.generate import GENERATE, VISUAL_TOKENS
from articgw.testing.servers.wire import CACHED_TOKENS, INPUT_TOKENS, exchange

pytestmark = pytest.mark.filterwarnings("ignore:Inheritance class:DeprecationWarning")
"""Its own use of aiohttp."""

PARTS = [
    types.Part.from_bytes(data=b"\xff\xd8\xff", mime_type="image/jpeg"),
    types.Part.from_text(text="What does it say?"),
]
ASKED = types.Content(role="user", parts=PARTS)
CONFIG = types.GenerateContentConfig(system_instruction="Be brief.", temperature=0)


def _client(url: str) -> genai.Client:
    options = types.HttpOptions(base_url=url, retry_options=types.HttpRetryOptions(attempts=1))
    return genai.Client(api_key="k", http_options=options)


async def test_a_stream_is_read_to_its_end() -> None:
    async with ModelServer(GENERATE, says("It says EXIT.")) as server:
        async with _client(server.url).aio as client:
            stream = await client.models.generate_content_stream(
                model="tiny", contents=ASKED, config=CONFIG
            )
            parts = [part async for part in stream]
    assert "".join(part.text or "" for part in parts) == "It says EXIT."
    last = parts[-1]
    assert last.candidates and last.candidates[0].finish_reason is types.FinishReason.STOP
    spent = last.usage_metadata
    assert spent and spent.prompt_tokens_details
    assert (spent.prompt_token_count, spent.candidates_token_count) == (INPUT_TOKENS, 3)
    assert spent.cached_content_token_count == CACHED_TOKENS
    assert spent.prompt_tokens_details[0].token_count == VISUAL_TOKENS
    read = server.asked[0].read
    assert (read.model, read.system, read.question) == ("tiny", "Be brief.", "What does it say?")
    assert read.jpeg == b"\xff\xd8\xff" and server.asked[0].key == "k"


async def test_what_was_said_before_is_read() -> None:
    answer = types.Content(role="model", parts=[types.Part.from_text(text="EXIT.")])
    async with ModelServer(GENERATE) as server, _client(server.url).aio as client:
        stream = await client.models.generate_content_stream(
            model="tiny", contents=[ASKED, answer, ASKED], config=CONFIG
        )
        assert [part async for part in stream]
    read = server.asked[0].read
    assert read.earlier == (exchange([read.base64], "What does it say?", "EXIT."),)
    assert (read.question, read.others) == ("What does it say?", ())


async def test_tool_calls_are_read_and_so_are_their_results() -> None:
    wanted = ("price", {"article": "cup"})
    declared = types.FunctionDeclaration(
        name="price",
        description="What it costs.",
        parameters_json_schema={"type": "object", "properties": {"article": {"type": "string"}}},
    )
    off = types.AutomaticFunctionCallingConfig(disable=True)
    never = types.ToolConfig(
        function_calling_config=types.FunctionCallingConfig(
            mode=types.FunctionCallingConfigMode.NONE
        )
    )
    config = CONFIG.model_copy(
        update={
            "tools": [types.Tool(function_declarations=[declared])],
            "automatic_function_calling": off,
        }
    )
    async with ModelServer(GENERATE, calls(wanted, text="Hm."), says("5 USD")) as server:
        async with _client(server.url).aio as client:
            stream = await client.models.generate_content_stream(
                model="tiny", contents=ASKED, config=config
            )
            contents = [one.candidates[0].content async for one in stream if one.candidates]
            parts = [part for one in contents if one for part in one.parts or ()]
            (part,) = [part for part in parts if part.function_call]
            call = part.function_call
            assert call and (call.name, call.args) == wanted and part.thought_signature
            said = types.Content(role="model", parts=[part])
            result = types.Part.from_function_response(name="price", response={"output": "5"})
            told = types.Content(role="user", parts=[result])
            stream = await client.models.generate_content_stream(
                model="tiny",
                contents=[ASKED, said, told],
                config=config.model_copy(update={"tool_config": never}),
            )
            assert [one async for one in stream]
    read = server.asked[1].read
    assert server.asked[0].read.tools == ("price",) and read.must_answer
    assert read.called == (wanted,) and read.results == ("5",)


@pytest.mark.parametrize("status", [400, 404, 429, 503])
async def test_refusals_are_its_own_errors(status: int) -> None:
    async with ModelServer(GENERATE, fails(status, "because")) as server:
        async with _client(server.url).aio as client:
            with pytest.raises(errors.APIError, match="because") as raised:
                await client.models.generate_content(model="tiny", contents=ASKED, config=CONFIG)
    assert raised.value.code == status
