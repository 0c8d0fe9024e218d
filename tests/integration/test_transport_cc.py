"""Transport-wide feedback between real peers: what is negotiated, what the sender is told."""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiortc.codecs
import aiortc.rtp
import pytest
from aiortc import RTCPeerConnection, RTCSessionDescription, VideoStreamTrack
from aiortc.contrib.media import MediaBlackhole
from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters

from articgw import aiortc_seams
from articgw.aiortc_seams import TransportCcSeam, accept_transport_cc
from articgw.aiortc_seams.transport_cc import FORMAT, URI
from articgw.transport_cc import Report, TransportFeedback, unpack

pytestmark = pytest.mark.integration

EXTENSION_ID = 9
RTPFB = 205
LIMIT_S = 10.0


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda **_: ["127.0.0.1"])
    assert "transport-wide feedback" in aiortc_seams.install()


async def offer_of(connection: RTCPeerConnection, *, extension: bool, feedback: bool) -> str:
    """As a browser would: aiortc's own, with what it lacks."""
    await connection.setLocalDescription(await connection.createOffer())
    sdp = str(connection.localDescription.sdp)
    if extension:
        sdp = re.sub(r"(m=video .*\r\n)", rf"\1a=extmap:{EXTENSION_ID} {URI}\r\n", sdp)
    if feedback:
        sdp = re.sub(
            r"(a=rtpmap:(\d+) (?:VP8|H264).*\r\n)", r"\1a=rtcp-fb:\2 transport-cc\r\n", sdp
        )
    return sdp


@asynccontextmanager
async def pair() -> AsyncIterator[tuple[RTCPeerConnection, RTCPeerConnection]]:
    caller, ours = RTCPeerConnection(), RTCPeerConnection()
    try:
        yield caller, ours
    finally:
        await asyncio.gather(caller.close(), ours.close())


@pytest.mark.parametrize(
    ("extension", "feedback"), [(True, True), (True, False), (False, True), (False, False)]
)
async def test_it_is_accepted_only_where_the_offer_has_all_of_it(
    extension: bool, feedback: bool
) -> None:
    async with pair() as (caller, ours):
        caller.addTransceiver("audio", "sendonly")
        caller.addTransceiver("video", "sendonly")
        sdp = await offer_of(caller, extension=extension, feedback=feedback)
        await ours.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        assert accept_transport_cc(ours) is (extension and feedback)
        assert accept_transport_cc(ours) is (extension and feedback), "a second time is the same"
        await ours.setLocalDescription(await ours.createAnswer())
        answer = str(ours.localDescription.sdp)
    audio, video = answer.split("m=video")
    wanted = 1 if extension and feedback else 0
    assert video.count(f"a=extmap:{EXTENSION_ID} {URI}") == wanted
    codecs = len(re.findall("a=rtpmap:.*(?:VP8|H264)", video))
    assert len(re.findall(r"a=rtcp-fb:\d+ transport-cc", video)) == wanted * codecs
    assert "transport-cc" not in audio and URI not in audio


async def test_the_sender_hears_of_every_packet_when_it_came(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent, heard = _numbering(monkeypatch), _listening(monkeypatch)
    async with pair() as (caller, ours):
        feedback, sink = TransportFeedback(), MediaBlackhole()

        @ours.on("track")
        def on_track(track: Any) -> None:
            TransportCcSeam(ours.getReceivers()[0], feedback, time.monotonic)
            sink.addTrack(track)

        caller.addTrack(VideoStreamTrack())
        sdp = await offer_of(caller, extension=False, feedback=True)
        await ours.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        assert accept_transport_cc(ours)
        await ours.setLocalDescription(await ours.createAnswer())
        began_t = time.monotonic()
        await sink.start()
        await caller.setRemoteDescription(ours.localDescription)
        async with asyncio.timeout(LIMIT_S):
            while len(heard) < 10:
                await asyncio.sleep(0.05)
        ended_t = time.monotonic()
        await sink.stop()
    numbers = [r.base + place & 0xFFFF for r in heard for place, _ in r.arrivals]
    first = sent[0]
    assert numbers == [first + step & 0xFFFF for step in range(len(numbers))]
    assert [report.number for report in heard] == list(range(len(heard)))
    ticks = [tick / 4000 for report in heard for _, tick in report.arrivals]
    assert began_t < ticks[0] and ticks == sorted(ticks) and ticks[-1] < ended_t + 0.1


def _numbering(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Every RTP packet of this process gets a number, across the wrap; returns those given."""
    extension = RTCRtpHeaderExtensionParameters(EXTENSION_ID, URI)
    extensions = [*aiortc.codecs.HEADER_EXTENSIONS["video"], extension]
    monkeypatch.setitem(aiortc.codecs.HEADER_EXTENSIONS, "video", extensions)
    serialize, count, given = aiortc.rtp.RtpPacket.serialize, itertools.count(0xFFFC), []

    def numbered(packet: Any, extensions_map: Any) -> bytes:
        given.append(next(count) & 0xFFFF)
        packet.extensions.transport_sequence_number = given[-1]
        data: bytes = serialize(packet, extensions_map)
        return data

    monkeypatch.setattr(aiortc.rtp.RtpPacket, "serialize", numbered)
    return given


def _listening(monkeypatch: pytest.MonkeyPatch) -> list[Report]:
    """The reports that anybody in this process receives."""
    parse, heard = aiortc.rtp.RtcpPacket.parse, []

    def listen(data: bytes) -> Any:
        if data[1] == RTPFB and data[0] & 0x1F == FORMAT:
            heard.append(unpack(data[12:]))
        return parse(data)

    monkeypatch.setattr(aiortc.rtp.RtcpPacket, "parse", listen)
    return heard
