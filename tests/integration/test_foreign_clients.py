"""Clients that we did not write, unmodified, through the doors that are theirs.

Their pages come from another origin than the gateway, as an application's do. What each client is
and how it got here: tests/foreign.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Error as PageError

from articgw.backends.scripted import ScriptedBackend, Turn
from articgw.config import Config
from articgw.tools.toolset import Wanted
from tests.helpers import foreign_ffmpeg, foreign_gstreamer
from tests.helpers.browser import chromium, gateway
from tests.helpers.foreign import QUESTION
from tests.helpers.foreign_ffmpeg import ffmpeg_camera
from tests.helpers.foreign_gstreamer import gstreamer_camera
from tests.helpers.foreign_packages import pages
from tests.helpers.foreign_page import Door, ForeignPage, film, foreign_page, spoken
from tests.helpers.gateway import gateway as scripted_gateway
from tests.integration.onlooker import Onlooker, onlooker

pytestmark = pytest.mark.integration

SECRET = "0123456789abcdef" * 2
PUT = """async ([url, token, body]) => {
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  return (await fetch(url, { method: "PUT", headers, body: JSON.stringify(body) })).json();
}"""


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("camera") / "camera.y4m")


@asynccontextmanager
async def guest(
    door: Door, camera: Path, *, token: str = SECRET, known: bool = True
) -> AsyncIterator[tuple[ForeignPage, Onlooker]]:
    """A client's page before its call; ``known``: the gateway lets pages of that origin in."""
    async with pages() as origin:
        let_in = ("--cors_origins", json.dumps([origin])) if known else ()
        async with (
            gateway("--token", SECRET, *let_in) as running,
            chromium(camera) as browser,
            foreign_page(browser, origin, door, running.url, token) as client,
            onlooker(running.url, SECRET) as other,
        ):
            yield client, other


def picture_px(answer: str) -> tuple[int, int]:
    """What the scripted model says that it was shown."""
    found = re.search(r"a picture of (\d+) by (\d+) pixels", answer)
    assert found is not None, answer
    return int(found[1]), int(found[2])


async def test_a_whip_camera_is_asked_about_by_somebody_else(camera: Path) -> None:
    async with guest("whip", camera) as (client, other):
        told = await client.call()
        assert told["etag"], "the client could not read ETag"
        assert told["resource"].startswith(client.url)

        call = await other.seen("whip", frames=3)
        answer = await other.ask(call["session"], QUESTION)
        assert answer.text.startswith(f"You asked: {QUESTION}")
        width, height = picture_px(answer.text)
        assert abs(9 * width - 16 * height) <= 16, "more than a row off: a busy browser rounds"

        resource = told["resource"].removeprefix(client.url)
        await client.hang_up()
        await other.gone(call["session"])
        assert client.requests[0] == "POST /whip 201"
        assert f"PATCH {resource} 204" in client.requests, "no candidate was trickled"
        assert client.requests[-1] == f"DELETE {resource} 200"
        assert client.errors == []


async def test_a_pipecat_client_is_answered_on_its_own_data_channel(camera: Path) -> None:
    async with guest("pipecat", camera) as (client, other):
        told = await client.call()
        assert int(told["bot"]["version"].split(".")[0]) >= 1

        call = await other.seen("pipecat", frames=3)
        heard = await client.ask(QUESTION)
        kinds = [kind for kind, *_ in heard]
        assert kinds[0] == "bot-llm-started"
        assert kinds[-2:] == ["bot-llm-stopped", "server-message"]
        whole = heard[-1][1]
        assert (whole["type"], whole["model"]) == ("answer.done", "scripted")
        assert kinds.count("bot-llm-text") > 3, "the answer did not stream"
        assert spoken(heard).startswith(f"You asked: {QUESTION}")
        width, height = picture_px(spoken(heard))
        assert width / height == pytest.approx(16 / 9, rel=0.02)  # a busy browser rounds

        await client.hang_up()
        await other.gone(call["session"])
        assert client.requests[0] == "POST /api/offer 200"
        assert "PATCH /api/offer 200" in client.requests, "no candidate was trickled"
        assert client.errors == []


async def test_a_pipecat_page_runs_a_function_for_the_model(camera: Path) -> None:
    wanted = Wanted("1", "beep", '{"times": 2}')
    backend = ScriptedBackend([Turn("", calls=(wanted,)), Turn("Done.")])
    async with pages() as origin:
        config = Config(token=SECRET, cors_origins=(origin,), tools="beep=client")
        async with (
            scripted_gateway(backend, config) as url,
            chromium(camera) as browser,
            foreign_page(browser, origin, "pipecat", url, SECRET) as client,
            onlooker(url, SECRET) as other,
        ):
            await client.call()
            await client.page.evaluate("() => window.foreign.handle('beep')")
            call = await other.seen("pipecat", frames=1)
            tools = {"tools": [{"name": "beep", "description": "Makes a sound."}]}
            where = f"{url}/api/sessions/{call['session']}/tools"
            taken = await client.page.evaluate(PUT, [where, SECRET, tools])
            assert taken == {"offered": ["beep"], "refused": {}}
            assert spoken(await client.ask(QUESTION)).strip() == "Done."
            assert client.errors == []
    assert backend.prompts[1].toolset.rounds[0].results[0].text == '{"beep":{"times":2}}'


async def test_clients_without_the_right_token_are_told_so(camera: Path) -> None:
    async with guest("whip", camera, token="x" * 32) as (whip, other):
        browser, origin = whip.page.context.browser, whip.page.url.rpartition("/")[0]
        assert browser is not None
        async with foreign_page(browser, origin, "pipecat", whip.url, None) as pipecat:
            for client in (whip, pipecat):
                with pytest.raises(PageError):
                    await client.call()
                assert [request.rpartition(" ")[2] for request in client.requests] == ["401"]
        assert await other.calls() == []


async def test_a_page_of_an_unknown_origin_gets_no_answer(camera: Path) -> None:
    async with guest("whip", camera, known=False) as (client, other):
        with pytest.raises(PageError, match="Failed to fetch"):
            await client.call()
        assert await other.calls() == []


@pytest.mark.skipif(not foreign_ffmpeg.available(), reason="PyAV before FFmpeg 8")
async def test_ffmpeg_publishes_and_is_asked_about(tmp_path: Path) -> None:
    async with gateway("--token", SECRET) as running, onlooker(running.url, SECRET) as other:
        async with ffmpeg_camera(running.url, SECRET, tmp_path):
            call = await other.seen("whip", frames=3)
            answer = await other.ask(call["session"], QUESTION)
            assert answer.text.startswith(f"You asked: {QUESTION}")
            assert picture_px(answer.text) == foreign_ffmpeg.SIZE_PX
        await other.gone(call["session"])


@pytest.mark.skipif(not foreign_gstreamer.available(), reason="no whip-client of GStreamer here")
async def test_gstreamer_publishes_and_is_asked_about() -> None:
    async with gateway("--token", SECRET) as running, onlooker(running.url, SECRET) as other:
        async with gstreamer_camera(running.url, SECRET) as said:
            call = await other.seen("whip", frames=3)
            answer = await other.ask(call["session"], QUESTION)
            assert answer.text.startswith(f"You asked: {QUESTION}")
            assert picture_px(answer.text) == foreign_gstreamer.SIZE_PX
        await other.gone(call["session"])
        assert "[WHIP] Disconnecting from server (Shutting down)" in said
