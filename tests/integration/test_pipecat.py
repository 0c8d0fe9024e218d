"""A peer that behaves as Pipecat's small WebRTC client does, against the real gateway.

It offers sound, a camera and a screen, both video; speaks RTVI on a channel of its own; pings; and
calls again with the pc_id that it was given. Their real client runs in the browser's tests.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack

from articgw import tokens
from articgw.backends.scripted import ScriptedBackend, Turn
from articgw.config import Config
from articgw.rtvi import LABEL, VERSION
from articgw.sdp_text import sections_of
from tests.helpers.bars import write_bars
from tests.helpers.browser import chromium, open_page
from tests.helpers.gateway import gateway
from tests.integration.caller import (
    TIMEOUT_S,
    DrawnCamera,
    calling,
    frames_arrive,
    health,
    sessions_end,
)

pytestmark = pytest.mark.integration

SECRET = "pipecat-secret-" + "0123456789abcdef" * 2


class Client:
    """One peer connection of theirs, and what it hears."""

    def __init__(self, url: str, token: str | None = None, pc_id: str | None = None) -> None:
        self.url = url
        self.pc_id = pc_id
        self.answer = ""
        self.heard: list[dict[str, Any]] = []
        self._open = asyncio.Event()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.http = aiohttp.ClientSession(headers=headers)
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.cameras = (DrawnCamera(), DrawnCamera())
        self.connection.addTransceiver(AudioStreamTrack(), direction="sendrecv")
        self.connection.addTransceiver(self.cameras[0], direction="sendrecv")
        self.connection.addTransceiver(self.cameras[1], direction="sendonly")
        self.channel = self.connection.createDataChannel("chat", ordered=True)
        self.channel.on("open", self._open.set)
        self.channel.on("message", lambda text: self.heard.append(json.loads(text)))

    async def offer(self) -> str:
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return str(self.connection.localDescription.sdp)

    async def post(self, sdp: str, *, restart: bool = False) -> tuple[int, dict[str, Any]]:
        """POST /api/offer."""
        body = {"sdp": sdp, "type": "offer", "pc_id": self.pc_id, "restart_pc": restart}
        async with self.http.post(f"{self.url}/api/offer", json=body) as response:
            return response.status, await response.json()

    async def patch(self, *candidates: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """PATCH /api/offer."""
        body = {"pc_id": self.pc_id, "candidates": candidates}
        async with self.http.patch(f"{self.url}/api/offer", json=body) as response:
            return response.status, await response.json()

    async def negotiate(self, *, restart: bool = False, sdp: str | None = None) -> None:
        """Offer, and take the answer."""
        status, body = await self.post(sdp or await self.offer(), restart=restart)
        assert status == 200 and body["type"] == "answer", body
        self.answer, self.pc_id = body["sdp"], body["pc_id"]
        await self.connection.setRemoteDescription(RTCSessionDescription(self.answer, "answer"))

    async def connect(self, *, restart: bool = False) -> None:
        """As their transport does: until the channel is open, then the states of the tracks."""
        await self.negotiate(restart=restart)
        async with asyncio.timeout(TIMEOUT_S):
            await self._open.wait()
        for index in range(3):
            status = {"type": "trackStatus", "receiver_index": index, "enabled": index == 1}
            self.channel.send(json.dumps({"type": "signalling", "message": status}))
        self.channel.send(f"ping: {time.time()}")

    def say(self, kind: str, data: object, id_: str = "m1") -> None:
        self.channel.send(json.dumps({"label": LABEL, "type": kind, "id": id_, "data": data}))

    async def hears(self, kind: str) -> dict[str, Any]:
        """The first message of this kind."""
        async with asyncio.timeout(TIMEOUT_S):
            while not (found := [m for m in self.heard if m.get("type") == kind]):
                await asyncio.sleep(0.01)
        return found[0]

    async def ready(self) -> dict[str, Any]:
        self.say("client-ready", {"version": VERSION, "about": {"library": "a-test"}}, "r1")
        return await self.hears("bot-ready")

    async def close(self) -> None:
        for camera in self.cameras:
            camera.stop()
        await asyncio.wait_for(self.connection.close(), TIMEOUT_S)
        await self.http.close()


@asynccontextmanager
async def connected(url: str, token: str | None = None) -> AsyncGenerator[Client]:
    client = Client(url, token)
    try:
        await client.connect()
        yield client
    finally:
        await client.close()


@pytest.fixture
async def url() -> AsyncGenerator[str]:
    async with gateway() as served:
        yield served


async def test_their_client_asks_and_is_answered(url: str) -> None:
    async with connected(url) as client:
        ready = await client.ready()
        assert ready["id"] == "r1" and ready["data"]["version"] == VERSION
        await frames_arrive(url, 10)
        client.say("send-text", {"content": "what?", "options": {"run_immediately": True}})
        whole = (await client.hears("server-message"))["data"]
        assert whole["type"] == "answer.done" and whole["frame_size_px"] == [640, 360]
        kinds = [message["type"] for message in client.heard]
        assert kinds[:2] == ["bot-ready", "bot-llm-started"]
        assert kinds[-3:] == ["bot-output", "bot-llm-stopped", "server-message"]
        text = "".join(m["data"]["text"] for m in client.heard if m["type"] == "bot-llm-text")
        assert text.strip() == whole["text"]
    await sessions_end(url)


async def test_the_screen_is_answered_inactive_and_the_camera_is_taken(url: str) -> None:
    async with connected(url) as client:
        directions = [
            next(word for word in ("recvonly", "inactive") if f"a={word}" in section.lines)
            for section in sections_of(client.answer)[1][:3]
        ]
        assert directions == ["recvonly", "recvonly", "inactive"]
        await frames_arrive(url, 10)


async def test_candidates_that_come_later_connect_the_call(url: str) -> None:
    client = Client(url)
    try:
        lines = (await client.offer()).splitlines()
        found = [line[2:] for line in lines if line.startswith("a=candidate:")]
        later = ("a=candidate:", "a=end-of-candidates")
        sdp = "\r\n".join(line for line in lines if not line.startswith(later)) + "\r\n"
        await client.negotiate(sdp=sdp)
        told = [{"candidate": text, "sdp_mid": "0", "sdp_mline_index": 0} for text in found]
        odd: list[dict[str, Any]] = [{"candidate": ""}]
        odd += [{"candidate": "x", "sdp_mid": "9", "sdp_mline_index": 9}]
        assert await client.patch(*told, *odd) == (200, {"status": "success"})
        await frames_arrive(url, 5)
    finally:
        await client.close()


async def test_a_new_offer_of_a_live_call_is_answered_and_the_call_goes_on(url: str) -> None:
    async with connected(url) as client:
        await client.ready()
        first = client.pc_id
        await frames_arrive(url, 5)
        await client.negotiate()
        assert client.pc_id == first
        await frames_arrive(url, 10)
        assert (await health(url))["sessions"] == 1
        client.say("send-text", {"content": "what?"})
        await client.hears("server-message")


async def test_a_bad_new_offer_is_refused_and_the_call_goes_on(url: str) -> None:
    async with connected(url) as client:
        await client.ready()
        for sdp in ("hello", "v=0\r\nm=video x\r\na=fingerprint:x\r\n"):
            status, body = await client.post(sdp)
            assert status in (400, 422) and body["error"]["code"]
        await frames_arrive(url, 5)
        client.say("send-text", {"content": "what?"})
        await client.hears("server-message")


async def test_calling_again_replaces_the_call_and_needs_no_greeting() -> None:
    async with gateway(config=Config(max_sessions=1)) as url, connected(url) as client:
        await client.ready()
        again = Client(url, pc_id=client.pc_id)
        try:
            await again.connect(restart=True)
            assert again.pc_id != client.pc_id
            await sessions_end(url, left=1)
            await frames_arrive(url, 5)
            again.say("send-text", {"content": "what?"})
            await again.hears("server-message")
            assert "bot-ready" not in [message["type"] for message in again.heard]
        finally:
            await again.close()


async def test_what_nobody_understands_ends_nothing(url: str) -> None:
    async with connected(url) as client:
        await client.ready()
        for data in ("hello?", b"\x00\xff", "[]"):
            client.channel.send(data)
        client.say("dance", {}, "d1")
        assert (await client.hears("error-response"))["id"] == "d1"
        assert len([m for m in client.heard if m["type"] == "error"]) == 3
        await frames_arrive(url)
        client.say("send-text", {"content": "what?"})
        await client.hears("server-message")


async def test_a_question_without_a_picture_gets_its_error(url: str) -> None:
    async with connected(url) as client:
        await client.ready()
        client.say("send-text", {"content": ""}, "q1")
        failed = await client.hears("error-response")
        assert failed["id"] == "q1" and failed["data"]["code"] in ("empty_question", "no_frame")


async def test_a_newer_question_ends_the_older_one() -> None:
    turns = [Turn("never", gate=asyncio.Event()), Turn("here")]
    backend = ScriptedBackend(lambda _: turns.pop(0))
    async with gateway(backend) as url, connected(url) as client:
        await client.ready()
        await frames_arrive(url, 5)
        client.say("send-text", {"content": "what?"}, "old")
        await backend.asked(1)
        client.say("send-text", {"content": "and now?"}, "new")
        assert (await client.hears("error-response"))["data"]["code"] == "superseded"
        assert (await client.hears("server-message"))["data"]["id"] == "new"


async def test_a_bot_that_is_sent_away_says_goodbye_and_goes(url: str) -> None:
    async with connected(url) as client:
        await client.ready()
        client.say("disconnect-bot", {})
        assert (await client.hears("signalling"))["message"] == {"type": "peerLeft"}
        await sessions_end(url)


async def test_a_call_is_its_owners() -> None:
    now = time.time()
    mine, other = (
        tokens.mint(SECRET, scopes=["create", "ask"], ttl_s=60, now=now) for _ in range(2)
    )
    async with gateway(config=Config(token=SECRET)) as url, connected(url, mine) as client:
        assert (await client.patch({"candidate": ""}))[0] == 200
        for token, status in ((other, 404), (None, 401)):
            stranger = Client(url, token, pc_id=client.pc_id)
            try:
                assert (await stranger.patch({"candidate": ""}))[0] == status
                code, body = await stranger.post(await stranger.offer(), restart=True)
                assert code == 200 if token else code == 401
                assert body.get("pc_id") != client.pc_id
            finally:
                await stranger.close()
        await frames_arrive(url, 5)
        assert client.connection.connectionState == "connected"


REFUSED = [
    ("no JSON", "hello", "application/json", 400),
    ("as SDP", "v=0", "application/sdp", 415),
    ("an answer", '{"sdp": "v=0", "type": "answer"}', "application/json", 400),
    ("no SDP", '{"sdp": "hello", "type": "offer"}', "application/json", 400),
    ("no type", '{"sdp": "v=0"}', "application/json", 400),
]


@pytest.mark.parametrize(
    ("body", "kind", "status"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
async def test_a_bad_request_is_refused(url: str, body: str, kind: str, status: int) -> None:
    headers = {"Content-Type": kind}
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{url}/api/offer", data=body, headers=headers) as response:
            assert response.status == status
        async with http.patch(f"{url}/api/offer", json={"pc_id": "x", "candidates": []}) as none:
            assert none.status == 404


async def test_two_cameras_at_our_own_door_are_one_camera(url: str) -> None:
    async with calling(url) as caller:
        await frames_arrive(url, 3)
        assert caller.session
        client = Client(url)
        try:
            body = {"sdp": await client.offer(), "type": "offer"}
            async with client.http.post(f"{url}/offer", json=body) as response:
                assert response.status == 200
                assert (await response.json())["sdp"].count("a=inactive") == 1
        finally:
            await client.close()


BROWSER_CALL = """
async () => {
  const media = await navigator.mediaDevices.getUserMedia({ video: true });
  const pc = new RTCPeerConnection();
  pc.addTransceiver("audio", { direction: "sendrecv" });
  const camera = pc.addTransceiver("video", { direction: "sendrecv" });
  pc.addTransceiver("video", { direction: "sendonly" });
  await camera.sender.replaceTrack(media.getVideoTracks()[0]);
  const channel = pc.createDataChannel("chat", { ordered: true });
  const opened = new Promise((done) => { channel.onopen = done; });
  let pc_id = null;
  window.port = async () => {
    const stats = [...(await pc.getStats()).values()];
    const { selectedCandidatePairId: pair } = stats.find((s) => s.type === "transport");
    const chosen = stats.find((s) => s.id === pair);
    return stats.find((s) => s.id === chosen.localCandidateId).port;
  };
  window.negotiate = async (pause_ms = 0) => {
    await pc.setLocalDescription();
    const { sdp, type } = pc.localDescription;
    const body = JSON.stringify({ sdp, type, pc_id, restart_pc: false });
    const headers = { "Content-Type": "application/json" };
    const response = await fetch("/api/offer", { method: "POST", headers, body });
    if (!response.ok) throw new Error(await response.text());
    const answer = await response.json();
    pc_id = answer.pc_id;
    await new Promise((done) => setTimeout(done, pause_ms));
    await pc.setRemoteDescription(answer);
    return pc_id;
  };
  window.pc = pc;
  const id = await negotiate();
  await opened;
  return id;
}
"""


async def test_a_browser_negotiates_anew_and_restarts_ice_in_the_same_call(tmp_path: Path) -> None:
    film = write_bars(tmp_path / "film.y4m")
    async with gateway() as url, chromium(film) as browser:
        page, errors = await open_page(browser, url)
        pc_id = await page.evaluate(BROWSER_CALL)
        await frames_arrive(url, 10)
        port = await page.evaluate("port()")
        assert await page.evaluate("negotiate()") == pc_id
        await frames_arrive(url, 10)
        assert await page.evaluate("port()") == port
        for pause_ms in (0, 400):  # it checks from new sockets while the answer is still away
            again = f"pc.restartIce(), negotiate({pause_ms})"
            assert await page.evaluate(again) == pc_id
            async with asyncio.timeout(TIMEOUT_S):
                while (now := await page.evaluate("port()")) == port:
                    await asyncio.sleep(0.05)
            port = now
            await frames_arrive(url, 15)
            await asyncio.sleep(1.0)  # no sooner is another restart taken
        assert (await health(url))["sessions"] == 1 and errors == []
