"""Frames that nobody looks at are not decoded; who asks gets the current one, whatever happens."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from fractions import Fraction

import av
import numpy as np
import pytest

from articgw.backends import Prompt
from articgw.backends.scripted import ScriptedBackend, echo
from articgw.frame import samples
from articgw.protocol import AnswerDone, Ask, Error, Ready
from articgw.testing.link import LinkSpec
from articgw.testing.loss import RandomLoss
from articgw.testing.relay import relay
from tests.helpers.gateway import gateway
from tests.integration.caller import Caller, DrawnCamera, calling, frames_arrive, health

pytestmark = pytest.mark.integration


class Distant(ScriptedBackend):
    """A model that is asked when somebody asks, and not before."""

    reads_ahead = False


class ChangingCamera(DrawnCamera):
    """Its pictures get larger."""

    scale = 1

    async def recv(self) -> av.VideoFrame:
        frame = await super().recv()
        if self.scale == 1:
            return frame
        large = frame.reformat(640 * self.scale, 360 * self.scale)
        large.pts, large.time_base = frame.pts, Fraction(1, 90_000)
        return large


@pytest.fixture
def backend() -> Distant:
    return Distant(echo)


@pytest.fixture
async def url(backend: Distant, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    monkeypatch.setattr("articgw.calls.CALLS_PER_CORE", 0)
    async with gateway(backend) as running:
        yield running


async def asked(caller: Caller, backend: Distant, id_: str = "1") -> Prompt:
    caller.say(Ask(id=id_, text="what?"))
    assert (await caller.hears(AnswerDone)).id == id_
    return backend.prompts[-1]


async def test_nothing_is_decoded_until_somebody_asks(url: str, backend: Distant) -> None:
    async with calling(url) as caller:
        await frames_arrive(url, 45)
        assert await decoded(url) == 0
        prompt = await asked(caller, backend)
        assert time.monotonic() - prompt.frame.captured_t < 0.5
        assert 0 < await decoded(url) <= 60
        done = next(m for m in caller.heard if isinstance(m, AnswerDone))
        assert done.frame_age_ms is not None and done.frame_age_ms < 300


async def test_a_question_right_after_the_start_is_answered_or_told_why(
    url: str, backend: Distant
) -> None:
    async with calling(url) as caller:
        for number in range(100):
            caller.say(Ask(id=str(number), text="what?"))
            told = await hears_end(caller)
            if isinstance(told, AnswerDone):
                break
            assert told.code == "no_frame"
            await asyncio.sleep(0.02)
        else:
            pytest.fail("never answered")
        assert time.monotonic() - backend.prompts[-1].frame.captured_t < 0.5


async def test_the_size_may_change_between_looks(url: str, backend: Distant) -> None:
    caller = Caller(url, camera=False)
    camera = ChangingCamera()
    caller.connection.addTrack(camera)
    try:
        assert isinstance(await caller.call(), Ready)
        await frames_arrive(url, 10)
        assert (await asked(caller, backend)).frame.size_px == (640, 360)
        camera.scale = 2
        await frames_arrive(url, 15)
        prompt = await asked(caller, backend, "2")
        assert prompt.frame.size_px == (1280, 720)
        assert time.monotonic() - prompt.frame.captured_t < 0.5
    finally:
        camera.stop()
        await caller.hang_up()


async def test_loss_tears_no_picture(url: str, backend: Distant) -> None:
    link = LinkSpec(loss=RandomLoss(0.05), delay_s=0.02)
    async with relay(url, uplink=link) as running, calling(running.url) as caller:
        for number in range(4):
            await frames_arrive(url, 8)
            prompt = await asked(caller, backend, str(number))
            assert time.monotonic() - prompt.frame.captured_t < 1.5
            luma = samples(prompt.frame.picture.planes[0]).astype(int)
            assert len(np.unique(luma[:, ::16] // 24)) <= 4, "grey, the bar, and nothing else"


async def decoded(url: str) -> int:
    """Frames that the gateway has decoded."""
    return int((await health(url))["frames_decoded"])


async def hears_end(caller: Caller) -> AnswerDone | Error:
    """How the open question ends."""
    async with asyncio.timeout(10):
        while True:
            for message in caller.heard:
                if isinstance(message, AnswerDone | Error):
                    caller.heard.remove(message)
                    return message
            await asyncio.sleep(0.005)
