"""The embedded model behind real calls: its process dies, and only one question notices."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psutil
import pytest

from articgw.backends.embedded.backend import EmbeddedBackend
from articgw.protocol import AnswerDone, Ask, Error
from tests.helpers.gateway import gateway
from tests.integration.caller import TIMEOUT_S, Caller, calling, frames_arrive, health

pytestmark = pytest.mark.integration


async def _end(caller: Caller, question_id: str) -> AnswerDone | Error:
    async with asyncio.timeout(TIMEOUT_S):
        while True:
            for message in caller.heard:
                if isinstance(message, AnswerDone | Error) and message.id == question_id:
                    return message
            await asyncio.sleep(0.01)


async def test_a_model_killed_mid_answer_is_a_typed_error_and_nobody_else_notices(
    tmp_path: Path,
) -> None:
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    async with gateway(EmbeddedBackend(tmp_path)) as url:
        async with calling(url) as unlucky, calling(url) as healthy:
            await frames_arrive(url, 10)
            unlucky.say(Ask(id="1", text="What does the sign say?"))
            await asyncio.sleep(0.1)
            for process in psutil.Process().children(recursive=True):
                if process.pid not in before:
                    process.kill()
            error = await _end(unlucky, "1")
            assert isinstance(error, Error) and error.code == "backend_unavailable"
            assert error.retry_after_s and error.message
            received = (await health(url))["frames_received"]
            healthy.say(Ask(id="2", text="Is there any text?"))
            assert isinstance(await _end(healthy, "2"), AnswerDone)
            unlucky.say(Ask(id="3", text="Is there any text?"))
            assert isinstance(await _end(unlucky, "3"), AnswerDone)
            assert (await health(url))["frames_received"] > received
            assert not any(isinstance(message, Error) for message in healthy.heard)
    left = {process.pid for process in psutil.Process().children(recursive=True)}
    assert left <= before
