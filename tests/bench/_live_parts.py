"""The parts of the live bench: what is done in one call, and the row that comes out of it.

Each part is a coroutine of one arm and one repeat; `_live_plan` says which are run, how often.
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil

from articgw.testing import LinkSpec
from articgw.testing.loss import Bursts
from tests.bench._live_calls import ONE_WAY_S, Arm, Live, Wanted, live
from tests.bench._live_film import Film
from tests.bench._live_measures import (
    Rates,
    age_s,
    answerable_s,
    first_lines,
    frozen_s,
    gaps_s,
    growth,
    lost_s,
    percentile,
    queue_ms,
    since_s,
    steadied,
)
from tests.bench._live_recorder import Seen

Row = dict[str, Any]

FAST_BPS = 900_000
START_MIN_S, START_LIMIT_S = 4.0, 24.0
NARROW_BPS, NARROW_QUEUE_BYTES, NARROW_AT_S, NARROW_FOR_S = 200_000, 250_000, 2.0, 4.0
CAP_BPS, OBEYED_BPS, CAP_HOLD_S = 400_000, 440_000, 3.0
CAP_AT_S, CAP_WATCHED_S = 12.0, 6.5
BURST_P, BURST_S, BURST_EVERY_S, BURST_FROM_S = 0.4, 1.5, 8.0, 4.0
FREEZE_FROM_S, FREEZE_FOR_S = 3.0, 52.0
WARM_UP_S = 8.5
"""A call is as good as asked for its first 8 s (`artic_codecs.attention`)."""
STALL_S, STALL_FROM_S = 60.0, 10.0
IDLE_FOR_S = 52.0
ALWAYS = {"idle": False}
"""As if a question were open all the time."""


async def start_up(arm: Arm, film: Film, repeat: int, quick: bool, work: Path) -> Row:
    """An idle link: how soon is there a picture that can be asked about?"""
    limit_s = 5.0 if quick else START_LIMIT_S
    async with live(arm, film, Wanted()) as call:
        first_t = await call.start()
        while (since := time.monotonic() - first_t) < limit_s:
            await asyncio.sleep(0.5)
            frames, _, number = await call.records()
            fast_s = Rates(call.wire.media).reached_s(FAST_BPS)
            if since >= START_MIN_S and fast_s is not None and number is not None:
                break
        frames, _, number = await call.records()
        if number is not None:
            first_file(work, arm.name, repeat, number).write_bytes(await call.first())
        rates = Rates(call.wire.media)
        return {
            "first_frame_lines": first_lines(frames),
            "first_frame_s": frames[0].t - call.posted_t if frames else None,
            "s_to_900kbps": rates.reached_s(FAST_BPS),
            "s_to_answerable": answerable_s(frames, posted_t=call.posted_t),
            "bps_2_to_4_s": rates.mean_bps(first_t + 2, first_t + 4),
            "watched_s": time.monotonic() - first_t,
            "first_number": number,
            **_quality(frames),
        }


def first_file(work: Path, arm: str, repeat: int, number: int) -> Path:
    """Where the first whole picture of a call is kept."""
    return work / f"first-{arm.replace('/', '-')}-{repeat}-{number}.i420"


async def narrow(arm: Arm, film: Film, repeat: int, quick: bool, work: Path) -> Row:
    """A link of 200 kb/s with room for 10 s: how much has piled up after two?"""
    uplink = LinkSpec(rate=NARROW_BPS, delay_s=ONE_WAY_S, queue_bytes=NARROW_QUEUE_BYTES)
    async with live(arm, film, Wanted(uplink)) as call:
        first_t = await call.start()
        await asyncio.sleep(max(0.0, first_t + NARROW_FOR_S - time.monotonic()))
        packets = list(call.wire.log)
        waits = {
            f"queue_{at_s:g}s_ms": queue_ms(packets, at_t=first_t + at_s, delay_s=ONE_WAY_S)
            for at_s in (1.0, NARROW_AT_S)
        }
        frames, _, _ = await call.records()
        worst = max(queue_ms(packets, at_t=p.t, delay_s=ONE_WAY_S) for p in packets[-2000:])
        return {**waits, "queue_worst_ms": worst, **_quality(frames)}


async def freeze(arm: Arm, film: Film, repeat: int, quick: bool, work: Path) -> Row:
    """Bursts of loss at 400 kb/s: for how long is there no intact picture?"""
    for_s = 10.0 if quick else FREEZE_FOR_S
    bursts = Bursts(BURST_P, BURST_S, BURST_EVERY_S, BURST_FROM_S)
    uplink = LinkSpec(delay_s=ONE_WAY_S, loss=bursts, seed=1000 * repeat)
    config = {**ALWAYS, "max_bps": CAP_BPS, "start_bps": CAP_BPS}
    max_bps = CAP_BPS if arm.receiver == "stock" else None
    wanted = Wanted(uplink, config=config, max_bps=max_bps)
    async with live(arm, film, wanted) as call:
        first_t = await call.start()
        from_t = first_t + FREEZE_FROM_S
        await asyncio.sleep(max(0.0, from_t + for_s + 1.0 - time.monotonic()))
        frames, _, _ = await call.records()
        gaps = gaps_s(frames, from_t=from_t, to_t=from_t + for_s)
        whole = gaps_s(frames, from_t=from_t, to_t=from_t + for_s, whole=True)
        return {
            "freeze_longest_s": max(gaps),
            "freeze_total_s": frozen_s(gaps),
            "freeze_lost_s": lost_s(gaps),
            "full_size_longest_s": max(whole),
            "full_size_total_s": frozen_s(whole),
            "intact_fps": (len(gaps) - 1) / for_s,
            "bps": Rates(call.wire.media).mean_bps(from_t, from_t + for_s),
            "lost_packets": call.wire.link.counts.lost,
            **_quality([seen for seen in frames if seen.t >= from_t]),
        }


async def cap(arm: Arm, film: Film, repeat: int, quick: bool, work: Path) -> Row:
    """A ceiling of 400 kb/s in the middle of a call: how soon does the sender keep to it?"""
    at_s = 3.0 if quick else CAP_AT_S
    async with live(arm, film, Wanted(config=ALWAYS)) as call:
        first_t = await call.start()
        await asyncio.sleep(max(0.0, first_t + at_s - time.monotonic()))
        set_t = time.monotonic()
        await call.cap(CAP_BPS)
        await asyncio.sleep(CAP_WATCHED_S)
        rates = Rates(call.wire.media)
        return {
            "cap_obeyed_s": rates.obeyed_s(OBEYED_BPS, from_t=set_t, hold_s=CAP_HOLD_S),
            "cap_strictly_s": rates.obeyed_strictly_s(OBEYED_BPS, from_t=set_t, hold_s=CAP_HOLD_S),
            "bps_before": rates.mean_bps(set_t - 2, set_t),
            "bps_after": rates.mean_bps(set_t + 2, set_t + CAP_WATCHED_S),
        }


async def age(arm: Arm, film: Film, repeat: int, quick: bool, work: Path) -> Row:
    """People ask, now and then: how old is the picture that the model is given?"""
    async with live(arm, film, Wanted()) as call:
        await call.start()
        await call.sender.connected()
        await call.sender.watch()
        await asyncio.sleep(WARM_UP_S)
        asked: list[tuple[bool, bool]] = []
        for typed, idle_s in questions(arm, repeat, quick=quick):
            await asyncio.sleep(idle_s)
            if typed:
                await call.sender.type_question()
            await call.sender.ask(typed=typed)
            asked.append((typed, idle_s > 12))
        await asyncio.sleep(0.5)
        _, handed, _ = await call.records()
        noted = await call.sender.captured()
        captured = noted
        if arm.sender in ("page", "plain"):
            captured = steadied(noted, fps=film.fps, frames=film.frames)
        evidence = {"handed": [asdict(one) for one in handed], "captured": noted}
        (work / f"age-{arm.name.replace('/', '-')}-{repeat}.json").write_text(json.dumps(evidence))
        ages = [age_s(one, captured, fps=film.fps, frames=film.frames) for one in handed]
        if len(ages) != len(asked):
            raise RuntimeError(f"{len(asked)} questions, {len(ages)} pictures")
        typed_ms = _ms([a for a, (typed, _) in zip(ages, asked, strict=True) if typed])
        voice_ms = _ms([a for a, (typed, _) in zip(ages, asked, strict=True) if not typed])
        slept_ms = _ms([a for a, (_, slept) in zip(ages, asked, strict=True) if slept])
        return {
            "frame_age_p50_ms": percentile(typed_ms, 0.5),
            "frame_age_p95_ms": percentile(typed_ms, 0.95),
            "frame_age_max_ms": max(typed_ms, default=None),
            "voice_age_p50_ms": percentile(voice_ms, 0.5),
            "voice_age_p95_ms": percentile(voice_ms, 0.95),
            "after_idle_age_p95_ms": percentile(slept_ms, 0.95),
            "asked": len(asked),
            "known": len(typed_ms) + len(voice_ms),
            "ages_ms": [[typed, slept, a] for a, (typed, slept) in zip(ages, asked, strict=True)],
        }


def questions(arm: Arm, repeat: int, *, quick: bool) -> list[tuple[bool, float]]:
    """Typed or spoken, and the pause before it, s; a third of ours come after a long sleep."""
    draw = random.Random(7 * repeat + 1)
    if arm.receiver == "stock":
        kinds = [(True, False)] * (6 if quick else 20)
    else:
        plan = (2, 0, 1, 1) if quick else (13, 7, 4, 3)
        kinds = [
            kind
            for kind, count in zip(
                ((True, False), (True, True), (False, False), (False, True)), plan, strict=True
            )
            for _ in range(count)
        ]
    draw.shuffle(kinds)
    return [
        (typed, draw.uniform(12.2, 13.4) if slept else draw.uniform(0.5, 3.0))
        for typed, slept in kinds
    ]


async def available(arm: Arm, film: Film, repeat: int, quick: bool, work: Path) -> Row:
    """Loopback: from the encoder's end until the receiver has the picture."""
    async with live(arm, film, Wanted(relayed=False)) as call:
        await call.start()
        await asyncio.sleep(4.0 if quick else 8.0)
        encoded = await call.sender.encoded()
        frames, _, _ = await call.records()
        waits_ms = _ms(since_s(frames[5:], encoded, within_s=1.0))
        return {
            "available_p50_ms": percentile(waits_ms, 0.5),
            "available_p95_ms": percentile(waits_ms, 0.95),
            "pictures": len(waits_ms),
        }


