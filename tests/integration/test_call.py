"""Whole calls: a browser whose camera is a generated clip asks, and the answers are checked.

The engine is `tests.bench.call`; `make bench-call` runs it on more and prints every answer.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from devibench.clipset import ClipSet
from devibench.sample.make import Order, make_set
from tests.bench.call import measure, print_table

pytestmark = pytest.mark.integration

SEED = 4
CLIPS, SIGNS, QUESTIONS, QUESTIONS_PER_CLIP = 5, 3, 20, 5
MIN_RIGHT = 0.8


async def test_answers_over_calls_are_right(tmp_path: Path) -> None:
    make_set(Order(seed=SEED, clips=CLIPS, seconds=3.0), tmp_path / "set")
    clip_set = ClipSet.load(tmp_path / "set")
    console = Console(width=160)

    measured = await measure(
        clip_set,
        "embedded",
        console,
        work=tmp_path / "work",
        questions_per_clip=QUESTIONS_PER_CLIP,
    )
    print_table(measured, console)

    assert all(
        sum(thing.kind == "text" for thing in c.meta.objects) >= SIGNS for c in clip_set.clips
    )
    assert len(measured.asked) >= QUESTIONS
    right, fair = measured.text_right()
    assert fair >= QUESTIONS / 2, "the reader fails on the originals: nothing to compare with"
    assert right >= MIN_RIGHT * fair
    assert all(row.frame_age_ms is not None for row in measured.asked)
    assert all(row.received_fps_answering for row in measured.calls)
