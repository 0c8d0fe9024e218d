"""WHIP with real senders: the status codes, a camera that is asked, ICE that restarts."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import aioice.stun
import pytest
from aiohttp import web
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from articgw import tokens
from articgw.aiortc_seams import restart_ice, start_checks
from articgw.backends.scripted import ScriptedBackend, echo
from articgw.config import Config, IceServer
from articgw.sdpfrag import Credentials, ice_of, read_fragment
from articgw.server import Gateway
from tests.helpers.bars import write_bars
from tests.helpers.browser import chromium, open_page
from tests.helpers.gateway import gateway
from tests.helpers.whip_cases import FRAGMENT, SDP, run_cases
from tests.helpers.whip_offers import GOOD, NEW_PASSWORD, NEW_UFRAG, fragment
from tests.integration.caller import (
    TIMEOUT_S,
    DrawnCamera,
    frames_arrive,
    health,
    sessions_end,
)

pytestmark = pytest.mark.integration

SECRET = "whip-secret-" + "0123456789abcdef" * 2
TURN = IceServer("turn:turn.example.org:3478?transport=udp", 'us"er', "pass\\word")
STUN = IceServer("stun:stun.example.org")


async def test_every_status_code_of_the_standard() -> None:
    async with gateway(config=Config(token=SECRET, max_sessions=4)) as url:
        results = await run_cases(url, SECRET)
    assert [f"{case.name}: {case.why}" for case in results if not case.passed] == []
    assert len(results) >= 60


async def test_the_cases_run_against_a_gateway_without_a_token_too() -> None:
    async with gateway() as url:
        results = await run_cases(url, None)
    assert [f"{case.name}: {case.why}" for case in results if not case.passed] == []


class Sender:
    """A WHIP camera: video only, no data channel."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self.url = url
        self.path = ""
        self.etag = ""
        self.answer = ""
        self.camera = DrawnCamera()
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.connection.addTransceiver(self.camera, direction="sendonly")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.http = aiohttp.ClientSession(headers=headers)

    @property
    def session(self) -> str:
        """Its call's name, the last part of Location."""
        return self.path.rsplit("/", 1)[1]

    async def offer(self) -> str:
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return str(self.connection.localDescription.sdp)

    async def begin(self, offer: str | None = None) -> None:
        """POST the offer, take the answer."""
        body = offer or await self.offer()
        headers = {"Content-Type": SDP}
        async with self.http.post(f"{self.url}/whip", data=body, headers=headers) as response:
            self.answer = await response.text()
            assert response.status == 201, self.answer
            self.path, self.etag = response.headers["Location"], response.headers["ETag"]
        await self.connection.setRemoteDescription(RTCSessionDescription(self.answer, "answer"))

    async def patch(self, body: str, etag: str | None = None) -> tuple[int, str, str]:
        """Status, ETag and body."""
        headers = {"Content-Type": FRAGMENT, "If-Match": etag or self.etag}
        async with self.http.patch(self.url + self.path, data=body, headers=headers) as response:
            return response.status, response.headers.get("ETag", ""), await response.text()

    async def check_as_before(self) -> None:
        """An ICE check of the session as this side still knows it. Raises where none answers."""
        ice: Any = self.connection.getTransceivers()[0].receiver.transport.transport._connection
        pair, key = ice._nominated[1], ice.remote_password.encode()
        request = ice.build_request(pair, nominate=False)
        checking = pair.protocol.request(request, pair.remote_addr, integrity_key=key)
        await asyncio.wait_for(checking, TIMEOUT_S)

    async def delete(self) -> int:
        async with self.http.delete(self.url + self.path) as response:
            return response.status

    async def close(self) -> None:
        self.camera.stop()
        await asyncio.wait_for(self.connection.close(), TIMEOUT_S)
        await self.http.close()


