"""Our own delay: a question on the data channel until its request is at the model server, and the
server's first token until it is on the data channel.

    callers ══WebRTC══▶ articgw serve ──HTTP──▶ model server that only notes
    (process)             (process)                (process)

Everything is on loopback, so what is measured is ours. The goals are taken from plain callers,
whose questions wait for no frame; how long an obedient client's do is shown beside it.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import psutil
from rich.console import Console
from rich.progress import Progress

from tests.bench._doors_callers import ANSWERED
from tests.bench._doors_goals import FRESH, ONE, TEN
from tests.bench._doors_join import figures_of, joined
from tests.bench._doors_stub import READY
from tests.helpers.browser import gateway

Row = dict[str, Any]

REPEATS = 2
START_LIMIT_S = 120.0
STOP_LIMIT_S = 10.0
MAX_LINE_BYTES = 1 << 22
ENOUGH_CALLS = ("--max_sessions", "16")


@dataclass(frozen=True, slots=True)
class Arm:
    """Who asks."""

    name: str
    kind: str
    """plain or fresh; see `_doors_callers`."""
    sessions: int
    questions: int
    """Of each session."""
    size_px: tuple[int, int]
    fps: int
    gap_s: tuple[float, float]
    """Usual pause between an answer and the next question of a session."""
    long: float = 0.05
    """Share of pauses after which the connection to the model server has been closed."""
    repeats: int = REPEATS


ARMS = (
    Arm(ONE, "plain", 1, 200, (1280, 720), 15, (0.05, 0.25)),
    Arm(TEN, "plain", 10, 20, (640, 360), 5, (1.0, 2.0)),
    Arm(FRESH, "fresh", 1, 60, (1280, 720), 15, (0.3, 0.7), repeats=1),
)
QUICK_QUESTIONS = {ONE: 40, TEN: 6, FRESH: 15}


async def measure(console: Console, *, seed: int, quick: bool) -> list[Row]:
    """A row per arm and repeat; arms take turns."""
    plan = [
        (arm, repeat)
        for repeat in range(1 if quick else REPEATS)
        for arm in ARMS
        if repeat < arm.repeats
    ]
    rows = []
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task("", total=len(plan))
        for arm, repeat in plan:
            progress.update(bar, description=f"{arm.name}, {repeat + 1}")
            row = await measure_arm(arm, repeat, seed=seed, quick=quick)
            rows.append(row)
            console.print(
                f"{arm.name}, {repeat + 1}: own delay {_shown(row, 'own')}, "
                f"first token {_shown(row, 'token')}, {row['answered']}/{row['asked']} answered",
                highlight=False,
            )
            progress.advance(bar)
    return rows


def _shown(row: Row, what: str) -> str:
    p50, p95, most = (row[f"{what}_{share}_ms"] for share in ("p50", "p95", "max"))
    return " / ".join("never" if one is None else f"{one:.1f}" for one in (p50, p95, most)) + " ms"


async def measure_arm(arm: Arm, repeat: int, *, seed: int, quick: bool) -> Row:
    """One gateway, one model server, one set of calls."""
    questions = QUICK_QUESTIONS.get(arm.name, 5) if quick else arm.questions
    with tempfile.TemporaryDirectory() as folder:
        async with model_server() as (server_url, server):
            backend = f"openai:stub@{server_url}/v1"
            tracing = ("--trace_dir", folder)
            async with (
                gateway(*ENOUGH_CALLS, *tracing, backend=backend) as running,
                aiohttp.ClientSession() as http,
                callers(arm, running.url, questions, seed + repeat) as process,
            ):
                await read_json(process)
                await _log_of(http, server_url)
                watched = psutil.Process(running.process.pid), psutil.Process(server.pid)
                before = [_cpu_s(one) for one in watched]
                assert process.stdin is not None
                process.stdin.write(b"go\n")
                await process.stdin.drain()
                told = await read_json(process)
                used_s = [_cpu_s(one) - cpu_s for one, cpu_s in zip(watched, before, strict=True)]
                served = await _log_of(http, server_url)
        traced = [
            json.loads(line)
            for file in Path(folder).glob("*.jsonl")
            for line in file.read_text().splitlines()
        ]
    return _row(arm, repeat, told, served, traced, used_s)


def _row(
    arm: Arm,
    repeat: int,
    told: dict[str, Any],
    served: list[dict[str, Any]],
    traced: list[dict[str, Any]],
    used_s: Sequence[float],
) -> Row:
    asked = told["asked"]
    ends = Counter(one["end"] for one in asked)
    return {
        "part": "delay",
        "arm": arm.name,
        "repeat": repeat,
        "sessions": arm.sessions,
        "camera": f"{arm.size_px[0]}x{arm.size_px[1]}, {arm.fps} fps",
        "asked": len(asked),
        "answered": ends.pop(ANSWERED, 0),
        "ends": dict(ends),
        **figures_of(joined(asked, served, traced)),
        "requests": len(served),
        "new_connections": sum(one["new_connection"] for one in served),
        "body_kib": statistics.median(one["body_bytes"] for one in served) / 1024 if served else 0,
        "cpu_gateway": used_s[0] / told["wall_s"],
        "cpu_model_server": used_s[1] / told["wall_s"],
        "cpu_callers": told["cpu_share"],
        "callers_lag_max_ms": told["loop_lag_max_ms"],
    }


@asynccontextmanager
async def model_server() -> AsyncIterator[tuple[str, Process]]:
    """The stub, once it listens; its URL and process."""
    async with _python("tests.bench._doors_stub") as process:
        assert process.stdout is not None
        line = (await asyncio.wait_for(process.stdout.readline(), START_LIMIT_S)).decode()
        if not line.startswith(READY):
            raise RuntimeError(f"the model server did not start: {line!r}")
        yield line.removeprefix(READY).strip(), process


@asynccontextmanager
async def callers(arm: Arm, url: str, questions: int, seed: int) -> AsyncIterator[Process]:
    """The far ends, on their way."""
    options = {
        "kind": arm.kind,
        "name": "a",
        "sessions": arm.sessions,
        "questions": questions,
        "width": arm.size_px[0],
        "height": arm.size_px[1],
        "fps": arm.fps,
        "gap_low": arm.gap_s[0],
        "gap_high": arm.gap_s[1],
        "long": arm.long,
        "seed": seed,
    }
    flags = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    async with _python("tests.bench._doors_callers", url, *flags) as process:
        yield process
        with suppress(TimeoutError):  # they hang up
            await asyncio.wait_for(process.wait(), STOP_LIMIT_S)


@asynccontextmanager
async def _python(module: str, *args: str) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *args), stdin=PIPE, stdout=PIPE, limit=MAX_LINE_BYTES
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_LIMIT_S)
        except TimeoutError:
            process.kill()
            await process.wait()


async def read_json(process: Process) -> dict[str, Any]:
    """The next line of a process. Raises `RuntimeError` where it ended instead."""
    assert process.stdout is not None
    line = await process.stdout.readline()
    if not line:
        raise RuntimeError(f"the callers ended with status {await process.wait()}")
    told: dict[str, Any] = json.loads(line)
    return told


async def _log_of(http: aiohttp.ClientSession, server_url: str) -> list[dict[str, Any]]:
    async with http.get(f"{server_url}/log") as response:
        served: list[dict[str, Any]] = await response.json()
        return served


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
