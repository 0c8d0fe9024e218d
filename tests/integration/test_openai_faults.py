"""Whatever a model server does, the person is told in time what to do, and the call goes on."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path

import pytest

from articgw.backends.openai_chat import OpenAIChatBackend, parse
from articgw.config import Config
from articgw.protocol import AnswerDone, Ask, Error
from articgw.testing import LoopbackPeer, picture
from tests.helpers.chat_faults import (
    FAULTS,
    KEY,
    QUESTION,
    Fault,
    asked,
    faulty_call,
    typed,
    wrong,
)
from tests.helpers.chat_server import MODEL, ChatServer, repeats_the_request, says, stalls
from tests.helpers.gateway import gateway
from tests.integration.caller import calling, frames_arrive, health

pytestmark = pytest.mark.integration

FPS = 30
STALL_S = 0.5
"""Media that waits so long has been disturbed, even on a busy machine."""


async def camera(peer: LoopbackPeer, stalls_s: list[float]) -> None:
    """Shows pictures, and notes how late each one was."""
    now = asyncio.get_running_loop().time
    while True:
        due_t = now() + 1 / FPS
        await asyncio.sleep(1 / FPS)
        stalls_s.append(now() - due_t)
        peer.show(picture(320, 180))


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
async def test_every_fault_is_typed_in_time_and_the_call_goes_on(
    fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    stalls_s: list[float] = []
    with caplog.at_level(logging.DEBUG):
        async with faulty_call(fault) as peer:
            filming = asyncio.create_task(camera(peer, stalls_s))
            for question_id in ("1", "2"):
                end, took_s = await asked(peer, question_id)
                assert wrong(fault, end, took_s) == ""
            seen = peer.slot.received
            while peer.slot.received < seen + 3:
                await asyncio.sleep(0.01)
            filming.cancel()
    assert max(stalls_s, default=0.0) < STALL_S
    assert KEY not in caplog.text and QUESTION not in caplog.text


def test_there_are_enough_faults_and_no_two_have_one_name() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert sum(fault.code is not None for fault in FAULTS) >= 12


async def test_the_bench_can_count_them() -> None:
    assert await typed(FAULTS[0])


async def test_a_model_that_hangs_disturbs_neither_media_nor_the_neighbour() -> None:
    """A real gateway, two real calls, one model server of which every first answer hangs."""
    async with ChatServer(stalls(), says("It says EXIT.")) as server:
        backend = OpenAIChatBackend(parse(f"openai:{MODEL}@{server.url}"), api_key=KEY)
        async with gateway(backend, Config(answer_deadline_s=2.0)) as url:
            async with calling(url) as unlucky, calling(url) as neighbour:
                await frames_arrive(url, 10)
                unlucky.say(Ask(id="1", text=QUESTION))
                await server.until(lambda one: one.open == 1)
                neighbour.say(Ask(id="1", text=QUESTION))
                assert (await neighbour.hears(AnswerDone)).text == "It says EXIT."
                await frames_arrive(url, 20)
                assert server.open == 1
                error = await unlucky.hears(Error)
                assert error.code == "backend_unavailable" and "2 s" in error.message
                await server.until(lambda one: one.left == 1)
                unlucky.say(Ask(id="2", text=QUESTION))
                assert (await unlucky.hears(AnswerDone)).text == "It says EXIT."
                assert (await health(url))["loop_lag_max_ms"] < 1000 * STALL_S


async def test_a_new_question_closes_the_old_ones_connection() -> None:
    async with ChatServer(stalls(), says("It says EXIT.")) as server:
        backend = OpenAIChatBackend(parse(f"openai:{MODEL}@{server.url}"), api_key=KEY)
        async with gateway(backend) as url, calling(url) as caller:
            await frames_arrive(url)
            caller.say(Ask(id="1", text=QUESTION))
            await server.until(lambda one: one.open == 1)
            caller.say(Ask(id="2", text=QUESTION))
            assert (await caller.hears(AnswerDone)).id == "2"
            await server.until(lambda one: one.left == 1 and one.open == 0)
            superseded = next(m for m in caller.heard if isinstance(m, Error))
            assert (superseded.code, superseded.id) == ("superseded", "1")


async def test_nothing_that_is_written_holds_key_or_question(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        async with ChatServer(repeats_the_request(500)) as server:
            backend = OpenAIChatBackend(parse(f"openai:{MODEL}@{server.url}"), api_key=KEY)
            config = Config(trace_dir=tmp_path)
            async with gateway(backend, config) as url, calling(url) as caller:
                await frames_arrive(url)
                caller.say(Ask(id="1", text=QUESTION))
                error = await caller.hears(Error)
            (sent,) = {one.parts[0]["image_url"]["url"][-64:] for one in server.asked}
    (trace,) = tmp_path.iterdir()
    written = caplog.text + trace.read_text() + json.dumps([error.message])
    assert "backend_unavailable" in trace.read_text()
    for secret in (KEY, QUESTION, sent):
        assert secret not in written
