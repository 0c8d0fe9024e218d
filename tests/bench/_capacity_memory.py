"""Twenty calls that come and go for long: does anything grow, and is everything given back?"""

from __future__ import annotations

import asyncio
import time
from asyncio.subprocess import Process
from dataclasses import asdict

import aiohttp
from rich.console import Console

from tests.bench._capacity_run import Row, Setting, cores, say, sender
from tests.bench._soak_vitals import Held, held, slope_mib_per_h
from tests.helpers.browser import gateway

CALLS = 20
CHANGE_EVERY_S = 3.0
"""One hangs up and another one calls: a call lasts for a minute."""
SAMPLE_EVERY_S = 5.0
WARM_UP_S, QUICK_WARM_UP_S = 60.0, 10.0
"""Threads, heaps and codecs are there after the first calls."""
SETTLE_S, QUICK_SETTLE_S = 20.0, 8.0
LATER = 2 / 3
"""Of the time, at its end: where the slope is taken."""
SETTING = Setting("ours", "asked")


async def memory(console: Console, *, minutes: float, quick: bool) -> list[Row]:
    """A row for each sample, and one that sums up."""
    _, core = cores()
    settle_s = QUICK_SETTLE_S if quick else SETTLE_S
    async with (
        gateway("--max_sessions", str(2 * CALLS)) as running,
        sender(SETTING, running.url, core=core) as calls,
        aiohttp.ClientSession(running.url) as http,
    ):
        pid = running.process.pid
        await _churn(calls, pid, http, QUICK_WARM_UP_S if quick else WARM_UP_S)
        before = await _settled(calls, pid, http, settle_s)
        samples, ends = await _churn(calls, pid, http, 60 * minutes)
        after = await _settled(calls, pid, http, settle_s)
    lasted_s = samples[-1].t - samples[0].t
    slope = slope_mib_per_h(samples, last_s=LATER * lasted_s)
    at_work = [sample.rss_mib for sample in samples[len(samples) // 3 :]]
    summary = {
        "part": "memory",
        "minutes": minutes,
        "calls": CALLS,
        "changed": ends["changed"],
        "failed": ends["failed"],
        "rss_slope_mib_h": slope,
        "mib_per_session": (sum(at_work) / len(at_work) - before.rss_mib) / CALLS,
        "rss_growth_mib": after.rss_mib - before.rss_mib,
        "fds_growth": after.fds - before.fds,
        "threads_growth": after.threads - before.threads,
        "tasks_growth": (after.tasks or 0) - (before.tasks or 0),
    }
    told = ("rss_slope_mib_h", "mib_per_session", "rss_growth_mib", "fds_growth", "tasks_growth")
    console.print({name: summary[name] for name in told})
    held_then = [("before", before), *(("calls", one) for one in samples), ("after", after)]
    return [
        *({"part": "memory", "when": when, **asdict(one)} for when, one in held_then),
        summary,
    ]


async def _churn(
    calls: Process, pid: int, http: aiohttp.ClientSession, seconds: float
) -> tuple[list[Held], dict[str, int]]:
    said = await say(calls, {"add": CALLS})
    samples, failed, changed = list[Held](), CALLS - said["streams"], 0
    began_t = time.monotonic()
    change_t = sample_t = began_t
    while (now := time.monotonic()) < began_t + seconds:
        if now >= sample_t:
            samples.append(await held(pid, http))
            sample_t += SAMPLE_EVERY_S
        if now >= change_t:
            change_t += CHANGE_EVERY_S
            left = await say(calls, {"drop": 1})
            said = await say(calls, {"add": CALLS - left["streams"]})
            changed, failed = changed + 1, failed + CALLS - said["streams"]
        await asyncio.sleep(max(0.0, min(sample_t, change_t) - time.monotonic()))
    return samples, {"changed": changed, "failed": failed}


async def _settled(calls: Process, pid: int, http: aiohttp.ClientSession, settle_s: float) -> Held:
    """Nobody calls any more. Raises `RuntimeError` where a call stays."""
    await say(calls, {"drop": 2 * CALLS})
    await asyncio.sleep(settle_s)
    found = await held(pid, http)
    if found.sessions:
        raise RuntimeError(f"{found.sessions} calls are still live after {settle_s:g} s")
    return found