@asynccontextmanager
async def sending(url: str, token: str | None = None) -> AsyncGenerator[Sender]:
    """A sender that is connected."""
    sender = Sender(url, token)
    try:
        await sender.begin()
        yield sender
    finally:
        await sender.close()


async def asked(http: aiohttp.ClientSession, url: str, session: str, text: str) -> dict[str, Any]:
    """The last message of the answer to a question over HTTP."""
    last: dict[str, Any] = {}
    async with http.post(f"{url}/api/sessions/{session}/ask", json={"text": text}) as response:
        assert response.status == 200, await response.text()
        async for line in response.content:
            if line.startswith(b"data: "):
                last = json.loads(line[6:])
    return last


async def test_a_camera_without_a_data_channel_is_asked_over_http() -> None:
    async with gateway() as url, sending(url) as sender:
        assert "a=recvonly" in sender.answer and "a=rtcp-mux-only" in sender.answer
        await frames_arrive(url, 10)
        done = await asked(sender.http, url, sender.session, "what?")
        assert done["type"] == "answer.done" and done["frame_size_px"] == [640, 360]
        assert await sender.delete() == 200
        assert await sender.delete() == 404
        await sessions_end(url)
        async with asyncio.timeout(TIMEOUT_S):
            while sender.connection.connectionState != "closed":
                await asyncio.sleep(0.02)


async def test_the_session_is_its_owners_and_the_operators() -> None:
    now = time.time()
    mine, other = (
        tokens.mint(SECRET, scopes=["create", "ask"], ttl_s=60, now=now) for _ in range(2)
    )
    async with gateway(config=Config(token=SECRET)) as url, sending(url, mine) as sender:
        for token, status in ((other, 404), ("x" * 40, 401), (SECRET, 204), (mine, 204)):
            headers = {"Authorization": f"Bearer {token}"}
            async with aiohttp.ClientSession(headers=headers) as http:
                async with http.get(url + sender.path) as response:
                    assert response.status == status


async def test_who_closes_the_connection_first_may_still_delete_once() -> None:
    mine, other = (tokens.mint(SECRET, scopes=["create"], now=time.time()) for _ in range(2))
    async with gateway(config=Config(token=SECRET)) as url, sending(url, mine) as sender:
        await frames_arrive(url)
        sender.camera.stop()
        await sender.connection.close()
        await sessions_end(url)
        headers = {"Authorization": f"Bearer {other}"}
        async with aiohttp.ClientSession(headers=headers) as http:
            async with http.delete(url + sender.path) as response:
                assert response.status == 404
        assert [await sender.delete() for _ in range(2)] == [200, 404]


async def test_servers_for_nat_are_named_to_those_who_may_call() -> None:
    config = Config(token=SECRET, ice_servers=(STUN,))
    async with gateway(config=config) as url, aiohttp.ClientSession() as http:
        for token, links in ((SECRET, 1), ("x" * 40, 0)):
            headers = {"Authorization": f"Bearer {token}"}
            async with http.options(f"{url}/whip", headers=headers) as response:
                assert response.status == 200
                assert len(response.headers.getall("Link", [])) == links
        preflight = {"Access-Control-Request-Method": "POST", "Authorization": f"Bearer {SECRET}"}
        async with http.options(f"{url}/whip", headers=preflight) as response:
            assert response.status == 200 and "Link" not in response.headers


async def test_a_page_of_a_configured_origin_may_read_what_it_needs() -> None:
    origin = "https://studio.example.org"
    async with gateway(config=Config(cors_origins=(origin,))) as url:
        async with aiohttp.ClientSession(headers={"Origin": origin}) as http:
            headers = {"Content-Type": SDP}
            async with http.post(f"{url}/whip", data=GOOD, headers=headers) as response:
                assert response.status == 201
                assert response.headers["Access-Control-Allow-Origin"] == origin
                shown = response.headers["Access-Control-Expose-Headers"]
            for name in ("Location", "ETag", "Link", "Accept-Patch"):
                assert name in shown
            preflight = {"Access-Control-Request-Method": "PATCH"}
            async with http.options(f"{url}/whip/sessions/x", headers=preflight) as response:
                assert response.status < 300
                assert "PATCH" in response.headers["Access-Control-Allow-Methods"]
                assert "If-Match" in response.headers["Access-Control-Allow-Headers"]


