"""How many calls a core holds: more and more of them, until the newest frame is too old."""

from __future__ import annotations

from dataclasses import asdict

from tests.bench._capacity_foreign import NotToBeHad, how
from tests.bench._capacity_run import Pair, Row, Setting, pair

STEPS = 7
FULL = 0.92
"""So much of a core is aimed at: beyond it ages jump."""
GROWTH, DOWN = 2.0, 0.8
IDLE_CORE = 0.8
"""Frames that are late on a core with time to spare were held up by something else: once more."""
FINE = 0.06
"""Closer than that the limit need not be known: the result is a cost, not a count."""


async def climb(setting: Setting, *, start: int, steps: int = STEPS) -> list[Row]:
    """A row for each step; the largest that holds is marked ``best``."""
    rows = list[Row]()
    try:
        runs = await how(setting.arm)
        async with pair(setting, interpreter=runs.interpreter, module=runs.module) as both:
            rows += await _climb(both, start, steps)
    except (NotToBeHad, RuntimeError, TimeoutError, OSError) as error:
        rows.append({**asdict(setting), "error": f"{type(error).__name__}: {error}"})
    held = [row for row in rows if row.get("holds")]
    if held:
        max(held, key=lambda row: row["n"])["best"] = True
    return rows


async def _climb(both: Pair, start: int, steps: int) -> list[Row]:
    rows, held, failed = list[Row](), 0, 0
    n = start
    for _ in range(steps):
        await both.grow(n)
        row = await both.measure()
        if not row["holds"] and row["core_share"] < IDLE_CORE:
            row = {**await both.measure(), "again": True}
        row["trouble"] = both.trouble
        rows.append(row)
        if row["holds"]:
            held = n
        else:
            failed = n
            if row["sender_limits"] and held:
                break
        n = next_n(held, failed, core_share=row["core_share"], n=n)
        if n == held or n == failed:
            break
    return rows


def next_n(held: int, failed: int, *, core_share: float, n: int) -> int:
    """What to try next: one of the two where that is close enough."""
    if failed and not held:
        return max(1, int(failed * DOWN))
    if failed:
        middle = (held + failed) // 2
        return held if middle - held < max(1, FINE * held) else middle
    wanted = min(GROWTH * n, n * FULL / max(0.01, core_share))
    return max(n + 1, round(n * 1.08), int(wanted)) if core_share < 0.97 else n
