"""What outlives a connection: the handle, and else what was said before."""

from __future__ import annotations

import json

import aiohttp

from articgw.backends.behind.boxes import Y_FIRST
from articgw.backends.gemini_live.line import FRAME_EVERY_S, Line
from articgw.backends.gemini_live.speech import MENU
from articgw.backends.pictures.picture import Picture
from articgw.backends.wire.features import Features
from articgw.backends.wire.sockets import Sockets

ASKING = Features(MENU).asking()
PICTURE = Picture(b"/9j/", (64, 36))
HANDLE = b'{"sessionResumptionUpdate": {"newHandle": "h", "resumable": true}}'


def kinds(line: Line) -> list[str]:
    """What a turn says."""
    messages = [json.loads(one) for one in line.question(ASKING)]
    return [next(iter(one.get("realtimeInput", one))) for one in messages]


def handle_in(line: Line) -> object:
    """What the set-up goes on with."""
    opening = line.opening(ASKING)
    assert opening is not None
    return json.loads(opening)["setup"]["sessionResumption"].get("handle")


async def test_a_handle_goes_on_and_where_it_is_refused_history_is_told() -> None:
    async with aiohttp.ClientSession() as http:
        line = Line(Sockets(http, "http://127.0.0.1:9"), "m", Y_FIRST)
        line.ask(PICTURE, "q")
        assert handle_in(line) is None and kinds(line) == ["video", "text"]
        line.hear(HANDLE)
        line.answered("a")
        assert handle_in(line) == "h" and kinds(line) == ["video", "text"]
        assert line.lost() and not line.lost()
        assert handle_in(line) is None and kinds(line) == ["clientContent", "video", "text"]
        assert kinds(line) == ["video", "text"]


async def test_a_frame_rests() -> None:
    async with aiohttp.ClientSession() as http:
        line = Line(Sockets(http, "http://127.0.0.1:9"), "m", Y_FIRST)
        assert line.rest_s == 0.0
        line.ask(PICTURE, "q")
        line.question(ASKING)
        assert 0.5 * FRAME_EVERY_S < line.rest_s <= FRAME_EVERY_S
