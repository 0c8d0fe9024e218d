"""Sends many films from one process, pinned to a core of its own; told what to do by stdin.

    python -m tests.bench._capacity_sender --core 1 --url URL --codec H264 --fps 30 --group 60 \\
        --kind plain|obedient|told [--ask_every_s 10]

A line of JSON in, one out: {"add": N} connects N more, {"begin": true} begins a window,
{"report": true} ends it and says how the sender itself did, {"drop": N} hangs up N. Kinds:

    plain      obeys nothing; it has a data channel only where it asks
    obedient   says hello as articgw's own client does; of what it is steered to it obeys the frame
               rate, by frames that each stand alone while that is low
    told       obeys nothing, and hears each second how old its newest frame is
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import time
from collections import Counter
from typing import Any

import aiohttp

from tests.bench._capacity_caller import Caller
from tests.bench._capacity_film import Film, payloads
from tests.bench._capacity_place import take_place
from tests.bench._capacity_recorder import quantile
from tests.bench._capacity_stream import SEED

CATCH_UP_S = 0.5
"""Who is later than that leaves frames out: a camera does not send old ones."""
AT_ONCE = 4


class Sender:
    """All streams of this process."""

    def __init__(self, given: argparse.Namespace, http: aiohttp.ClientSession) -> None:
        self._given = given
        self._http = http
        self._film = Film(given.codec, given.fps, given.group)
        self._callers: list[Caller] = []
        self._draws = random.Random(SEED)
        self._late_ms = list[float]()
        self._pacing: dict[Caller, asyncio.Task[None]] = {}
        self._began = (time.monotonic(), time.process_time())
        payloads(self._film)
        payloads(Film(given.codec, given.fps, 1))

    async def add(self, count: int) -> dict[str, Any]:
        """Connect so many more; how many did, and why the others did not."""
        turns, why = asyncio.Semaphore(AT_ONCE), Counter[str]()

        async def one() -> None:
            given = self._given
            caller = Caller(
                given.url,
                self._film,
                obeys=given.kind == "obedient",
                ask_every_s=given.ask_every_s,
                sound_first=given.sound_first,
                can=("status",) if given.kind == "told" else (),
            )
            async with turns:
                try:
                    await caller.call(self._http)
                except (OSError, RuntimeError, TimeoutError, aiohttp.ClientError) as error:
                    why[f"{type(error).__name__}: {error}"[:200]] += 1
                    await caller.close()
                    return
            self._callers.append(caller)
            phase = self._draws.random()
            self._pacing[caller] = asyncio.create_task(self._pace(caller, phase))

        await asyncio.gather(*(one() for _ in range(count)))
        return {"streams": len(self._callers), "why": dict(why)}

    async def drop(self, count: int) -> dict[str, Any]:
        """Hang up so many, the oldest first."""
        gone, self._callers = self._callers[:count], self._callers[count:]
        for caller in gone:
            self._pacing.pop(caller).cancel()
        await asyncio.gather(*(caller.close() for caller in gone))
        return {"streams": len(self._callers)}

    def begin(self) -> dict[str, Any]:
        """A window begins."""
        self._late_ms.clear()
        for caller in self._callers:
            caller.forget()
        self._began = (time.monotonic(), time.process_time())
        return {}

    def report(self) -> dict[str, Any]:
        """What this process did since."""
        began_t, began_cpu_s = self._began
        wall_s = time.monotonic() - began_t
        asked = [one for caller in self._callers for one in caller.asked]
        return {
            "streams": sum(not caller.lost for caller in self._callers),
            "cpu_share": (time.process_time() - began_cpu_s) / wall_s,
            "late_p95_ms": quantile(self._late_ms, 0.95),
            "fps": len(self._late_ms) / wall_s / max(1, len(self._callers)),
            "kbps": sum(caller.sent_bytes for caller in self._callers)
            * 8e-3
            / wall_s
            / max(1, len(self._callers)),
            "asked": asked,
            "ends": dict(Counter(end for caller in self._callers for end in caller.ends)),
            "told": [told for caller in self._callers for told in caller.told],
        }

    async def _pace(self, caller: Caller, phase: float) -> None:
        due_t = time.monotonic() + phase / self._film.fps
        if self._given.ask_every_s:
            caller.asks_from(due_t + phase * self._given.ask_every_s)
        try:
            while not caller.lost:
                wait_s = due_t - time.monotonic()
                if wait_s > 0:
                    await caller.until(wait_s)
                    if (now := time.monotonic()) < due_t - 0.001:
                        due_t = now
                else:
                    await asyncio.sleep(0)
                now = time.monotonic()
                if now - due_t > CATCH_UP_S:
                    due_t = now
                self._late_ms.append(1000 * (now - due_t))
                due_t += await caller.send_frame(due_t)
        except ConnectionError:
            caller.lost = True


async def run(given: argparse.Namespace) -> None:
    """Until stdin ends."""
    loop, lines = asyncio.get_running_loop(), asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    gone = aiohttp.TCPConnector(force_close=True)  # a gateway keeps idle ones for an hour
    async with aiohttp.ClientSession(connector=gone) as http:
        sender = Sender(given, http)
        print(json.dumps({"ready": True}), flush=True)
        async for line in lines:
            match json.loads(line):
                case {"add": count}:
                    said = await sender.add(count)
                case {"drop": count}:
                    said = await sender.drop(count)
                case {"begin": _}:
                    said = sender.begin()
                case _:
                    said = sender.report()
            print(json.dumps(said), flush=True)
    os._exit(0)  # the receiver ends anyway: nobody waits for so many goodbyes


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--core", type=int)
    parser.add_argument("--url", required=True)
    parser.add_argument("--codec", choices=("H264", "VP8"), required=True)
    parser.add_argument("--fps", type=int, required=True)
    parser.add_argument("--group", type=int, required=True)
    parser.add_argument("--kind", choices=("plain", "obedient", "told"), required=True)
    parser.add_argument("--ask_every_s", type=float, default=0.0, help="0: never")
    parser.add_argument("--sound_first", action="store_true", help="as Pipecat wants its offers")
    given = parser.parse_args()
    take_place(given.core)
    asyncio.run(run(given))


if __name__ == "__main__":
    main()