async def stalled(arm: Arm, film: Film, repeat: int, quick: bool, work: Path) -> Row:
    """The model takes a minute: what piles up meanwhile?"""
    stall_s, from_s = (12.0, 2.0) if quick else (STALL_S, STALL_FROM_S)
    config = {"answer_deadline_s": 3 * stall_s}
    wanted = Wanted(config=config, looks=False, stall_s=stall_s + 3)
    async with live(arm, film, wanted) as call:
        await call.start()
        await call.sender.connected()
        await asyncio.sleep(WARM_UP_S)
        asking = asyncio.create_task(call.sender.ask(typed=False))
        began_t = time.monotonic()
        packets = call.wire.link.counts.packets_in
        samples = []
        while (since := time.monotonic() - began_t) <= stall_s + 0.5:
            samples.append((since, call.receiver.memory_info().rss / 2**20))
            await asyncio.sleep(0.5)
        packets = call.wire.link.counts.packets_in - packets
        asking.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await asking
        return {
            "stalled_growth_mib": growth(samples, from_s=from_s, to_s=stall_s),
            "rss_mib": samples[-1][1],
            "packets_per_s": packets / stall_s,
            "rss_every_5s_mib": [value for _, value in samples[::10]],
        }


async def idling(arm: Arm, film: Film, repeat: int, quick: bool, work: Path) -> Row:
    """Nobody asks, with steering down."""
    return await _unasked(arm, film, quick, idle=True)


