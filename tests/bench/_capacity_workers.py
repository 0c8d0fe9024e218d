"""A worker is killed while calls go on: what the calls of the others notice, and when it is back.

Seen from outside: the gateway tells its callers each second how old their newest frame is. Whose
worker is gone hears nothing any more, so what is told afterwards is the others'.
"""

from __future__ import annotations

import asyncio
import signal
import time
from asyncio.subprocess import Process

import aiohttp
import psutil
from prometheus_client.parser import text_string_to_metric_families
from rich.console import Console

from tests.bench._capacity_recorder import quantile
from tests.bench._capacity_run import Row, Setting, say, sender
from tests.helpers.browser import gateway

WORKERS, CALLS = 2, 16
SETTLE_S, WINDOW_S, QUICK_WINDOW_S = 12.0, 20.0, 8.0
RESPAWN_LIMIT_S = 20.0
POLL_S = 0.02
SAID = ENDS, WORKING, SPARE = (
    "articgw_worker_ends_total",
    "articgw_workers",
    "articgw_worker_spares",
)


async def kill(console: Console, *, quick: bool) -> list[Row]:
    """One row."""
    try:
        async with gateway("--workers", str(WORKERS), "--max_sessions", "64") as running:
            setting = Setting("ours", kind="told")
            async with sender(setting, running.url) as calls:
                row = await _kill(
                    calls, running.process.pid, running.url, QUICK_WINDOW_S if quick else WINDOW_S
                )
    except (RuntimeError, TimeoutError) as error:
        row = {"error": f"not built, or broken: {str(error)[-300:]}"}
    console.print(row)
    return [{"part": "kill", **row}]


async def _kill(calls: Process, pid: int, url: str, window_s: float) -> Row:
    said = await say(calls, {"add": CALLS})
    if said["streams"] < CALLS:
        raise RuntimeError(f"only {said['streams']} calls: {said['why']}")
    await asyncio.sleep(SETTLE_S)
    await say(calls, {"begin": True})
    await asyncio.sleep(window_s)
    before = await say(calls, {"report": True})
    victim = _busiest(pid)
    await say(calls, {"begin": True})
    killed_t = time.monotonic()
    victim.send_signal(signal.SIGKILL)
    respawn_s, spare_s = await _respawned(url, killed_t)
    await asyncio.sleep(max(0.0, killed_t + window_s - time.monotonic()))
    after = await say(calls, {"report": True})
    ages = [quantile(report["told"], 0.95) for report in (before, after)]
    return {
        "calls": CALLS,
        "workers": WORKERS,
        "told_before": len(before["told"]),
        "told_after": len(after["told"]),
        "age_p95_before_ms": ages[0],
        "age_p95_after_ms": ages[1],
        "age_ratio": ages[1] / ages[0] if ages[0] and ages[1] else None,
        "respawn_s": respawn_s,
        "spare_s": spare_s,
    }


def _busiest(pid: int) -> psutil.Process:
    """The process below the gateway that has worked most: a worker. Raises `RuntimeError`."""
    below = psutil.Process(pid).children(recursive=True)
    if not below:
        raise RuntimeError("the gateway has no processes below it")
    return max(below, key=lambda process: process.cpu_times().user)


async def _respawned(url: str, killed_t: float) -> tuple[float | None, float | None]:
    """Until as many workers take calls as before, and until there is a spare again, s."""
    respawn_s: float | None = None
    async with aiohttp.ClientSession(url) as http:
        while time.monotonic() < killed_t + RESPAWN_LIMIT_S:
            async with http.get("/metrics") as response:
                page = await response.text()
            said = {
                sample.name: sample.value
                for family in text_string_to_metric_families(page)
                for sample in family.samples
                if sample.name in SAID
            }
            now_s = time.monotonic() - killed_t
            if said.get(ENDS) and said.get(WORKING) == WORKERS:
                respawn_s = respawn_s or now_s
                if said.get(SPARE):
                    return respawn_s, now_s
            await asyncio.sleep(POLL_S)
    return respawn_s, None
