"""Checks of `conformance.py` that are about what stands before a question, and when it is read."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace

import numpy as np
import pytest

from articgw.backends import Backend, Prompt, Reply, Shown
from articgw.backends.wire.served import MOST_BESIDE, MOST_COLD
from articgw.errors import BackendRefused, BackendUnavailable
from articgw.frame import Frame
from articgw.testing import picture
from articgw.testing.servers.behaviours import fails, repeats_the_request, says, stalls
from articgw.testing.servers.wire import INPUT_TOKENS
from tests.articgw.backends.conformance import (
    QUESTION,
    SIZE_PX,
    TEXT,
    Adapter,
    Check,
    ask,
    prompt,
)

WRITTEN = "It says EXIT.\n@@look {}"
_MARK = ', "cache_control": {"type": "ephemeral"}'
"""Moves on with the newest picture; it is no part of what the model reads."""


def frame(shade: int) -> Frame:
    """One that differs from others of another shade."""
    width_px, height_px = SIZE_PX
    rgb = np.full((height_px, width_px, 3), shade, np.uint8)
    return Frame(picture(width_px, height_px, rgb=rgb), float(shade))


async def rested(backend: Backend) -> None:
    """It would read ahead again."""
    async with asyncio.timeout(10.0):
        while not backend.warms:
            await asyncio.sleep(0)


async def what_was_said_before_stands_in_front(adapter: Adapter) -> None:
    """Pictures, question and answer as they were, in their order, and the new ones behind them: so
    that a prompt begins with the bytes of the one before, its question included."""
    if not adapter.remembers:
        return
    first, second, third = map(frame, (40, 120, 200))
    asked = Prompt(QUESTION, second, session="call", earlier=(Shown(first),))
    async with adapter.server(says(WRITTEN)) as server:
        async with adapter.backend(server.url, frames=4) as backend:
            _, reply = await ask(backend, about=asked)
            before = (Shown(first), Shown(second, QUESTION, reply.written))
            await ask(backend, about=Prompt("And now?", third, session="call", earlier=before))
    one, two = (request.read for request in server.asked)
    assert one.earlier == () and len(one.others) == 1 and one.base64 != one.others[0]
    (said,) = two.earlier
    assert said["pictures"] == (*one.others, one.base64) and two.others == ()
    assert (said["words"], said["answer"]) == (QUESTION, WRITTEN)
    assert two.question == "And now?" and two.system == one.system
    assert "oldest first" in one.system
    bodies = [json.dumps(request.body).replace(_MARK, "") for request in server.asked]
    ends = bodies[0].index(json.dumps(QUESTION)) + len(json.dumps(QUESTION))
    assert bodies[1][:ends] == bodies[0][:ends]


async def what_was_said_before_is_not_repeated_to_anybody(adapter: Adapter) -> None:
    """Not even by a server that repeats all that it was sent."""
    before = (Shown(frame(40), "Where is the OLD-SENTINEL?", "Behind the GREEN-SENTINEL."),)
    about = Prompt("And now?", frame(120), session="call", earlier=before)
    async with adapter.server(repeats_the_request(400)) as server:
        async with adapter.backend(server.url, frames=4) as backend:
            with pytest.raises(BackendRefused) as raised:
                await ask(backend, about=about)
    assert "SENTINEL" not in str(raised.value)


async def a_prompt_is_read_ahead_of_its_question(adapter: Adapter) -> None:
    """As it will be asked, for one token, and only where that is wanted; what it cost is told, and
    whoever leaves stops it."""
    async with adapter.server(says("It", finish="length"), stalls(), says(TEXT)) as server:
        async with adapter.backend(server.url, warm="all") as backend:
            assert backend.warms == adapter.warms
            reply = await backend.warm(replace(prompt(), question=""), deadline_s=10.0)
            if not adapter.warms:
                assert reply is None and server.asked == []
                return
            assert isinstance(reply, Reply) and reply.usage.input_tokens == INPUT_TOKENS
            assert not backend.warms, "it rests"
            await rested(backend)
            reading = asyncio.create_task(backend.warm(prompt(), deadline_s=10.0))
            await server.until(lambda one: one.open == 1)
            assert not backend.warms, "one at a time"
            assert await backend.warm(prompt(), deadline_s=10.0) is None
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            await server.until(lambda one: one.left == 1 and one.open == 0)
            assert (await ask(backend))[1].text == TEXT
    ahead, _, asked = server.asked
    assert ahead.read.base64 == asked.read.base64 and ahead.read.system == asked.read.system
    assert ahead.read.question not in ("", QUESTION)
    assert re.search(r'okens": 1\b|"num_predict": 1\b', json.dumps(ahead.body))
    bodies = [
        re.sub(r'(okens|num_predict)": \d+', "", json.dumps(one.body)).replace(
            json.dumps(one.read.question), ""
        )
        for one in (ahead, asked)
    ]
    assert bodies[0] == bodies[1], "but for the question"


async def questions_come_before_what_is_read_ahead(adapter: Adapter) -> None:
    """With some open, nothing is read for others."""
    gate = asyncio.Event()
    async with adapter.server(says(TEXT, gate=gate)) as server:
        async with adapter.backend(server.url, warm="all") as backend:
            asking = [asyncio.create_task(ask(backend)) for _ in range(MOST_BESIDE)]
            await server.until(lambda one: one.open == MOST_BESIDE)
            assert not backend.warms
            gate.set()
            await asyncio.gather(*asking)
            assert backend.warms == adapter.warms


async def nobody_is_made_to_read_ahead_who_charges_for_it(adapter: Adapter) -> None:
    """Unless that is wanted: with ``own``, only servers that say that they are one's own."""
    for owner, warm, warms in (("", "own", False), ("vllm", "own", True), ("vllm", "off", False)):
        async with adapter.server(owner=owner) as server:
            async with adapter.backend(server.url, warm=warm) as backend:
                assert backend.warms == (warms and adapter.warms), (owner, warm)


