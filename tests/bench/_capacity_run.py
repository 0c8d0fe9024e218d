"""A receiver on one core and a sender on the other: what one costs while the other sends."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import aiohttp
import psutil

from tests.bench._capacity_film import Codec
from tests.bench._capacity_receiver import READY
from tests.bench._common import ROOT

Row = dict[str, Any]

AGE_P95_MS = 100.0
WARM_UP_S, WINDOW_S = 3.0, 6.0
WATCH_S = 3.0
"""Of a receiver that tells ages only while its cost does not count."""
BEGINNING_S = 9.0
FEW = 8
"""A new call is not idle yet: our gateway expects a question for 8 s (artic_codecs/attention.py).
It has a sender that obeys send well for so long, and decodes ahead where there are few calls.
"""
LEAST_SHARE = 0.9
"""Of the frames that are sent, in the stream that fares worst."""
SPARSE_FPS = 0.6
"""Of a sender that obeys, which sends one a second."""
LATE_MS, BUSY = 20.0, 0.95
"""A sender that is later or busier than that is what is measured."""
START_LIMIT_S, STOP_LIMIT_S, SAY_LIMIT_S = 60.0, 3.0, 120.0


@dataclass(frozen=True, slots=True)
class Setting:
    """What is measured."""

    arm: str
    state: str = "idle"
    kind: str = "plain"
    codec: Codec = "H264"
    fps: int = 30
    group: int = 60

    @property
    def asks(self) -> bool:
        """By its senders; other receivers than ours ask themselves."""
        return self.state == "asked" and self.arm in ("ours", "no decode")


def cores() -> tuple[int, int]:
    """The receiver's, and the sender's. Raises `RuntimeError` where there is only one."""
    known = sorted(os.sched_getaffinity(0))
    if len(known) < 2:
        raise RuntimeError("two cores are needed: a receiver's and a sender's")
    return known[0], known[1]


class Pair:
    """One receiver and the sender that it has. Make it with `pair`."""

    def __init__(
        self, setting: Setting, url: str, pid: int, sender: Process, http: aiohttp.ClientSession
    ) -> None:
        self.setting = setting
        self.url = url
        self.streams = 0
        self.trouble = ""
        """Why a stream could not be added."""
        self._receiver = psutil.Process(pid)
        self._sender = sender
        self._http = http

    async def grow(self, streams: int) -> None:
        """Until there are so many, or one could not be added."""
        if streams < self.streams:
            said = await self.say({"drop": self.streams - streams})
        else:
            said = await self.say({"add": streams - self.streams})
            self.trouble = "; ".join(said["why"])
        self.streams = said["streams"]

    async def measure(self, seconds: float = WINDOW_S) -> Row:
        """A row: what came, how old it was, what it cost."""
        begins = self.setting.kind == "obedient" or self.streams <= FEW
        await asyncio.sleep(BEGINNING_S if begins and self.setting.arm == "ours" else WARM_UP_S)
        async with self._http.post(f"{self.url}/bench/window"):
            pass
        await self.say({"begin": True})
        cpu_s, began_t = self._cpu_s(), monotonic()
        await asyncio.sleep(seconds)
        wall_s, cpu_s = monotonic() - began_t, self._cpu_s() - cpu_s
        if self.setting.arm.startswith("gstreamer"):
            async with self._http.post(f"{self.url}/bench/watch"):
                pass
            await asyncio.sleep(WATCH_S)
        async with self._http.get(f"{self.url}/bench/figures") as response:
            came = await response.json()
        sent = await self.say({"report": True})
        row = {**asdict(self.setting), "n": self.streams, **_without(came, ("looks",))}
        row["core_share"] = cpu_s / wall_s
        row["cpu_s_per_session_s"] = cpu_s / wall_s / max(1, self.streams)
        row |= {"sender_cpu_share": sent["cpu_share"], "sender_late_p95_ms": sent["late_p95_ms"]}
        row |= {"sent_fps": sent["fps"], "sent_kbps": sent["kbps"], "ends": sent["ends"]}
        row["sender_limits"] = sent["cpu_share"] > BUSY or (sent["late_p95_ms"] or 0) > LATE_MS
        if self.setting.asks:
            row |= looks_of(sent["asked"], came["looks"])
        row["holds"] = self._holds(row)
        return row

    async def say(self, words: dict[str, Any]) -> dict[str, Any]:
        """To the sender; what it answers."""
        return await say(self._sender, words)

    def _holds(self, row: Row) -> bool:
        """A sparse sender's newest frame is a second old at best: its frames' delay is judged."""
        sparse = row["kind"] == "obedient"
        judged = row["delay_p95_ms"] if sparse else row["age_p95_ms"]
        whole = row["fps_least"] >= (SPARSE_FPS if sparse else LEAST_SHARE * row["fps"])
        all_there = row["streams"] >= self.streams and not self.trouble
        return judged is not None and judged <= AGE_P95_MS and whole and all_there

    def _cpu_s(self) -> float:
        """Of all its processes."""
        total = 0.0
        for process in (self._receiver, *self._receiver.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                total += times.user + times.system
        return total


def looks_of(
    asked: Sequence[tuple[str, float]], looks: dict[str, tuple[float, float]]
) -> dict[str, list[float]]:
    """From each question until the model was given its picture, and that picture's age; ms."""
    pairs = [(at, looks[text]) for text, at in asked if text in looks]
    return {
        "question_to_frame_ms": [1000 * (look_t - at) for at, (look_t, _) in pairs],
        "look_age_ms": [age_ms for _, (_, age_ms) in pairs],
    }


