"""Real time: two measured uplinks between real endpoints: REMB, transport-cc, and stock aiortc.

    Chromium (our page, or a plain one) ─┐                    ┌─▶ our gateway
    our client, aiortc's own sender     ─┴─▶ relay: a trace ──┴─▶ aiortc as its examples use it

Each arm is asked all the time and watched for 18 s: how old is a picture when it is there,
in Artic's definition (a frame that never came is answered for by the next one that did), and how
much was sent. Three runs of each, over the same seconds of the trace: chance and the machine are in
it, so goals are not made of it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from artic_abr.simulation import Service
from articgw.testing import LinkSpec
from articgw.testing.traces import Trace
from tests.bench._common import OUT
from tests.bench._live_calls import ARMS, ONE_WAY_S, Arm, Wanted, live
from tests.bench._live_film import Film
from tests.bench._live_measures import Rates, percentile, steadied
from tests.bench._live_recorder import Seen

Row = dict[str, Any]

WATCHED_S = 18.0
FROM_S = 8.0
"""Of the trace, where watching begins: the same for all, however long their start took."""
REPEATS = 3
QUEUE_PACKETS = 60
"""Artic's uplink queue in the paper; frames of a browser are larger than the simulator's."""
LATE_S = 0.3
TAIL_S = 2.0
STEP_S = 0.1
TRACES = ("ATT-LTE-driving-2016", "TMobile-UMTS-driving", "drawn_0", "drawn_1")
"""The first two of these that there are: one with outages, one that is thin and dips. Chosen by
their capacity in the first half minute, before anything was run on them."""


@dataclass(frozen=True, slots=True)
class LiveArm:
    """Who calls whom, and what that gateway tells senders."""

    name: str
    arm: Arm
    feedback: str = "remb"


LIVE_ARMS = (
    LiveArm("chromium page, REMB", ARMS["chromium/ours"]),
    LiveArm("chromium page, transport-cc", ARMS["chromium/ours"], "transport-cc"),
    LiveArm("plain chromium, REMB", ARMS["plain chromium/ours"]),
    LiveArm("plain chromium, transport-cc", ARMS["plain chromium/ours"], "transport-cc"),
    LiveArm("our client", ARMS["sender/ours"]),
    LiveArm("chromium, stock aiortc", ARMS["chromium/stock"]),
    LiveArm("aiortc, stock aiortc", ARMS["sender/stock"]),
)


def rate_of(service: Service, seconds: float) -> Trace:
    """The first seconds of a trace for the relay, in bins of 0.1 s; nothing is lost of its bits."""
    count = round(seconds / STEP_S)
    edges = [STEP_S * k for k in range(count + 1)]
    return Trace(edges, [service.bps(k * STEP_S, (k + 1) * STEP_S) for k in range(count)])


def latencies_s(
    frames: Sequence[Seen], captured: Sequence[tuple[int, float]], *, from_t: float, to_t: float
) -> list[float]:
    """Of each frame captured in the span, until it, or a later one, was there.

    Numbers of a film come round; a picture's capture is the last one of its number before it.
    """
    times: dict[int, list[float]] = {}
    for number, t in captured:
        times.setdefault(number, []).append(t)
    came: list[tuple[float, float]] = []
    for seen in frames:
        noted = [t for t in times.get(-1 if seen.number is None else seen.number, []) if t < seen.t]
        if noted:
            came.append((noted[-1], seen.t))
    came.sort()
    found, place = [], 0
    for t in sorted(t for _, t in captured if from_t <= t < to_t):
        while place < len(came) and came[place][0] < t - 1e-4:
            place += 1
        if place < len(came):
            found.append(min(arrived_t for _, arrived_t in came[place:]) - t)
    return found


async def row_of(one: LiveArm, service: Service, film: Film, seconds: float) -> Row:
    """One call of one arm."""
    rate = rate_of(service, FROM_S + seconds + TAIL_S)
    uplink = LinkSpec(rate=rate, delay_s=ONE_WAY_S, queue_packets=QUEUE_PACKETS)
    wanted = Wanted(uplink, config={"idle": False, "feedback": one.feedback})
    if one.arm.receiver == "stock":
        wanted = replace(wanted, config={})
    async with live(one.arm, film, wanted) as call:
        first_t = await call.start(limit_s=60.0)
        await call.sender.watch()
        from_t = call.posted_t + FROM_S
        if (late_s := max(first_t, time.monotonic()) - from_t) > 0:
            raise RuntimeError(f"the first picture came {late_s:.1f} s after watching began")
        to_t = from_t + seconds
        await asyncio.sleep(max(0.0, to_t + TAIL_S - time.monotonic()))
        captured = steadied(await call.sender.captured(), fps=film.fps, frames=film.frames)
        frames, _, _ = await call.records()
        waits = latencies_s(frames, captured, from_t=from_t, to_t=to_t)
        counts = call.wire.link.counts
        shown = [seen.number for seen in frames if from_t <= seen.t <= to_t]
        return {
            "p50_ms": _ms(percentile(waits, 0.5)),
            "p95_ms": _ms(percentile(waits, 0.95)),
            "late_share": sum(wait > LATE_S for wait in waits) / max(1, len(waits)),
            "sent_bps": Rates(call.wire.media).mean_bps(from_t, to_t),
            "capacity_bps": service.bps(from_t - call.posted_t, to_t - call.posted_t),
            "pictures_per_s": sum(a != b for a, b in pairwise(shown)) / seconds,
            "overflowed": counts.overflowed,
            "captured": len(waits),
        }


async def realtime(traces: dict[str, Service], film: Film, seconds: float = WATCHED_S) -> list[Row]:
    """Arm after arm on each of two traces, and again; one that fails is a row that says so."""
    names = [name for name in TRACES if name in traces][:2] or list(traces)[:2]
    rows: list[Row] = []
    for repeat in range(REPEATS):
        for name in names:
            for one in LIVE_ARMS:
                row: Row = {"part": "realtime", "repeat": repeat, "trace": name, "arm": one.name}
                try:
                    rows.append(row | await row_of(one, traces[name], film, seconds))
                except (RuntimeError, TimeoutError, OSError) as error:
                    rows.append(row | {"error": repr(error)})
    return rows


def film_at(work: Path = OUT / "abr") -> Film:
    """The film of the live bench, made when it is not there."""
    from rich.console import Console

    from tests.bench.call import CLIPS, SEED, sample_set
    from tests.bench.live import film_of

    work.mkdir(parents=True, exist_ok=True)
    folder = sample_set(OUT / f"call-set-{SEED}", SEED, CLIPS, reuse=True)
    return film_of(folder, Console(quiet=True))[0]


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else 1000 * seconds