async def a_server_that_wants_a_question_is_left_alone(adapter: Adapter) -> None:
    """Once it has said so often enough; one that is only away is not."""
    if not adapter.warms:
        return
    async with adapter.server(*[fails(503)] * 2, fails(500), fails(400)) as server:
        async with adapter.backend(server.url, warm="all") as backend:
            for error in (BackendUnavailable, BackendUnavailable, *[BackendRefused] * MOST_COLD):
                assert backend.warms
                with pytest.raises(error):
                    await backend.warm(prompt(), deadline_s=10.0)
            assert not backend.warms


async def a_server_that_is_asked_too_much_is_left_alone_for_as_long_as_it_says(
    adapter: Adapter,
) -> None:
    """By what is read ahead; questions are asked."""
    if not adapter.warms:
        return
    crowded = fails(429, headers={"Retry-After": "30"})
    async with adapter.server(crowded, says(TEXT)) as server:
        async with adapter.backend(server.url, warm="all") as backend:
            with pytest.raises(BackendUnavailable):
                await backend.warm(prompt(), deadline_s=10.0)
            assert not backend.warms and await backend.warm(prompt(), deadline_s=10.0) is None
            assert (await ask(backend))[1].text == TEXT
    assert len(server.asked) == 2


BEFORE: tuple[Check, ...] = (
    what_was_said_before_stands_in_front,
    what_was_said_before_is_not_repeated_to_anybody,
    a_prompt_is_read_ahead_of_its_question,
    questions_come_before_what_is_read_ahead,
    nobody_is_made_to_read_ahead_who_charges_for_it,
    a_server_that_wants_a_question_is_left_alone,
    a_server_that_is_asked_too_much_is_left_alone_for_as_long_as_it_says,
)
"""Every adapter does these as well."""
