"""From a question to the picture that the model is given, by length of the group of pictures.

Asked cold: so long after the last question that nothing is decoded ahead any more. One call alone
may have its frames decoded ahead for 10 s after an answer, so four gateways with a call each are
asked in turn; four calls of one gateway are too many for that, and are asked more often.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import asdict

from rich.console import Console

from tests.bench._capacity_film import Film, payloads
from tests.bench._capacity_recorder import quantile
from tests.bench._capacity_rows import CODECS
from tests.bench._capacity_run import Row, Setting, pair

GROUPS = (15, 20, 60, 300)
ALONE_EVERY_S, ALONE_WINDOW_S = 16.0, 65.0
FOUR_EVERY_S, FOUR_WINDOW_S = 5.0, 25.0
QUICK_S = 17.0


async def questions(console: Console, *, quick: bool) -> list[Row]:
    """A row for each codec and group, alone and as one of four."""
    rows = list[Row]()
    for codec in CODECS[: 1 if quick else None]:
        all_of_them = [
            Setting("ours", "asked", codec=codec, group=group)
            for group in (GROUPS[:1] if quick else GROUPS)
        ]
        for setting in all_of_them:
            await asyncio.to_thread(payloads, Film(codec, setting.fps, setting.group))
        if not quick:
            rows += await _alone(all_of_them)
        for setting in all_of_them:
            rows.append(await _four(setting, QUICK_S if quick else FOUR_WINDOW_S))
    for row in rows:
        console.print(
            f"question, {row['codec']}, group {row['group']}, {row['n']} calls: "
            f"{row['count']} asked, p50 {_ms(row['p50_ms'])}, p95 {_ms(row['p95_ms'])}, "
            f"age of the frame p95 {_ms(row['look_age_p95_ms'])}",
            highlight=False,
        )
    return rows


async def _alone(all_of_them: list[Setting]) -> list[Row]:
    async with AsyncExitStack() as stack:
        pairs = []
        for setting in all_of_them:
            both = await stack.enter_async_context(pair(setting, ask_every_s=ALONE_EVERY_S))
            pairs.append(both)
            await both.grow(1)
        measured = await asyncio.gather(*(both.measure(ALONE_WINDOW_S) for both in pairs))
    return [_row(row) for row in measured]


async def _four(setting: Setting, window_s: float) -> Row:
    async with pair(setting, ask_every_s=FOUR_EVERY_S) as both:
        await both.grow(4)
        return _row(await both.measure(window_s))


def _row(measured: Row) -> Row:
    took_ms, ages_ms = measured["question_to_frame_ms"], measured["look_age_ms"]
    names = asdict(Setting("")).keys() | {"n", "ends", "frames_decoded", "sender_late_p95_ms"}
    return {
        "part": "questions",
        **{name: value for name, value in measured.items() if name in names},
        "count": len(took_ms),
        "p50_ms": quantile(took_ms, 0.5),
        "p95_ms": quantile(took_ms, 0.95),
        "look_age_p50_ms": quantile(ages_ms, 0.5),
        "look_age_p95_ms": quantile(ages_ms, 0.95),
        "took_ms": took_ms,
    }


def _ms(value: float | None) -> str:
    return "never" if value is None else f"{value:.1f} ms"
