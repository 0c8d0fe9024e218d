"""A tool is posted its arguments, once, and whatever it does ends in a result."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from articgw.tools.allowed import Allowed
from articgw.tools.posting import CUT, MAX_RESULT_BYTES, Posting, told
from articgw.tools.toolset import Result
from tests.articgw.tools.tool_server import Answer, ToolServer, says, tool_server

ARGUMENTS = {"of": "SENTINEL-ARGUMENT"}


@asynccontextmanager
async def posted(
    answer: Answer, within_s: float = 5.0, login: tuple[str, str] | None = None
) -> AsyncGenerator[tuple[Result, ToolServer]]:
    """What came of one call, while its server still runs."""
    posting = Posting()
    async with tool_server(answer) as server:
        try:
            where = Allowed(server.url, login)
            yield await posting.run("price", where, ARGUMENTS, within_s=within_s), server
        finally:
            await posting.close()
            await posting.close()


async def test_arguments_go_out_and_the_result_comes_back_word_for_word() -> None:
    async with posted(says('{"usd": 5}'), login=("me", "secret")) as (result, server):
        assert result == Result("answered", '{"usd": 5}')
        assert server.asked == [ARGUMENTS]
        assert server.headers[0]["Authorization"].startswith("Basic ")


@pytest.mark.parametrize("status", [301, 307, 404, 500])
async def test_what_is_no_answer_is_a_failure_and_not_asked_again(
    status: int, caplog: pytest.LogCaptureFixture
) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(text="SENTINEL", status=status, headers={"Location": "/other"})

    async with posted(answer) as (result, server):
        assert result.outcome == "failed" and len(server.asked) == 1
        assert "SENTINEL" not in result.text
    assert f"tool price answered with {status}" in caplog.text and "SENTINEL" not in caplog.text


async def test_what_is_no_text_is_a_failure() -> None:
    async with posted(says("x", kind="image/png")) as (result, _):
        assert result.outcome == "failed"


async def test_a_slow_one_is_late_and_is_left(caplog: pytest.LogCaptureFixture) -> None:
    async def answer(_request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError("nothing ends this wait")

    async with posted(answer, within_s=0.1) as (result, server):
        assert result.outcome == "late"
        async with asyncio.timeout(5):
            while not server.left:
                await asyncio.sleep(0)
    assert "did not answer within 0.1 s" in caplog.text and "SENTINEL" not in caplog.text


async def test_a_server_that_is_gone_is_a_failure(caplog: pytest.LogCaptureFixture) -> None:
    async with tool_server(says("x")) as server:
        where = Allowed(server.url)
    posting = Posting()
    result = await posting.run("price", where, ARGUMENTS, within_s=5.0)
    await posting.close()
    assert result.outcome == "failed" and "SENTINEL" not in caplog.text
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


async def test_a_name_that_no_server_can_have_is_a_failure() -> None:
    posting = Posting()
    where = Allowed(f"http://{'x' * 70}.example/")
    assert (await posting.run("price", where, ARGUMENTS, within_s=5.0)).outcome == "failed"
    await posting.close()


async def test_a_long_result_is_cut_and_says_so() -> None:
    async with posted(says("x" * 3_000_000, kind="text/plain")) as (result, _):
        assert result.outcome == "answered"
        assert result.text == "x" * MAX_RESULT_BYTES + CUT
    assert told("é".encode() * 3) == "ééé" and told(b"\xff") == "\ufffd"
