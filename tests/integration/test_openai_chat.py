"""A real model behind a real server: llama.cpp reads the digits that the camera shows."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import pairwise

import av
import cv2
import numpy as np
import pytest
import pytest_asyncio

from artic_abr import ReadabilitySource
from articgw.backends import Reply
from articgw.backends.openai_chat import OpenAIChatBackend, parse
from articgw.backends.pictures.picture import Picture
from articgw.config import Config
from articgw.errors import BackendGarbled, BackendRefused
from articgw.protocol import AnswerDelta, AnswerDone, Ask, Error, Typing
from articgw.testing import loopback_call, picture
from articgw.tools.spec import Tool
from articgw.tools.toolset import Result, Round, Toolset, Wanted
from articgw.trace import MemoryTrace
from tests.articgw.backends.openai_chat.asking import PROMPT, ask
from tests.helpers.gateway import gateway
from tests.helpers.reader import MODEL, QUESTION, SIDE_PX, draw_digit, reader_server, slots
from tests.integration.caller import DrawnCamera, calling, frames_arrive

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]

DIGITS = 40
RIGHT = 0.95
BLUR = 16
MANY_TOKENS = 7000
FREED_S = 6.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reader() -> AsyncIterator[str]:
    async with reader_server() as url:
        yield url


def backend_at(url: str, **options: object) -> OpenAIChatBackend:
    settings: dict[str, object] = {"picture_px": SIDE_PX, "evidence": "none", **options}
    return OpenAIChatBackend(parse(f"openai:{MODEL}@{url}"), **settings)  # type: ignore[arg-type]


async def read(url: str, blur: int = 1) -> tuple[float, list[AnswerDone]]:
    """The share of `DIGITS` digits that are read, through a whole call, and the answers."""
    rng, right, dones = random.Random(99), 0, []
    async with loopback_call(backend_at(url)) as peer:
        for number in range(DIGITS):
            digit, rgb = draw_digit(rng, blur)
            peer.show(picture(SIDE_PX, SIDE_PX, rgb=rgb))
            peer.say(Ask(id=str(number), text=QUESTION))
            done = await peer.hears(AnswerDone)
            right += done.text == digit
            dones.append(done)
    return right / DIGITS, dones


async def busy(url: str, count: int) -> None:
    """Returns when so many slots work. Left alone, an answer of `MANY_TOKENS` takes 9 s."""
    async with asyncio.timeout(FREED_S):
        while [slot["is_processing"] for slot in await slots(url)].count(True) != count:
            await asyncio.sleep(0.01)


class DigitCamera(DrawnCamera):
    """Holds a digit into the picture, four times as large as the model wants it."""

    def __init__(self) -> None:
        super().__init__()
        self.rgb = draw_digit(random.Random(0))[1]

    async def recv(self) -> av.VideoFrame:
        drawn = await super().recv()
        side_px = 4 * SIDE_PX
        rgb = cv2.resize(self.rgb, (side_px, side_px), interpolation=cv2.INTER_CUBIC)
        frame = av.VideoFrame.from_ndarray(np.asarray(rgb, np.uint8), format="rgb24")
        frame.pts, frame.time_base = drawn.pts, drawn.time_base
        return frame


async def test_digits_come_back_through_a_camera_and_a_codec(
    reader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    camera, rng, right = DigitCamera(), random.Random(5), 0
    monkeypatch.setattr("tests.integration.caller.DrawnCamera", lambda: camera)
    async with gateway(backend_at(reader)) as url, calling(url) as caller:
        await frames_arrive(url, 30)
        for number in range(10):
            digit, camera.rgb = draw_digit(rng)
            await frames_arrive(url, 20)
            caller.say(Ask(id=str(number), text=QUESTION))
            done = await caller.hears(AnswerDone)
            assert done.frame_size_px == (4 * SIDE_PX, 4 * SIDE_PX)
            right += done.text == digit
    assert right >= 9


async def test_digits_in_the_picture_come_back_in_the_answer(reader: str) -> None:
    share, dones = await read(reader)
    assert share >= RIGHT
    assert all(done.finish == "stop" and done.tokens.input > 20 for done in dones)


async def test_the_model_is_less_sure_of_what_it_can_read_less_well(reader: str) -> None:
    sharp, blurred = (await read(reader))[1], (await read(reader, BLUR))[1]
    assert {done.readability.source for done in sharp} == {ReadabilitySource.LOGPROBS}

    def mean(dones: list[AnswerDone]) -> float:
        return sum(done.readability.value or 0.0 for done in dones) / len(dones)

    assert mean(sharp) > 0.95 and mean(blurred) < mean(sharp) - 0.03


async def test_what_it_read_while_the_question_was_typed_is_not_read_again(reader: str) -> None:
    rng, trace = random.Random(7), MemoryTrace()
    async with loopback_call(backend_at(reader, warm="own"), trace=trace) as peer:
        for number in range(5):
            digit, rgb = draw_digit(rng)
            peer.clock.advance(5.0)
            peer.say(Typing())
            await asyncio.sleep(0)
            async with asyncio.timeout(10.0):
                while [line.get("outcome") for line in trace.lines].count("read") <= number:
                    peer.show(picture(SIDE_PX, SIDE_PX, rgb=rgb))
                    await asyncio.sleep(0.01)
            peer.say(Ask(id=str(number), text=QUESTION))
            done = await peer.hears(AnswerDone)
            assert done.text == digit and done.tokens.cached > 20
    assert [line.get("outcome") for line in trace.lines].count("used") == 5


async def test_a_prompt_is_read_from_where_it_differs_from_the_one_before(reader: str) -> None:
    rng, noise, read = random.Random(8), np.random.default_rng(8), []
    config, (_, rgb) = Config(frames=4), draw_digit(rng)
    async with loopback_call(backend_at(reader, frames=4), config=config) as peer:
        for number in range(9):
            peer.clock.advance(2.0)
            noisy = np.clip(rgb + noise.integers(-3, 4, rgb.shape), 0, 255).astype(np.uint8)
            peer.show(picture(SIDE_PX, SIDE_PX, rgb=noisy))
            peer.say(Ask(id=str(number), text=QUESTION))
            tokens = (await peer.hears(AnswerDone)).tokens
            read.append((tokens.input, tokens.input - tokens.cached))
    grows = [whole > before for (before, _), (whole, _) in pairwise(read)]
    appended = [
        new - (whole - before)
        for (before, _), (whole, new), grown in zip(read, read[1:], grows, strict=False)
        if grown
    ]
    assert 4 <= len(appended) < 8 and max(appended) < 8, "no token of what stood there before"
    assert grows[0] and (False, False) not in pairwise(grows), "it never slides"


async def test_it_takes_tools_and_what_they_said(reader: str) -> None:
    """This model is too small to ask for one; that its server takes all of it is what is tested."""
    tool = Tool(name="price", description="What it costs.")
    done = Round("One moment.", (Wanted("c1", "price", "{}"),), (Result("answered", "5"),))
    backend = backend_at(reader)
    await backend.start()
    try:
        for rounds, may_call in (((), True), ((done,), True), ((done,), False)):
            asked = replace(PROMPT, toolset=Toolset((tool,), rounds, may_call))
            *_, reply = [one async for one in backend.ask(asked, deadline_s=20.0)]
            assert isinstance(reply, Reply) and reply.text
        assert backend.takes_tools, "nothing was refused"
    finally:
        await backend.close()


async def test_a_picture_that_is_none_is_refused_with_the_servers_words(
    reader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Picture:
        return Picture(b"aGVsbG8=", (SIDE_PX, SIDE_PX))

    monkeypatch.setattr("articgw.backends.pictures.pictures.picture_of", broken)
    backend = backend_at(reader)
    await backend.start()
    try:
        with pytest.raises(BackendRefused, match="does not take the question"):
            await ask(backend)
    finally:
        await backend.close()


async def test_a_schema_is_kept_and_its_text_is_all_that_is_shown(reader: str) -> None:
    """The tiny model writes nonsense into it: what matters is that nothing breaks."""
    backend = backend_at(reader, evidence="schema", max_tokens=60)
    await backend.start()
    try:
        async for part in backend.ask(PROMPT, deadline_s=20.0):
            assert "readability" not in str(part) or not isinstance(part, str)
    except BackendGarbled:
        pass
    finally:
        await backend.close()


async def test_words_stream_and_a_new_question_frees_the_slot() -> None:
    async with reader_server(never_stops=True) as url:
        backend = backend_at(url, max_tokens=MANY_TOKENS)
        async with loopback_call(backend) as peer:
            _, rgb = draw_digit(random.Random(1))
            peer.show(picture(SIDE_PX, SIDE_PX, rgb=rgb))
            peer.say(Ask(id="long", text=QUESTION))
            for _ in range(5):
                await peer.hears(AnswerDelta)
            await busy(url, 1)
            peer.say(Ask(id="next", text=QUESTION))
            error = await peer.hears(Error)
            assert (error.id, error.code) == ("long", "superseded")
            while (await peer.hears(AnswerDelta)).id != "next":
                pass
            await busy(url, 1)
        await busy(url, 0)
