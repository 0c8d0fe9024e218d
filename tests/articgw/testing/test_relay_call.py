"""A relayed call treats addresses as a NAT does, in front of a gateway that echoes datagrams."""

from __future__ import annotations

import asyncio

from articgw.testing.relay import relay
from tests.articgw.testing.test_relay import Datagrams, dialled, fake_gateway


async def test_each_address_of_a_sender_has_a_way_of_its_own() -> None:
    async with fake_gateway() as fake, relay(fake.url) as running:
        address = await dialled(running)
        async with Datagrams.bound() as first, Datagrams.bound() as second:
            for sender, data in ((first, b"1"), (second, b"2")):
                while sender.received.empty():
                    sender.transport.sendto(data, address)
                    await asyncio.wait({asyncio.ensure_future(fake.echo.take())}, timeout=0.1)
                assert (await sender.take())[0] == data
        (call,) = running.calls
        assert len(set(call.gateway_ports)) == 2


async def test_only_the_gateway_may_answer() -> None:
    async with (
        fake_gateway() as fake,
        relay(fake.url) as running,
        Datagrams.bound() as sender,
        Datagrams.bound() as stranger,
    ):
        address = await dialled(running)
        sender.transport.sendto(b"1", address)
        await sender.take()
        (call,) = running.calls
        stranger.transport.sendto(b"evil", (address[0], call.gateway_ports[0]))
        sender.transport.sendto(b"2", address)
        assert (await sender.take())[0] == b"2"
        assert call.downlink.link.counts.packets_in == 2


async def test_a_rebound_call_comes_from_another_port_and_goes_on() -> None:
    async with fake_gateway() as fake, relay(fake.url) as running, Datagrams.bound() as sender:
        address = await dialled(running)
        sender.transport.sendto(b"1", address)
        await sender.take()
        (call,) = running.calls
        before = call.gateway_ports
        await running.rebind(call)
        sender.transport.sendto(b"2", address)
        assert await sender.take() == (b"2", address)
        assert set(call.gateway_ports).isdisjoint(before)
        seen = [fake.echo.received.get_nowait()[1][1] for _ in range(2)]
        assert seen == [*before, *call.gateway_ports]
