"""What is measured, in which order: the goals' arms up to their limit, all others at four calls."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace

from rich.console import Console

from tests.bench._capacity_film import Codec, Film, payloads
from tests.bench._capacity_ladder import STEPS, climb
from tests.bench._capacity_run import Row, Setting

REPEATS = 3
N = 4
GOAL_ARMS = (
    (Setting("stock"), 8),
    (Setting("ours"), 32),
    (Setting("no decode"), 32),
    (Setting("ours", kind="obedient"), 96),
    (Setting("stock", "asked"), 8),
    (Setting("ours", "asked"), 24),
    (Setting("ours", "asked", "obedient"), 24),
)
"""With where the climb starts."""
RECEIVERS = ("ours", "no decode", "stock", "pipecat", "gstreamer", "gstreamer rtp")
RTP_ONLY = ("no decode", "gstreamer rtp")
CODECS: tuple[Codec, ...] = ("H264", "VP8")
RATES_FPS = (30, 15)


def settings(*, quick: bool) -> Iterator[Setting]:
    """At `N` calls: every receiver idle, and in the other states those that decode."""
    for codec in CODECS[: 1 if quick else None]:
        for fps in RATES_FPS[: 1 if quick else None]:
            for state in ("idle", "sampler", "asked")[: 1 if quick else None]:
                group = 2 * fps
                for arm in RECEIVERS[: 3 if quick else None]:
                    if state == "idle" or arm not in RTP_ONLY:
                        yield Setting(arm, state, codec=codec, fps=fps, group=group)
                yield Setting("ours", state, "obedient", codec, fps, group)


async def limits(console: Console, *, quick: bool) -> list[Row]:
    """The goals' arms, interleaved; later repeats begin where the first one ended."""
    rows, found = list[Row](), dict[Setting, int]()
    for repeat in range(1 if quick else REPEATS):
        for setting, start in GOAL_ARMS[: 3 if quick else None]:
            if setting.arm == "no decode":
                start = found.get(replace(setting, arm="ours"), start)
            steps = 2 if setting.arm == "no decode" or setting in found else STEPS
            await _make_films(setting)
            climbed = await climb(
                setting, start=found.get(setting, start), steps=1 if quick else steps
            )
            best = next((row for row in climbed if row.get("best")), None)
            if best is not None:
                found.setdefault(setting, best["n"])
            rows += [{"part": "limits", "repeat": repeat, **row} for row in climbed]
            console.print(_told(setting, climbed[-1] if best is None else best), highlight=False)
    return rows


async def each(console: Console, *, quick: bool) -> list[Row]:
    """Every receiver, codec, rate and state."""
    rows = list[Row]()
    for setting in settings(quick=quick):
        await _make_films(setting)
        climbed = await climb(setting, start=N, steps=1)
        rows += [{"part": "each", "repeat": 0, **row} for row in climbed]
        console.print(_told(setting, climbed[-1]), highlight=False)
    return rows


async def _make_films(setting: Setting) -> None:
    """Before anything is measured: encoding takes the cores."""
    for group in (setting.group, 1):
        await asyncio.to_thread(payloads, Film(setting.codec, setting.fps, group))


def _told(setting: Setting, row: Row) -> str:
    name = f"{setting.arm}, {setting.kind}, {setting.state}, {setting.codec} {setting.fps}"
    if "error" in row:
        return f"{name}: {row['error']}"
    age_ms, cost = row["age_p95_ms"], row["cpu_s_per_session_s"]
    aged = "no frame" if age_ms is None else f"age p95 {age_ms:.0f} ms"
    holds = "holds" if row["holds"] else "does not hold"
    limit = ", the sender is the limit" if row["sender_limits"] else ""
    return f"{name}: {row['n']} calls, {aged}, {1000 * cost:.1f} ms/s each, {holds}{limit}"