async def test_while_it_drains_nobody_new_comes_in() -> None:
    served = Gateway(Config(drain_s=0.1), ScriptedBackend(echo))
    runner = web.AppRunner(served.app(), access_log=None, auto_decompress=False)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        await served.drain()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/whip"
        async with aiohttp.ClientSession(headers={"Content-Type": SDP}) as http:
            async with http.post(url, data=GOOD) as response:
                assert response.status == 503 and int(response.headers["Retry-After"]) > 0
    finally:
        await runner.cleanup()


async def test_candidates_that_come_later_connect_the_call() -> None:
    async with gateway() as url:
        sender = Sender(url)
        try:
            offer = await sender.offer()
            lines = offer.splitlines()
            found = [line for line in lines if line.startswith("a=candidate:")]
            later = ("a=candidate:", "a=end-of-candidates")
            await sender.begin("\r\n".join(x for x in lines if not x.startswith(later)) + "\r\n")
            ours = ice_of(offer).credentials
            assert ours is not None
            body = fragment(*found, ufrag=ours.ufrag, password=ours.password)
            assert (await sender.patch(body))[0] == 204
            await frames_arrive(url, 5)
        finally:
            await sender.close()


async def test_ice_restarts_under_a_live_call_and_consent_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("aioice.ice.CONSENT_INTERVAL", 0.1)
    monkeypatch.setattr("aioice.stun.RETRY_RTO", 0.1)
    async with gateway() as url, sending(url) as sender:
        await frames_arrive(url, 5)
        for number in range(2):
            ours = Credentials(f"again{number}", f"{number}" * 24)
            offer = ice_of(sender.connection.localDescription.sdp)
            lines = [f"a=candidate:{candidate.text}" for candidate in offer.candidates]
            body = fragment(*lines, ufrag=ours.ufrag, password=ours.password)
            status, etag, answer = await sender.patch(body, "*")
            assert status == 200 and etag not in ("", sender.etag)
            await sender.check_as_before()
            sender.etag = etag
            theirs = read_fragment(answer)
            assert theirs.credentials is not None and theirs.candidates
            assert restart_ice(sender.connection, ours, theirs.credentials)
            start_checks(sender.connection)
            await asyncio.sleep(2.0)  # nine consents; six that fail in a row end the call
            await frames_arrive(url, 10)
            assert (await health(url))["sessions"] == 1


class Ear(asyncio.DatagramProtocol):
    """Keeps what arrives."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        self.heard.put_nowait(data)


async def test_addresses_of_a_restart_are_checked_from_here_too() -> None:
    async with gateway() as url, sending(url) as sender:
        await frames_arrive(url, 5)
        host = ice_of(sender.answer).candidates[0].text.split()[4]
        loop = asyncio.get_running_loop()
        transport, ear = await loop.create_datagram_endpoint(Ear, local_addr=(host, 0))
        try:
            place = f"{host} {transport.get_extra_info('sockname')[1]}"
            line = f"a=candidate:1 1 udp 2130706431 {place} typ host"
            body = fragment(line, ufrag=NEW_UFRAG, password=NEW_PASSWORD)
            assert (await sender.patch(body, "*"))[0] == 200
            data = await asyncio.wait_for(ear.heard.get(), TIMEOUT_S)
            check = aioice.stun.parse_message(data)
            assert check.attributes["USERNAME"].startswith(f"{NEW_UFRAG}:")
            assert check.check_message_integrity(NEW_PASSWORD.encode())
        finally:
            transport.close()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the browser's camera sees."""
    return write_bars(tmp_path_factory.mktemp("film") / "film.y4m")


