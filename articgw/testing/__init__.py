"""Fakes and tools that ship, for our tests and for yours.

fakes.py   a clock, a peer and a whole call in memory, for back ends and sessions
relay.py   a bad network between any sender and a gateway; `articgw relay` on the command line
link.py    what that network does to a packet: rate, delay, queue; no clock, no sockets
loss.py    ... and which packets it loses
traces.py  measured rates over time for it, from files

The relay is imported by its own name, `articgw.testing.relay`: it needs aiohttp, the others do not.
"""

from articgw.backends.scripted import ScriptedBackend, Turn
from articgw.testing.fakes import FakeClock, LoopbackPeer, loopback_call, picture
from articgw.testing.link import Link, LinkSpec
from articgw.testing.loss import Bursts, Losses, NoLoss, Outages, RandomLoss
from articgw.testing.traces import Trace, read_trace

__all__ = [
    "Bursts",
    "FakeClock",
    "Link",
    "LinkSpec",
    "LoopbackPeer",
    "Losses",
    "NoLoss",
    "Outages",
    "RandomLoss",
    "ScriptedBackend",
    "Trace",
    "Turn",
    "loopback_call",
    "picture",
    "read_trace",
]
