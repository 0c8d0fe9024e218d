"""The arms of the codecs bench that go through a real browser's encoders, run over clips.

    clip, 30 or 5 fps ─▶ whole | softened outside the box | packed (by the page's modules)
      ─▶ Chromium: VP8 or H.264, default or maintain-resolution, held to a rate by its encoder
      ─▶ packets on the wire ─▶ link of that rate ─▶ pictures ─▶ scored like every other arm

    python -m tests.bench._codecs_chromium [--quick] [--data SET] [--only a,b] [--clips N]

An aimed arm is told the asked thing's true box, frame by frame. Clips play backwards once before
they are scored, so that encoders are warm. Takes follow one another in one browser; what a take's
pictures share is sent to all codecs and rates at once, as many as the machine encodes in time.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from playwright.async_api import Error as BrowserError
from rich.console import Console

from devibench.clipset import Clip, ClipSet
from tests.bench._codecs_chromium_arms import ARMS, ChromiumArm
from tests.bench._codecs_chromium_stage import Line, Received, Stage, Take, stage
from tests.bench._codecs_chromium_take import (
    MOST_PX_PER_S,
    Job,
    Order,
    jobs_of,
    sent_of,
    take_of,
)
from tests.bench._codecs_chromium_told import goals_of, print_rows
from tests.bench._codecs_clips import drawn_set
from tests.bench._codecs_film import Asked, Film
from tests.bench._codecs_kept import Kept, digest_of, modules
from tests.bench._codecs_look import Looker
from tests.bench._codecs_score import SOURCES, Original, Row, score
from tests.bench._common import OUT, print_goals

MOST_TEXTS = 2
WORK = OUT / "codecs"
SEED, DRAWN = 61, 12
CLIPS, QUICK_CLIPS = 2, 1
QUICK_RATES_BPS = (50e3, 200e3)
PAGE = tuple(f"_codecs_chromium_{name}" for name in ("page.js", "worker.js"))


async def measure_film(
    on: Stage,
    film_of: Callable[[], Film],
    about: Sequence[Asked],
    chosen: Sequence[ChromiumArm],
    kept: Kept,
    tell: Callable[[str], None],
    at_once: float = MOST_PX_PER_S,
) -> list[Row]:
    """All arms of one clip; what is known already is not played again."""
    rows, looker = [], Looker()
    film: Film | None = None
    for job in jobs_of(about, chosen, at_once):
        mine = about if job.asked is None else (job.asked,)
        keys = [_key(order, mine) for order in job.orders]
        known = [kept.get(key) for key in keys]
        if any(one is None for one in known):
            film = film or film_of()
            there = [Asked(film, one.thing) for one in mine]
            take, numbers = take_of(film, Job(job.asked and there[0], job.orders))
            began = time.monotonic()
            gots = await _played(on, take, [order.line for order in job.orders], tell)
            played_s = time.monotonic() - began
            for place, (order, got) in enumerate(zip(job.orders, gots, strict=True)):
                sent = sent_of(got, take, numbers, film, order.rate_bps)
                original = Original(film, looker, kept)
                scored = score(sent, film, there, order.rate_bps, original)
                told = _told(got)
                known[place] = [row | told for row in scored]
                kept.put(keys[place], known[place])
            total_s = time.monotonic() - began
            names = ", ".join(dict.fromkeys(order.arm.name for order in job.orders))
            late = gots[0].played["lateMs"]
            tell(f"{names}: played {played_s:.1f} s, late {late:.0f} ms, scored {total_s:.1f} s")
        for order, found in zip(job.orders, known, strict=True):
            clip = about[0].film.clip
            head: Row = {"arm": order.arm.name, "clip": clip.name, "split": clip.meta.split}
            head |= {"tags": list(clip.meta.tags), "rate_bps": order.rate_bps}
            rows += [head | row for row in found or ()]
    return rows


async def _played(
    on: Stage, take: Take, lines: Sequence[Line], tell: Callable[[str], None]
) -> list[Received]:
    try:
        return await on.play(take, lines)
    except (BrowserError, RuntimeError, TimeoutError) as error:
        tell(f"once more: {error}")
        return await on.play(take, lines)


def _told(got: Received) -> dict[str, Any]:
    stats, draw = got.stats, sorted(got.played["drawMs"])
    return {
        "browser": {
            "size_px": [stats.get("frameWidth"), stats.get("frameHeight")],
            "limited_by": stats.get("qualityLimitationReason"),
            "encoder": stats.get("encoderImplementation"),
            "late_ms": got.played["lateMs"],
            "draw_p50_ms": draw[len(draw) // 2] if draw else None,
        }
    }


def _key(order: Order, about: Sequence[Asked]) -> dict[str, Any]:
    names = (f"_codecs_chromium_{name}" for name in ("stage", "take", "wire"))
    own = modules("tests/bench", (*names, "_codecs_film", "_codecs_wire"))
    page = {f"tests/bench/{name}" for name in PAGE}
    page |= {f"articgw/page/{name}.js" for name in ("layout", "layout-mark", "pack-planes")}
    return {
        "chromium": repr(order),
        "film": about[0].film.sha256,
        "asked": [one.thing.id for one in about],
        "by": digest_of(own | SOURCES | frozenset(page) | {"articgw/page/packing.js"}),
    }


async def measure_all(
    data: Path,
    kept: Kept,
    console: Console,
    chosen: Sequence[ChromiumArm] = ARMS,
    *,
    clips: int = CLIPS,
    texts: int = MOST_TEXTS,
    at_once: float = MOST_PX_PER_S,
) -> list[Row]:
    """Rows as all arms of the bench have them, of the first clips that are there to score on."""
    rows: list[Row] = []
    scored = [clip for clip in ClipSet.load(data).clips if clip.meta.split == "score"]
    async with stage() as on:
        for clip in scored[:clips]:
            about = Film(clip, ()).asked()[:texts]
            known: list[Film] = []

            def film(clip: Clip = clip, known: list[Film] = known) -> Film:
                if not known:
                    known.append(Film.load(clip))
                return known[0]

            console.print(clip.name)
            rows += await measure_film(on, film, about, chosen, kept, console.print, at_once)
    return rows


def quick_arms(chosen: Sequence[ChromiumArm]) -> list[ChromiumArm]:
    """Those that goals need, at two rates."""
    some = [arm for arm in chosen if arm.treatment != "softened"]
    return [replace(arm, rates_bps=QUICK_RATES_BPS) for arm in some]


def measure(
    data: Path,
    kept: Path,
    console: Console,
    chosen: Sequence[ChromiumArm] = ARMS,
    *,
    clips: int = CLIPS,
    quick: bool = False,
) -> list[Row]:
    """See `measure_all`; ``quick``: one clip, one text, two rates, many at once."""
    more: dict[str, Any] = {"clips": clips}
    if quick:
        chosen = quick_arms(chosen)
        more = {"clips": QUICK_CLIPS, "texts": 1, "at_once": 2 * MOST_PX_PER_S}
    return asyncio.run(measure_all(data, Kept(kept), console, chosen, **more))


def main(argv: Sequence[str] | None = None) -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, help="a clip set; drawn if not given")
    parser.add_argument("--quick", action="store_true", help="one clip, text, two rates")
    parser.add_argument("--only", default="", help="arms by parts of their names, as in packed")
    parser.add_argument("--clips", type=int, default=CLIPS)
    args = parser.parse_args(argv)
    console = Console(width=None if sys.stdout.isatty() else 160)
    parts = [part.strip().casefold() for part in args.only.split(",") if part.strip()]
    chosen = [a for a in ARMS if not parts or any(part in a.name.casefold() for part in parts)]
    data = args.data or drawn_set(WORK, SEED, DRAWN, console)
    began = time.monotonic()
    rows = measure(data, WORK / "kept", console, chosen, clips=args.clips, quick=args.quick)
    print_rows(rows, console)
    print_goals(goals_of(rows), console)
    console.print(f"after {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