async def say(process: Process, words: dict[str, Any]) -> dict[str, Any]:
    """A line to it, and its answer. Raises `RuntimeError` where it has ended."""
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(json.dumps(words).encode() + b"\n")
    line = await asyncio.wait_for(process.stdout.readline(), SAY_LIMIT_S)
    if not line:
        raise RuntimeError("the sender has ended")
    said: dict[str, Any] = json.loads(line)
    return said


@asynccontextmanager
async def pair(
    setting: Setting,
    *,
    ask_every_s: float = 10.0,
    interpreter: Path | None = None,
    module: str = "_capacity_receiver",
    quiet: bool = True,
) -> AsyncIterator[Pair]:
    """Both processes, ended afterwards. Raises `RuntimeError` where one does not start."""
    receiver_core, sender_core = cores()
    receiver = await asyncio.create_subprocess_exec(
        *(str(interpreter or sys.executable), "-m", f"tests.bench.{module}", setting.arm),
        *("--state", setting.state, "--core", str(receiver_core)),
        cwd=ROOT,
        stdout=PIPE,
        stderr=asyncio.subprocess.DEVNULL if quiet else None,
        start_new_session=True,
    )
    try:
        assert receiver.stdout is not None
        line = (await asyncio.wait_for(receiver.stdout.readline(), START_LIMIT_S)).decode()
        if not line.startswith(READY):
            raise RuntimeError(f"the receiver {setting.arm} did not start")
        url = line.removeprefix(READY).strip()
        async with (
            sender(setting, url, core=sender_core, ask_every_s=ask_every_s) as sending,
            aiohttp.ClientSession() as http,
        ):
            yield Pair(setting, url, receiver.pid, sending, http)
    finally:
        await end(receiver)


@asynccontextmanager
async def sender(
    setting: Setting, url: str, *, core: int | None = None, ask_every_s: float = 10.0
) -> AsyncIterator[Process]:
    """A sender that has connected nobody yet."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench._capacity_sender", "--url", url),
        *("--codec", setting.codec, "--fps", str(setting.fps), "--group", str(setting.group)),
        *("--kind", setting.kind),
        *(("--core", str(core)) if core is not None else ()),
        *(("--ask_every_s", str(ask_every_s)) if setting.asks else ()),
        *(("--sound_first",) if setting.arm == "pipecat" else ()),
        cwd=ROOT,
        stdin=PIPE,
        stdout=PIPE,
        limit=1 << 26,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        await asyncio.wait_for(process.stdout.readline(), START_LIMIT_S)
        yield process
    finally:
        await end(process)


async def end(process: Process) -> None:
    """By SIGTERM, or by SIGKILL where that is not heard."""
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_LIMIT_S)
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _without(values: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}
