"""A call whose model uses tools: client, gateway, model server and tool server are all real."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import aiohttp
import av
import pytest

from articgw.backends.openai_chat import OpenAIChatBackend, parse
from articgw.client import Call, DrawnSource, Tool
from articgw.config import Config
from articgw.testing.servers import ModelServer
from articgw.testing.servers.behaviours import calls, says
from articgw.testing.servers.chat import CHAT
from tests.articgw.tools.tool_server import says as tool_says
from tests.articgw.tools.tool_server import tool_server
from tests.helpers.gateway import gateway

pytestmark = pytest.mark.integration

PRICE = Tool(
    "price",
    "What an article costs.",
    {"type": "object", "properties": {"article": {"type": "string"}}, "required": ["article"]},
)


def _grey(_number: int) -> av.VideoFrame:
    return av.VideoFrame(320, 240, "yuv420p")


async def test_an_answer_comes_with_what_tools_said_and_nothing_of_it_is_written_down(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    beeps: list[dict[str, Any]] = []

    async def beep(arguments: dict[str, Any]) -> str:
        beeps.append(arguments)
        return "SENTINEL-BEEPED"

    wanted: tuple[tuple[str, dict[str, str]], ...] = (
        ("price", {"article": "SENTINEL-CUP"}),
        ("beep", {}),
        ("rm", {"x": "SENTINEL-RM"}),
    )
    model = (calls(*wanted, text="One moment."), says("It costs 5 USD."))
    tools = [PRICE, Tool("beep", "Makes a sound.", run=beep), Tool("rm", "Deletes.")]
    async with ModelServer(CHAT, *model) as server, tool_server(tool_says('{"usd": 5}')) as priced:
        config = Config(
            tools=f"price=http://me:SENTINEL-PASSWORD@{priced.url.removeprefix('http://')} "
            "beep=client",
            trace_dir=tmp_path,
        )
        backend = OpenAIChatBackend(parse(f"openai:tiny@{server.url}"))
        with caplog.at_level(logging.DEBUG, "articgw"):
            async with (
                gateway(backend, config) as url,
                Call(url, DrawnSource(_grey), tools=tools) as call,
            ):
                stream = call.stream("How much is it?")
                pieces = [piece async for piece in stream]
                taken, session = call.tools, call.session
                async with aiohttp.ClientSession() as http:
                    page = await (await http.get(f"{url}/metrics")).text()
                    listed = await (await http.get(f"{url}/api/sessions")).json()
    assert stream.answer is not None
    done = stream.answer.done
    assert done.text == "One moment.\nIt costs 5 USD." and "".join(pieces) == done.text
    assert done.tool_calls == 2 and done.timings.tools_ms > 0
    assert priced.asked == [{"article": "SENTINEL-CUP"}] and beeps == [{}]
    assert taken is not None and taken.offered == ("price", "beep")
    assert "--tools" in taken.refused["rm"]
    first, second = (one.read for one in server.asked)
    assert first.tools == second.tools == ("price", "beep") and second.called == wanted
    assert second.results[:2] == ('{"usd": 5}', "SENTINEL-BEEPED")
    assert "not allowed" in second.results[2]
    for line in ('{outcome="answered"} 2.0', '{outcome="refused"} 1.0'):
        assert f"articgw_tool_calls_total{line}" in page
    (call_listed,) = listed["sessions"]
    assert call_listed["session"] == session and call_listed["tool_calls"] == 2
    traces = "".join(path.read_text() for path in tmp_path.iterdir())
    assert traces.count('"what":"tool"') == 3
    assert "SENTINEL" not in f"{caplog.text}{page}{traces}"


async def test_tools_are_registered_over_http_for_cameras_without_a_data_channel() -> None:
    async with ModelServer(CHAT, calls(("price", {"article": "cup"})), says("5 USD.")) as server:
        async with tool_server(tool_says("5", kind="text/plain")) as priced:
            backend = OpenAIChatBackend(parse(f"openai:tiny@{server.url}"))
            config = Config(tools=f"price={priced.url}")
            async with (
                gateway(backend, config) as url,
                Call(url, DrawnSource(_grey)) as call,
                aiohttp.ClientSession(f"{url}/api/sessions/{call.session}/") as http,
            ):
                told = {"name": "price", "description": "What it costs."}
                answer = await http.put("tools", json={"tools": [told]})
                assert await answer.json() == {"offered": ["price"], "refused": {}}
                for body, status in (
                    ({"tools": [told, told]}, 422),
                    ({"tools": [{**told, "parameters": {"$ref": "http://x"}}]}, 400),
                ):
                    answer = await http.put("tools", json=body)
                    assert answer.status == status
                asked = await http.post("ask", json={"text": "How much?"})
                assert "5 USD." in await asked.text()
    assert priced.asked == [{"article": "cup"}] and len(server.asked) == 2
