"""Each seam against its attack; and that a seam whose names are gone is left out, not fatal."""

from __future__ import annotations

import asyncio
import os
import re
from typing import Any

import aioice
import pytest
from aiortc import RTCCertificate, RTCSessionDescription
from aiortc.rtp import RtpPacket
from cryptography.hazmat.primitives.asymmetric import rsa

from articgw import aiortc_seams
from articgw.protocol import AnswerDone, Ask, Cancel
from tests.helpers.certificate import self_signed
from tests.helpers.gateway import gateway
from tests.integration.caller import (
    Caller,
    calling,
    frames_arrive,
    health,
    post_offer,
    sessions_end,
)

pytestmark = pytest.mark.integration


def _client_hello() -> bytes:
    """DTLS 1.2 with one cipher suite that nobody agrees to, TLS_RSA_WITH_NULL_MD5 (RFC 6347)."""
    body = b"\xfe\xfd" + os.urandom(32) + b"\0" + b"\0" + b"\0\2\0\1" + b"\1\0"
    length = len(body).to_bytes(3, "big")
    handshake = b"\1" + length + b"\0\0" + b"\0\0\0" + length + body
    return b"\x16\xfe\xfd" + bytes(8) + len(handshake).to_bytes(2, "big") + handshake


class _Flood(asyncio.DatagramProtocol):
    pass


async def _flood(port: int, stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(_Flood, local_addr=("127.0.0.1", 0))
    while not stop.is_set():
        for _ in range(20):
            transport.sendto(_client_hello(), ("127.0.0.1", port))
            transport.sendto(b"\x80" + os.urandom(200), ("127.0.0.1", port))
        await asyncio.sleep(0.002)
    transport.close()


def test_every_seam_is_in_force_with_this_aiortc() -> None:
    assert set(aiortc_seams.install()) == {seam.name for seam in aiortc_seams.SEAMS}
    for seam in aiortc_seams.SEAMS:
        assert len(seam.reason) > 80, "say why"


def test_a_seam_whose_names_are_gone_is_left_out_with_a_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def install() -> None:
        raise AssertionError("must not be installed")

    gone = aiortc_seams.Seam("gone", "why it mattered", lambda: ["Receiver._x"], install)
    monkeypatch.setattr(aiortc_seams, "SEAMS", (gone,))
    assert "gone" not in aiortc_seams.install()
    assert "Receiver._x" in caplog.text and "why it mattered" in caplog.text


async def test_foreign_client_hellos_do_not_end_the_handshake(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The attack stays on loopback, so both ends gather only that.
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda **_: ["127.0.0.1"])
    async with gateway() as url:
        caller, stop = Caller(url), asyncio.Event()
        status, body = await post_offer(url, await caller.offer())
        assert status == 200
        ports = set(re.findall(r"a=candidate:\S+ 1 udp \d+ [\d.]+ (\d+)", body["sdp"]))
        floods = [asyncio.create_task(_flood(int(port), stop)) for port in ports]
        await asyncio.sleep(0.1)
        await caller.connection.setRemoteDescription(RTCSessionDescription(body["sdp"], "answer"))
        await frames_arrive(url, 5)
        assert caller.connection.connectionState == "connected"
        stop.set()
        await asyncio.gather(*floods)
        assert (await health(url))["sessions"] == 1
        await caller.hang_up()


async def test_a_flood_of_ssrcs_neither_hangs_the_end_nor_disturbs_the_neighbour() -> None:
    async with gateway() as url, calling(url) as healthy:
        async with calling(url) as rude:
            await frames_arrive(url, 5)
            sdp = rude.connection.remoteDescription.sdp
            payload_type = int(re.findall(r"a=rtpmap:(\d+) VP8", sdp)[0])
            transport = rude.connection.getSenders()[0].transport
            for ssrc in range(400):
                packet = RtpPacket(payload_type=payload_type, ssrc=1000 + ssrc, payload=b"\x10")
                await transport._send_rtp(packet.serialize())
            await asyncio.sleep(2.0)  # two rounds of RTCP, which stock aiortc does not survive
            rude.say(Cancel(id="still there"))
        began_t = asyncio.get_running_loop().time()
        await sessions_end(url, left=1)
        assert asyncio.get_running_loop().time() - began_t < 2.0
        healthy.say(Ask(id="1", text="what?"))
        assert (await healthy.hears(AnswerDone)).id == "1"


async def test_a_check_that_a_nat_swallowed_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda **_: ["127.0.0.1"])
    monkeypatch.setattr("aioice.stun.RETRY_RTO", 30.0)
    aiortc_seams.install()
    ours, theirs = aioice.Connection(ice_controlling=False), aioice.Connection(ice_controlling=True)
    for here in (ours, theirs):
        await here.gather_candidates()
    for here, there in ((ours, theirs), (theirs, ours)):
        for candidate in there.local_candidates:
            await here.add_remote_candidate(candidate)
        await here.add_remote_candidate(None)
        here.remote_username, here.remote_password = there.local_username, there.local_password
    [protocol] = ours._protocols
    swallowed: list[aioice.stun.Message] = []

    def send_stun(message: aioice.stun.Message, addr: tuple[str, int]) -> None:
        if message.message_class is aioice.stun.Class.REQUEST and not swallowed:
            swallowed.append(message)
            return
        type(protocol).send_stun(protocol, message, addr)

    monkeypatch.setattr(protocol, "send_stun", send_stun)
    connecting = asyncio.create_task(ours.connect())
    await asyncio.sleep(0.05)
    async with asyncio.timeout(10):
        await asyncio.gather(connecting, theirs.connect())
    assert swallowed
    await asyncio.gather(ours.close(), theirs.close())


def _rsa_certificate() -> Any:
    key = rsa.generate_private_key(65_537, 2048)
    made: Any = RTCCertificate
    return made(key=key, cert=self_signed(key, "camera"))


async def test_a_camera_whose_certificate_is_rsa_is_heard() -> None:
    async with gateway() as url:
        caller = Caller(url)
        setattr(caller.connection, "_RTCPeerConnection__certificates", [_rsa_certificate()])  # noqa: B010  mypy
        await caller.call()
        await frames_arrive(url)
        await caller.hang_up()
