"""/client.js on a page of another origin than the gateway's, in a real browser.

The page and its token come from a small back end of its own, as docs/client.md says; the example
there is the very page that is called here.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import cv2
import numpy as np
import pytest
from aiohttp import web
from playwright.async_api import Page, expect

from articgw.backends.scripted import ScriptedBackend, Turn, echo
from articgw.config import Config
from articgw.tokens import Scope, mint
from articgw.tools.toolset import Wanted
from tests.articgw.tools.tool_server import says as tool_says
from tests.articgw.tools.tool_server import tool_server
from tests.helpers.browser import Pixels, chromium, open_page, write_y4m
from tests.helpers.gateway import gateway
from tests.integration.caller import sessions_end

pytestmark = pytest.mark.integration

DOCS = Path(__file__).parents[2] / "docs" / "client.md"
IN_DOCS = "https://gateway.example"
SECRET = "0123456789abcdef" * 2
SIZE_PX = (640, 360)
LIMIT_MS = 20_000
ALL = ["cap", "fps", "size", "pause"]
"""In force while whole frames are asked for."""
OPEN = """async ({ from, options }) => {
  const { Call } = await import(`${from}/client.js`);
  window.camera ??= await navigator.mediaDevices.getUserMedia({ video: true });
  window.heard = {};
  const keep = (name) => ({ detail }) => (window.heard[name] ??= []).push(detail);
  try {
    window.call = new Call({ camera: window.camera, ...options });
    for (const name of ["ready", "regions", "status", "steer", "stats", "message", "lost"])
      window.call.addEventListener(name, keep(name));
    await window.call.connect();
    return null;
  } catch ({ name, code, message, status }) {
    return { name, code, message, status };
  }
}"""
"""Returns why there is no call, or null."""
ASK = """async (question) => {
  const answer = window.call.ask(question);
  const pieces = [];
  try {
    for await (const piece of answer) pieces.push(piece);
  } catch ({ name, code, id }) {
    return { name, code, id };
  }
  return { pieces, whole: await answer.whole };
}"""


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of a square that moves."""
    file = tmp_path_factory.mktemp("camera") / "camera.y4m"
    write_y4m(file, SIZE_PX, 15, _frames())
    return file


def _frames() -> Iterator[Pixels]:
    for number in range(15):
        rgb = np.full((SIZE_PX[1], SIZE_PX[0], 3), (196, 186, 168), np.uint8)
        cv2.rectangle(rgb, (150 + 4 * number, 120), (400 + 4 * number, 220), (20, 90, 160), -1)
        yield np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420), np.uint8)


def blocks(language: str) -> list[str]:
    """The code in the docs."""
    return re.findall(rf"```{language}\n(.*?)```", DOCS.read_text(), re.DOTALL)


@dataclass
class Site:
    """Somebody's site: a page, and a back end that gets tokens for it."""

    origin: str = ""
    gateway: str = ""
    policy: str = ""
    """Of the page: a Content-Security-Policy."""

    async def page(self, _request: web.Request) -> web.Response:
        """The example of the docs."""
        (page,) = blocks("html")
        assert IN_DOCS in page
        return _html("<!doctype html>" + page.replace(IN_DOCS, self.gateway))

    async def blank(self, _request: web.Request) -> web.Response:
        """A page with a picture, for scripts."""
        response = _html(
            '<!doctype html><div style="position: relative; display: inline-block">'
            '<video id="live"></video></div>'
        )
        if self.policy:
            response.headers["Content-Security-Policy"] = self.policy.format(self.gateway)
        return response

    async def icon(self, _request: web.Request) -> web.Response:
        """None."""
        return web.Response(status=204)

    async def token(self, _request: web.Request) -> web.Response:
        """What the site's own user gets."""
        wanted = {"scopes": ["create"], "subject": "user-17", "ttl_s": 60}
        headers = {"Authorization": f"Bearer {SECRET}"}
        async with aiohttp.ClientSession() as http:
            async with http.post(
                f"{self.gateway}/api/tokens", json=wanted, headers=headers
            ) as response:
                return web.json_response(await response.json(), status=response.status)


