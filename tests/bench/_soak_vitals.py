"""What a gateway holds: its processes by psutil, its tasks by its own /metrics."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp
import psutil
from prometheus_client.parser import text_string_to_metric_families

MIB = 2**20


@dataclass(frozen=True, slots=True)
class Held:
    """By a gateway and the model processes below it, at one moment."""

    t: float
    """s, monotonic."""
    rss_mib: float
    """Resident, what processes share counted once for each."""
    gateway_rss_mib: float
    """Of the gateway's own process, without the models'."""
    uss_mib: float
    """What would be free if they ended."""
    fds: int
    threads: int
    tasks: int | None
    """Of the gateway's event loop; None where its /metrics does not tell."""
    frames: int
    """Received since the start."""
    sessions: int


async def held(pid: int, http: aiohttp.ClientSession) -> Held:
    """What is held now. Raises `psutil.NoSuchProcess` where the gateway has ended."""
    async with http.get("/metrics") as response:
        response.raise_for_status()
        told = gauges(await response.text())
    root = psutil.Process(pid)
    rss = uss = fds = threads = 0
    for process in (root, *root.children(recursive=True)):
        memory = process.memory_full_info()
        rss, uss = rss + memory.rss, uss + memory.uss
        fds, threads = fds + process.num_fds(), threads + process.num_threads()
    tasks = told.get("articgw_tasks")
    return Held(
        t=time.monotonic(),
        rss_mib=rss / MIB,
        gateway_rss_mib=root.memory_info().rss / MIB,
        uss_mib=uss / MIB,
        fds=fds,
        threads=threads,
        tasks=None if tasks is None else int(tasks),
        frames=int(told.get("articgw_frames_received_total", 0)),
        sessions=int(told.get("articgw_sessions", 0)),
    )


def gauges(text: str) -> dict[str, float]:
    """The samples without labels of a Prometheus page, by name."""
    families = text_string_to_metric_families(text)
    return {s.name: s.value for family in families for s in family.samples if not s.labels}


def slope_mib_per_h(samples: Sequence[Held], *, last_s: float) -> float | None:
    """How the resident memory grows over the ``last_s`` of them: the line of least squares."""
    late = [sample for sample in samples if sample.t >= samples[-1].t - last_s]
    if len(late) < 3:
        return None
    hours = [sample.t / 3600 for sample in late]
    return statistics.linear_regression(hours, [sample.rss_mib for sample in late]).slope