BROWSER_SENDER = """
async () => {
  const media = await navigator.mediaDevices.getUserMedia({ video: true });
  const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  pc.addTransceiver(media.getVideoTracks()[0], { direction: "sendonly", streams: [media] });
  const found = [];
  pc.onicecandidate = ({ candidate }) => candidate?.candidate && found.push(candidate);
  await pc.setLocalDescription();
  const response = await fetch("/whip", {
    method: "POST", headers: { "Content-Type": "application/sdp" }, body: pc.localDescription.sdp,
  });
  if (response.status !== 201) throw new Error(await response.text());
  const answer = await response.text();
  await pc.setRemoteDescription({ type: "answer", sdp: answer });
  Object.assign(window, { pc, found, answer, whip: response.headers.get("Location") });
}
"""

BROWSER_RESTART = """
async (pause_ms) => {
  found.length = 0;
  const gathered = new Promise((done) => {
    pc.onicegatheringstatechange = () => pc.iceGatheringState === "complete" && done();
  });
  pc.restartIce();
  await pc.setLocalDescription();
  await gathered;
  const sdp = pc.localDescription.sdp;
  const line = (name, text) => text.match(new RegExp(`a=${name}:(.*)`))[1].trim();
  const body = [
    sdp.match(/m=video.*/)[0].trim(), `a=mid:${line("mid", sdp)}`,
    `a=ice-ufrag:${line("ice-ufrag", sdp)}`, `a=ice-pwd:${line("ice-pwd", sdp)}`,
    ...found.map((candidate) => `a=${candidate.candidate}`), "",
  ].join("\\r\\n");
  const response = await fetch(whip, {
    method: "PATCH", body,
    headers: { "Content-Type": "application/trickle-ice-sdpfrag", "If-Match": "*" },
  });
  const ours = await response.text();
  if (response.status !== 200) throw new Error(ours);
  await new Promise((done) => setTimeout(done, pause_ms));
  let renewed = answer.split(/\\r?\\n/).filter((l) => !l.startsWith("a=candidate:")).join("\\r\\n");
  for (const name of ["ice-ufrag", "ice-pwd"]) {
    renewed = renewed.replaceAll(new RegExp(`a=${name}:.*`, "g"), `a=${name}:${line(name, ours)}`);
  }
  const candidates = ours.split(/\\r?\\n/).filter((l) => l.startsWith("a=candidate:"));
  const end = "a=end-of-candidates";
  renewed = renewed.replace(end, [...candidates, end].join("\\r\\n"));
  await pc.setRemoteDescription({ type: "answer", sdp: renewed });
}
"""

SELECTED_PAIR = """
async () => {
  const stats = [...(await pc.getStats()).values()];
  const transport = stats.find((s) => s.type === "transport");
  const pair = stats.find((s) => s.id === transport.selectedCandidatePairId);
  const local = stats.find((s) => s.id === pair.localCandidateId);
  return [pc.iceConnectionState, transport.iceLocalUsernameFragment, pair.state, local.port];
}
"""


async def test_a_browser_restarts_ice_and_its_pictures_go_on(film: Path) -> None:
    async with gateway() as url, chromium(film) as browser:
        page, errors = await open_page(browser, url)
        await page.evaluate(BROWSER_SENDER)
        await frames_arrive(url, 10)
        before = await page.evaluate(SELECTED_PAIR)
        for pause_ms in (0, 400):  # it checks from new sockets while the answer is still away
            await page.evaluate(BROWSER_RESTART, pause_ms)
            async with asyncio.timeout(TIMEOUT_S):
                while (now := await page.evaluate(SELECTED_PAIR))[3] == before[3]:
                    await asyncio.sleep(0.05)
            assert now[0] in ("connected", "completed") and now[1] != before[1]
            before = now
            await frames_arrive(url, 15)
            await asyncio.sleep(1.0)  # no sooner is another restart taken
        assert (await health(url))["sessions"] == 1
        assert errors == []