async def asked_always(arm: Arm, film: Film, repeat: int, quick: bool, work: Path) -> Row:
    """Nobody asks, without steering down."""
    return await _unasked(arm, film, quick, idle=False)


async def _unasked(arm: Arm, film: Film, quick: bool, *, idle: bool) -> Row:
    for_s = 6.0 if quick else IDLE_FOR_S
    async with live(arm, film, Wanted(config={"idle": idle}, looks=False)) as call:
        await call.start()
        await call.sender.connected()
        await asyncio.sleep(WARM_UP_S)
        counts = call.wire.link.counts
        before, bytes_before, began_t = _cpu_s(call), counts.bytes_in, time.monotonic()
        await asyncio.sleep(for_s)
        seconds = time.monotonic() - began_t
        after, sent_bytes = _cpu_s(call), counts.bytes_in - bytes_before
        receiver, sender = (later - earlier for earlier, later in zip(before, after, strict=True))
        return {
            "uplink_bytes": sent_bytes,
            "uplink_bps": 8 * sent_bytes / seconds,
            "receiver_cores": receiver / seconds,
            "sender_cores": sender / seconds,
        }


def _cpu_s(call: Live) -> tuple[float, float]:
    return _used_s([call.receiver]), _used_s(call.sender.processes())


def _used_s(processes: Sequence[psutil.Process]) -> float:
    seconds = 0.0
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            seconds += times.user + times.system
    return seconds


def _ms(seconds: Sequence[float | None]) -> list[float]:
    return [1000 * value for value in seconds if value is not None]


def _quality(frames: Sequence[Seen]) -> Row:
    psnrs = [seen.psnr_db for seen in frames if seen.psnr_db is not None]
    return {
        "frames": len(frames),
        "unread": sum(seen.number is None for seen in frames),
        "psnr_p5_db": percentile(psnrs, 0.05),
        "psnr_p50_db": statistics.median(psnrs) if psnrs else None,
        "lines_p50": percentile([seen.size_px[1] for seen in frames if seen.size_px], 0.5),
    }
