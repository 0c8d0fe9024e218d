"""`devibench evaluate` as its user runs it: how long, and what is asked again after it was killed.

    run ── kill -9 at a random moment ── the same command ── kill -9 ── … ── until it is done

What was recorded must never be asked again; what was in flight may be. The result must be that of a
run that nobody killed, but for what times say.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from articgw.testing.servers import ModelServer
from articgw.testing.servers.behaviours import says
from articgw.testing.servers.chat import CHAT
from devibench.evaluate.store import read_lines
from devibench.sample.make import Order, make_set
from devibench.samples import Line
from tests.bench._common import ROOT

KILLS = 10
WORKERS = 4
SMALL = Order(seed=5, clips=3, seconds=1.0, size_px=(640, 360), fps=10)
ARMS = ("original", "h264:100k", "h264:100k+fps:5", "text-only")
START_S = (0.5, 4.0)
"""After its start, a run is killed."""
LARGE = Order(seed=83, clips=12, seconds=4.0)
RATES = ("25k", "50k", "100k", "200k")
POLICIES = ("h264:{}", "h264:{}+fps:5", "h264:{}+fps:5+regions:found")
MINUTES = 20.0


@dataclass(frozen=True, slots=True)
class Killed:
    """What came of it."""

    kills: int
    jobs: int
    reasked: int
    """Recorded answers that were asked for again."""
    most_in_flight: int
    """Requests without an answer on disk, at any one kill."""
    equal: bool
    """Is the result that of a run that nobody killed?"""


async def killed(folder: Path, kills: int, seed: int = 1) -> Killed:
    """Killed so often, then left alone."""
    make_set(SMALL, folder / "set")
    chance = random.Random(seed)
    async with ModelServer(CHAT, says("It says EXIT.", first_s=0.05)) as server:
        backend = f"openai:tiny@{server.url}"
        await _finish(await _start(folder, "whole", backend))
        most, done = 0, 0
        for _ in range(kills):
            asked, recorded = len(server.asked), _count(folder / "killed")
            process = await _start(folder, "killed", backend)
            await asyncio.sleep(chance.uniform(*START_S))
            if process.returncode is None:
                process.send_signal(signal.SIGKILL)
                done += 1
            await process.wait()
            made = _count(folder / "killed") - recorded
            most = max(most, len(server.asked) - asked - made)
        await _finish(await _start(folder, "killed", backend))
    whole, after = (read_lines(folder / name) for name in ("whole", "killed"))
    counts = Counter((line.key, line.arm) for line in after)
    again = sum(counts.values()) - len(counts)
    return Killed(done, len(whole), again, most, _plain(whole) == _plain(after))


def measure(*, large: bool = True) -> dict[str, Any]:
    """Both goals, and what they rest on."""
    with tempfile.TemporaryDirectory() as name:
        found = asyncio.run(killed(Path(name), KILLS))
        told: dict[str, Any] = {
            "reasked_recorded": found.reasked + (not found.equal),
            "kills": found.kills, "most_in_flight": found.most_in_flight, "equal": found.equal,
        }  # fmt: skip
        return told | ({"evaluate_min": evaluated_min(Path(name))} if large else {})


def evaluated_min(folder: Path) -> float:
    """Minutes for four rates by three policies over twelve clips, with its report."""
    make_set(LARGE, folder / "large")
    arms = [policy.format(rate) for policy in POLICIES for rate in RATES]
    began = time.monotonic()
    command = ("evaluate", str(folder / "large"), str(folder / "run"), "--no_cache")
    options = ("--questions", "5", "--pictures", "--workers", "3", "--degrade", *arms)
    asyncio.run(_finish_command((*command, *options)))
    page = str(folder / "page.html")
    asyncio.run(_finish_command(("report", str(folder / "run"), "--out", page)))
    return (time.monotonic() - began) / 60


async def _start(folder: Path, run: str, backend: str) -> asyncio.subprocess.Process:
    command = ("evaluate", str(folder / "set"), str(folder / run), "--backend", backend)
    options = ("--no_cache", "--workers", str(WORKERS), "--degrade", *ARMS)
    return await _command((*command, *options))


async def _command(words: Sequence[str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "devibench", *words, cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "OPENAI_API_KEY": "none"},
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip


async def _finish(process: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(60 * MINUTES):
        status = await process.wait()
    if status != 0:
        raise RuntimeError(f"devibench ended with {status}")


async def _finish_command(words: Sequence[str]) -> None:
    await _finish(await _command(words))


def _count(run: Path) -> int:
    file = run / "answers.jsonl"
    return file.read_bytes().count(b"\n") if file.is_file() else 0


def _plain(lines: Sequence[Line]) -> dict[tuple[str, str], Line]:
    """Without what time says."""
    return {
        (one.key, one.arm): msgspec.structs.replace(one, answer_ms=0.0, attempt=0) for one in lines
    }
