"""Seven ways to hurt a WebRTC server, against ours and against plain aiortc.

For each attack and each server a fresh process is started, with a healthy call beside it; the
attack runs; and the server's event loop, memory and calls are watched from outside.

    python -m tests.bench._abuse [--quick]

Survived means: the attacked call goes on or, where the attack is its own call's end (F4), ends
alone; the loop is never late by 100 ms; ten seconds later memory is back to where it was, within
20 MiB; the healthy call's pictures come as evenly as before; hanging up frees the place within 5 s.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import aiohttp
import psutil
from rich.console import Console
from rich.table import Table

from tests.bench._abuse_attacks import ATTACKS, LIMIT_S, STALL_S, Outcome, picture_times
from tests.bench._abuse_target import READY, LagPage, stay_on_loopback
from tests.integration.caller import health

ARMS = ("stock", "ours")
QUICK = ("F1", "F3", "F4", "F5")
"""Those that take no more than half a minute for both servers."""
LAG_LIMIT_MS = 100.0
GROWTH_LIMIT_MIB = 20.0
GAP_RATIO_LIMIT = 1.5
CLOSE_LIMIT_S = 5.0
SETTLE_LIMIT_S = 10.0
BEFORE_S, AFTER_S = 2.0, 3.0
"""Windows in which the healthy call is watched, before the attack and after it."""
KILL_MIB, KILL_HANG_S = 3000.0, LIMIT_S
"""Beyond these a server is given up on."""


@dataclass(frozen=True, slots=True)
class AbuseRow:
    """One attack on one server."""

    fault: str
    arm: str
    survived: bool
    loop_lag_max_ms: float
    rss_growth_mib: float
    """Left over when it should be back, ten seconds after the attack at most."""
    rss_peak_growth_mib: float
    canary_gap_p95_ratio: float | None
    """Of the healthy call, during and after the attack over before; None: no more pictures."""
    close_s: float | None
    """Until the place was free; None where it never was."""
    detail: str


@dataclass
class _Target:
    """A server process, watched."""

    url: str
    page: LagPage
    process: psutil.Process
    base_mib: float = 0.0
    peak_mib: float = 0.0
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    """Set where it was given up on."""

    def rss_mib(self) -> float:
        """Now; 0 once it has ended."""
        with suppress(psutil.NoSuchProcess):
            return float(self.process.memory_info().rss) / 2**20
        return 0.0

    def begin(self) -> None:
        """From here on it counts."""
        self.page.reset()
        self.base_mib = self.peak_mib = self.rss_mib()

    async def watch(self) -> None:
        """Keep the peak; kill a server that goes too far."""
        while True:
            rss_mib = self.rss_mib()
            self.peak_mib = max(self.peak_mib, rss_mib)
            if rss_mib > KILL_MIB or self.page.hanging_s() > KILL_HANG_S:
                self.gone.set()
                self.process.kill()
                return
            await asyncio.sleep(0.05)


async def abuse(
    arms: Sequence[str] = ARMS,
    quick: bool = False,
    faults: Iterable[str] | None = None,
    console: Console | None = None,
) -> list[AbuseRow]:
    """Attacks on each server: all, those of `QUICK`, or ``faults``. Raises `RuntimeError` where a
    server does not start.
    """
    stay_on_loopback()
    rows = []
    for fault in faults or (QUICK if quick else ATTACKS):
        for arm in arms:
            rows.append(await attack(fault, arm))
            if console:
                console.print(f"{fault} {arm}: {'survived' if rows[-1].survived else 'harmed'}")
    return rows


async def attack(fault: str, arm: str) -> AbuseRow:
    """One attack on a fresh server."""
    stall_s = STALL_S if fault == "F7" else 0.0
    async with _target(arm, stall_s) as target, _canary(target.url):
        await asyncio.sleep(BEFORE_S)
        target.begin()
        began_t = time.monotonic()
        watching = asyncio.create_task(target.watch())
        outcome = await _outcome(fault, target)
        ended_t = time.monotonic()
        close_s = await _closed(target) if outcome.closes else 0.0
        await asyncio.sleep(max(0.0, ended_t + AFTER_S - time.monotonic()))
        lag_ms = 1000 * target.page.worst_s()
        while time.monotonic() < ended_t + SETTLE_LIMIT_S and not target.gone.is_set():
            if target.rss_mib() - target.base_mib <= GROWTH_LIMIT_MIB:
                break
            await asyncio.sleep(0.1)
        left_mib = (target.rss_mib() or target.peak_mib) - target.base_mib
        ratio = await _gap_ratio(target, began_t, ended_t)
        watching.cancel()
    survived = (
        outcome.call_lives
        and not target.gone.is_set()
        and lag_ms < LAG_LIMIT_MS
        and left_mib <= GROWTH_LIMIT_MIB
        and ratio is not None
        and ratio <= GAP_RATIO_LIMIT
        and close_s is not None
    )
    peak_mib = target.peak_mib - target.base_mib
    return AbuseRow(
        fault, arm, survived, lag_ms, left_mib, peak_mib, ratio, close_s, outcome.detail
    )


async def _outcome(fault: str, target: _Target) -> Outcome:
    """Within the limit; a server that was given up on ends the attack."""
    attacking = asyncio.ensure_future(ATTACKS[fault](target.url))
    given_up = asyncio.ensure_future(target.gone.wait())
    done, _ = await asyncio.wait(
        (attacking, given_up), timeout=LIMIT_S + 10.0, return_when=asyncio.FIRST_COMPLETED
    )
    given_up.cancel()
    if attacking in done:
        try:
            return attacking.result()
        except (TimeoutError, OSError, aiohttp.ClientError) as error:
            return Outcome(False, f"the attack broke off: {type(error).__name__}")
    attacking.cancel()
    with suppress(asyncio.CancelledError, Exception):
        await attacking
    return Outcome(False, "given up on" if target.gone.is_set() else "out of time")


async def _closed(target: _Target) -> float | None:
    """Seconds until only the healthy call is left."""
    began_t = time.monotonic()
    try:
        async with asyncio.timeout(CLOSE_LIMIT_S):
            while (await health(target.url))["sessions"] > 1:
                await asyncio.sleep(0.05)
    except (TimeoutError, aiohttp.ClientError):
        return None
    return time.monotonic() - began_t


async def _gap_ratio(target: _Target, began_t: float, ended_t: float) -> float | None:
    try:
        async with asyncio.timeout(2.0):
            times_s = (await picture_times(target.url))[0]
    except (TimeoutError, aiohttp.ClientError):
        return None
    before = [t for t in times_s if began_t - BEFORE_S <= t < began_t]
    during = [t for t in times_s if began_t <= t <= ended_t + AFTER_S]
    if len(before) < 10 or not during or during[-1] < ended_t + AFTER_S / 2:
        return None
    return _p95_gap(during) / _p95_gap(before)


def _p95_gap(times_s: Sequence[float]) -> float:
    return statistics.quantiles([later - t for t, later in pairwise(times_s)], n=20)[-1]


@asynccontextmanager
async def _target(arm: str, stall_s: float) -> AsyncIterator[_Target]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "lag")
        page = LagPage.make(file)
        async with _process(arm, str(file), "--stall-s", str(stall_s)) as (process, said):
            yield _Target(said, page, psutil.Process(process.pid))


@asynccontextmanager
async def _canary(url: str) -> AsyncIterator[None]:
    async with _process("call", url):
        yield


@asynccontextmanager
async def _process(*args: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """A role of `_abuse_target`, and what it said when it was ready; killed at the end."""
    with tempfile.TemporaryFile() as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.bench._abuse_target", *args),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
        try:
            assert process.stdout is not None
            async with asyncio.timeout(30.0):
                line = (await process.stdout.readline()).decode()
            if not line.startswith(READY):
                log.seek(0)
                raise RuntimeError(f"{args[0]} did not start: {log.read().decode()[-2000:]}")
            yield process, line.removeprefix(READY).strip()
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
            await process.wait()


def table(rows: Sequence[AbuseRow]) -> Table:
    """For people."""
    titles = ("attack", "server", "survived", "loop lag ms", "left MiB", "peak MiB", "gaps x")
    shown = Table(*titles, "close s", "detail", title="Abuse")
    for row in rows:
        ratio = "none" if row.canary_gap_p95_ratio is None else f"{row.canary_gap_p95_ratio:.2f}"
        shown.add_row(
            row.fault,
            row.arm,
            "[green]yes" if row.survived else "[red]no",
            f"{row.loop_lag_max_ms:.0f}",
            f"{row.rss_growth_mib:.0f}",
            f"{row.rss_peak_growth_mib:.0f}",
            ratio,
            "never" if row.close_s is None else f"{row.close_s:.1f}",
            row.detail,
        )
    return shown


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--arm", choices=ARMS, action="append")
    parser.add_argument("--fault", choices=tuple(ATTACKS), action="append")
    given = parser.parse_args()
    console = Console(width=180)
    began_t = time.monotonic()
    rows = asyncio.run(abuse(given.arm or ARMS, given.quick, given.fault, console))
    console.print(table(rows))
    console.print(f"{time.monotonic() - began_t:.0f} s")


if __name__ == "__main__":
    main()
