"""A real socket that holds a burst of media with a question behind it."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from articgw.aiortc_seams.talk_first import MAX_DRAIN, Entrance

MEDIA, QUESTION, CHECK = b"\x80media", b"\x17question", b"\x00check"


class _Door(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.heard: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.entrance = Entrance(self, _Door.deliver)

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        self.entrance.on_datagram(data, addr)

    def deliver(self, data: bytes, addr: tuple[Any, ...]) -> None:
        self.heard.append(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.entrance.close()


async def _heard(sent: list[bytes]) -> list[bytes]:
    loop = asyncio.get_running_loop()
    transport, door = await loop.create_datagram_endpoint(_Door, local_addr=("127.0.0.1", 0))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for data in sent:
            sender.sendto(data, transport.get_extra_info("sockname"))
    async with asyncio.timeout(5.0):
        while len(door.heard) < len(sent):
            await asyncio.sleep(0)
    transport.close()
    await asyncio.sleep(0)
    return door.heard


@pytest.mark.parametrize("talk", [QUESTION, CHECK])
async def test_a_question_passes_the_picture_before_it(talk: bytes) -> None:
    burst = [MEDIA + bytes([number]) for number in range(100)]
    heard = await _heard([*burst, talk])
    assert heard.index(talk) == 0
    assert [data for data in heard if data != talk] == burst


async def test_questions_keep_their_order() -> None:
    talk = [QUESTION + bytes([number]) for number in range(20)]
    mixed = [data for one in talk for data in (MEDIA, one)]
    assert [data for data in await _heard(mixed) if data != MEDIA] == talk


async def test_an_empty_datagram_is_handed_on_as_it_is() -> None:
    assert await _heard([b"", QUESTION]) == [b"", QUESTION]


async def test_media_that_never_ends_does_not_pile_up() -> None:
    loop = asyncio.get_running_loop()
    transport, door = await loop.create_datagram_endpoint(_Door, local_addr=("127.0.0.1", 0))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for _ in range(10):
            for _ in range(200):
                sender.sendto(MEDIA, transport.get_extra_info("sockname"))
            await asyncio.sleep(0)
            assert door.entrance.waiting <= MAX_DRAIN + 1
    transport.close()
    await asyncio.sleep(0)