def _html(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/html")


@asynccontextmanager
async def site() -> AsyncIterator[Site]:
    """On an origin of its own."""
    served = Site()
    app = web.Application()
    app.router.add_get("/", served.page)
    app.router.add_get("/blank", served.blank)
    app.router.add_get("/gateway-token", served.token)
    app.router.add_get("/favicon.ico", served.icon)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        served.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield served
    finally:
        await runner.cleanup()


@asynccontextmanager
async def foreign(
    camera: Path,
    path: str = "/blank",
    *,
    backend: ScriptedBackend | None = None,
    token: str | None = SECRET,
    policy: str = "",
    tools: str = "",
) -> AsyncIterator[tuple[Page, Site, list[str]]]:
    """A page of a site that the gateway knows."""
    async with site() as own:
        config = Config(token=token, cors_origins=(own.origin,), tools=tools)
        async with gateway(backend, config) as url, chromium(camera) as browser:
            own.gateway, own.policy = url, policy
            page, errors = await open_page(browser, own.origin + path)
            page.set_default_timeout(LIMIT_MS)
            yield page, own, errors


def token_for_page(*scopes: Scope, ttl_s: float = 60.0, age_s: float = 0.0) -> str:
    return mint(SECRET, scopes=scopes or ("create",), ttl_s=ttl_s, now=time.time() - age_s)


async def opened(page: Page, from_: str, **options: Any) -> dict[str, Any] | None:
    refused: dict[str, Any] | None = await page.evaluate(OPEN, {"from": from_, "options": options})
    return refused


async def asked(page: Page, question: str) -> dict[str, Any]:
    end: dict[str, Any] = await page.evaluate(ASK, question)
    return end


async def heard(page: Page, event: str) -> list[Any]:
    """All of its details, once there is one."""
    await page.wait_for_function("(event) => window.heard[event]?.length", arg=event)
    details: list[Any] = await page.evaluate("(event) => window.heard[event]", event)
    return details


async def test_the_page_of_the_docs_works(camera: Path) -> None:
    async with foreign(camera, "/") as (page, _, errors):
        await page.wait_for_function("() => document.getElementById('live').srcObject")
        await page.fill("#question", "What does the sign say?")
        await page.press("#question", "Enter")
        out = page.locator("#out")
        await expect(out).to_contain_text("You asked: What does the sign say?")
        await expect(out).to_contain_text("640 by 360")
        assert errors == []


async def test_pieces_evidence_and_steers_reach_a_foreign_page(camera: Path) -> None:
    async with foreign(camera) as (page, own, errors):
        assert await opened(page, own.gateway, token=token_for_page()) is None
        box_code = next(code for code in blocks("js") if "regions" in code)
        await page.add_style_tag(content="#live { width: 640px; height: 360px; display: block }")
        await page.evaluate(f"() => {{ const {{ call, live }} = window; {box_code} }}")

        end = await asked(page, "One two three four?")
        assert len(end["pieces"]) > 3
        assert "".join(end["pieces"]).strip() == end["whole"]["text"]
        assert end["whole"]["text"].startswith("You asked: One two three four?")
        assert end["whole"]["readability"]["value"] == 0.9

        (regions,) = await heard(page, "regions")
        assert regions == end["whole"]["regions"] and regions[0]["label"] == "the middle"
        box = await page.locator(".box").bounding_box()
        live = await page.locator("#live").bounding_box()
        assert box is not None and live is not None
        assert abs(box["x"] - live["x"] - 0.35 * 640) < 2
        assert abs(box["height"] - 0.3 * 360) < 6

        assert end["whole"]["frame_url"].startswith(own.gateway)
        shown = await page.evaluate(
            """async (url) => {
              const look = Object.assign(new Image(), { src: url });
              await look.decode();
              return [look.naturalWidth, look.naturalHeight];
            }""",
            end["whole"]["frame_url"],
        )
        assert tuple(shown) == SIZE_PX

        assert (await heard(page, "steer"))[0]["applied"] == ALL
        assert (await heard(page, "status"))[0]["type"] == "status"
        assert (await heard(page, "ready"))[0]["session"] == await page.evaluate("call.session")
        await page.evaluate("() => window.call.hangUp()")
        await sessions_end(own.gateway)
        assert (await asked(page, "And now?"))["code"] == "lost"
        assert await page.evaluate("() => [camera.active, heard.lost]") == [True, None]
        assert errors == []


async def test_the_tools_of_the_docs_work(camera: Path) -> None:
    wanted = (Wanted("1", "price", '{"article": "cup"}'), Wanted("2", "beep", "{}"))
    backend = ScriptedBackend([Turn("One moment.", calls=wanted), Turn("It costs 5 USD.")])
    code = next(code for code in blocks("js") if "tools" in code)
    assert "await Call.open({ camera, token, tools })" in code
    code = code.replace("await Call.open(", "new Call(")
    async with tool_server(tool_says('{"usd": 5}')) as priced:
        tools = f"price={priced.url} beep=client"
        async with foreign(camera, backend=backend, tools=tools) as (page, own, errors):
            taken = await page.evaluate(
                f"""async ({{ from, token }}) => {{
                  const {{ Call }} = await import(`${{from}}/client.js`);
                  const camera = await navigator.mediaDevices.getUserMedia({{ video: true }});
                  {code}
                  window.call = call;
                  const taken = new Promise((done) =>
                    call.addEventListener("tools", ({{ detail }}) => done(detail)));
                  await call.connect();
                  return taken;
                }}""",
                {"from": own.gateway, "token": token_for_page()},
            )
            assert (taken["offered"], taken["refused"]) == (["price", "beep"], {})
            end = await asked(page, "How much is it?")
            assert end["whole"]["text"] == "One moment.\nIt costs 5 USD."
            assert end["whole"]["tool_calls"] == 2 and errors == []
    (told,) = backend.prompts[1].toolset.rounds
    assert [one.text for one in told.results] == ['{"usd": 5}', "it beeped"]
    assert priced.asked == [{"article": "cup"}]


async def test_leaving_cancels_and_asking_again_supersedes(camera: Path) -> None:
    backend = ScriptedBackend(
        [Turn("never", gate=asyncio.Event()), Turn("b c d"), Turn("never", gate=asyncio.Event())]
    )
    async with foreign(camera, backend=backend) as (page, own, _):
        assert await opened(page, own.gateway, token=token_for_page()) is None
        waiting = asyncio.create_task(asked(page, "first?"))
        await backend.asked(1)
        left: list[str] = await page.evaluate(
            """async () => {
              const pieces = [];
              for await (const piece of window.call.ask("second?")) {
                pieces.push(piece.trim());
                break;
              }
              return pieces;
            }"""
        )
        assert left == ["b"]
        assert await waiting == {"name": "CallError", "code": "superseded", "id": "q1"}

        waiting = asyncio.create_task(asked(page, "third?"))
        await backend.asked(3)
        assert await page.evaluate("() => window.call.hangUp()") is None
        assert (await waiting)["code"] == "lost"
        await sessions_end(own.gateway)


async def test_a_call_that_the_gateway_ends_is_told(camera: Path) -> None:
    async with foreign(camera) as (page, own, _):
        token = token_for_page()
        assert await opened(page, own.gateway, token=token) is None
        session = await page.evaluate("call.session")
        headers = {"Authorization": f"Bearer {token}"}
        async with aiohttp.ClientSession() as http:
            path = f"{own.gateway}/api/sessions/{session}"
            async with http.delete(path, headers=headers) as response:
                assert response.status == 204
        await page.wait_for_function("() => window.heard.lost")
        codes = await page.evaluate("() => window.heard.lost.map(({ name, code }) => [name, code])")
        assert codes == [["CallError", "gone"]]


@pytest.mark.parametrize(
    ("token", "code", "status", "told"),
    [
        (None, "unauthorized", 401, "needs its token"),
        ("x" * 32, "unauthorized", 401, "not one of this gateway's"),
        (token_for_page(ttl_s=60, age_s=61), "token_expired", 401, "expired"),
        (token_for_page("ask", ttl_s=3600), "forbidden", 403, "'create'"),
    ],
    ids=["none", "wrong", "expired", "forbidden"],
)
async def test_a_token_that_opens_nothing_is_told_why(
    camera: Path, token: str | None, code: str, status: int, told: str
) -> None:
    async with foreign(camera) as (page, own, _):
        refused = await opened(page, own.gateway, token=token)
        assert refused is not None
        assert (refused["name"], refused["code"], refused["status"]) == ("CallError", code, status)
        assert told in refused["message"]
        assert await page.evaluate("() => window.heard.lost") is None


async def test_an_origin_that_is_not_let_in_is_told_so(camera: Path) -> None:
    async with foreign(camera, token=None) as (page, own, _), gateway() as other:
        loaded: str = await page.evaluate(
            "(url) => import(`${url}/client.js`).then(() => 'loaded', ({ name }) => name)", other
        )
        assert loaded == "TypeError"
        assert await opened(page, own.gateway) is None

        refused = await opened(page, own.gateway, gateway=other)
        assert refused is not None
        assert refused["code"] == "origin_refused"
        assert own.origin in refused["message"] and "--cors_origins" in refused["message"]

        refused = await opened(page, own.gateway, gateway="http://127.0.0.1:9")
        assert refused is not None
        assert refused["code"] == "unreachable"


async def test_what_is_no_camera_is_told(camera: Path) -> None:
    async with foreign(camera, token=None) as (page, own, _):
        none_at_all: tuple[Any, ...] = (None, {}, [])
        for given in none_at_all:
            refused = await opened(page, own.gateway, camera=given)
            assert refused is not None
            assert (refused["name"], refused["code"]) == ("CallError", "no_video")


LISTEN = """() => {
  const send = RTCDataChannel.prototype.send;
  window.said = [];
  RTCDataChannel.prototype.send = function (text) {
    if (typeof text === "string") window.said.push(JSON.parse(text));
    return send.call(this, text);
  };
}"""
POLICIES = [
    ("script-src {0}; connect-src {0}; worker-src blob: {0}", ALL, ["regions-packed", "still"]),
    ("script-src {0}; connect-src {0}; worker-src 'none'", ["cap", "size", "pause"], []),
]  # fmt: skip
"""A policy, what is in force under it, and what else could be."""


@pytest.mark.parametrize(("policy", "applied", "more"), POLICIES, ids=["blob", "no worker"])
async def test_a_page_with_a_policy_of_its_own_obeys_what_it_can(
    camera: Path, policy: str, applied: list[str], more: list[str]
) -> None:
    async with foreign(camera, token=None, policy=policy) as (page, own, _):
        await page.evaluate(LISTEN)
        assert await opened(page, own.gateway) is None
        hello = await page.evaluate("() => window.said[0]")
        assert (hello["type"], hello["can"]) == ("hello", [*applied, *more, "status", "objects"])
        assert (await heard(page, "steer"))[0]["applied"] == applied
        assert (await asked(page, "What is that?"))["whole"]["finish"] == "stop"


async def test_the_module_is_served_as_script() -> None:
    async with gateway(ScriptedBackend(echo)) as url, aiohttp.ClientSession() as http:
        async with http.get(f"{url}/client.js") as response:
            assert response.status == 200 and response.content_type == "text/javascript"
            assert "export class Call " in await response.text()
