"""What Python and the page must agree on: tests/data/packing_vectors.json.

    python -m tests.codecs.packing_vectors

writes it anew. Numbers that JSON has not are strings there ("NaN"). A layout
is [camera width, camera height, window step, thumbnail step, column, row], a rectangle
[x0, y0, x1, y1].
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from artic_codecs.layout import THUMBNAILS_PX, WINDOWS_PX, Layout, Size, places
from artic_codecs.layout_mark import cells_of
from artic_codecs.packing import DEFAULT_LIMITS, Limits, plan

FILE = Path(__file__).parents[1] / "data" / "packing_vectors.json"
CAMERAS: tuple[Size, ...] = ((1280, 720), (1920, 1080), (720, 1280), (640, 480), (854, 480))
RawBox = tuple[float | str, ...]
RawWish = tuple[RawBox, float | str]

SIGN: RawBox = (0.4, 0.4, 0.52, 0.47)
WIDE = Limits(most_window_step=4, thumbnail_step=2, most_part=0.7)
SMALL = Limits(most_window_step=0, thumbnail_step=0)
NAMED: tuple[tuple[str, Size, tuple[RawWish, ...], Limits], ...] = (
    ("nothing wanted", (1280, 720), (), DEFAULT_LIMITS),
    ("a sign", (1280, 720), ((SIGN, 1.0),), DEFAULT_LIMITS),
    ("a sign, standing camera", (720, 1280), ((SIGN, 1.0),), DEFAULT_LIMITS),
    ("a sign, odd camera", (1281, 721), ((SIGN, 1.0),), DEFAULT_LIMITS),
    ("a sign, camera not of 16", (1918, 1078), (((0.9, 0.9, 1.0, 1.0), 1.0),), DEFAULT_LIMITS),
    ("in the corner", (1280, 720), (((0.97, 0.96, 1.0, 1.0), 1.0),), DEFAULT_LIMITS),
    ("tall", (1280, 720), (((0.4, 0.2, 0.5, 0.65), 1.0),), DEFAULT_LIMITS),
    ("as large as the frame", (1280, 720), (((0.0, 0.0, 1.0, 1.0), 1.0),), DEFAULT_LIMITS),
    ("larger than the window", (1280, 720), (((0.1, 0.4, 0.9, 0.5), 1.0),), DEFAULT_LIMITS),
    ("larger than a smaller window", (1280, 720), (((0.1, 0.4, 0.4, 0.5), 1.0),), SMALL),
    ("wide", (1920, 1080), (((0.3, 0.3, 0.7, 0.7), 1.0),), WIDE),
    ("small camera", (320, 240), ((SIGN, 1.0),), DEFAULT_LIMITS),
    ("no camera", (0, 0), ((SIGN, 1.0),), DEFAULT_LIMITS),
    ("enormous camera", (8192, 4320), ((SIGN, 1.0),), DEFAULT_LIMITS),
    ("two that fit", (1280, 720), ((SIGN, 1.0), ((0.55, 0.5, 0.6, 0.55), 0.5)), DEFAULT_LIMITS),
    (
        "the better of two",
        (1280, 720),
        (((0.0, 0.0, 0.1, 0.1), 0.4), ((0.9, 0.9, 1.0, 1.0), 0.6)),
        DEFAULT_LIMITS,
    ),
    (
        "no boxes at all",
        (1280, 720),
        (
            (("NaN", 0.1, 0.2, 0.3), 1.0),
            ((0.1, 0.1, "Infinity", 0.3), 1.0),
            ((0.2, 0.2, 0.2, 0.4), 1.0),
            ((1.2, 0.1, 1.5, 0.3), 1.0),
            ((0.1, 0.2, 0.3), 1.0),
            ((), 1.0),
        ),
        DEFAULT_LIMITS,
    ),
    (
        "mended",
        (1280, 720),
        (((0.52, 0.47, 0.4, 0.4), "NaN"), ((-0.5, -0.5, 0.05, 0.05), "Infinity")),
        DEFAULT_LIMITS,
    ),
)


def make() -> dict[str, Any]:
    """The whole file."""
    return {"plans": list(_plans()), "marks": list(_marks())}


def number(raw: float | str) -> float:
    """As JSON has it, as Python has it."""
    return float(raw)


def _plans() -> Iterator[dict[str, Any]]:
    for name, camera, wishes, limits in NAMED:
        yield _plan(name, camera, wishes, None, limits)
    rng = random.Random(6)
    crowd = tuple((_box(rng), round(rng.random(), 2)) for _ in range(200))
    yield _plan("two hundred", (1280, 720), crowd, None, DEFAULT_LIMITS)
    for camera in CAMERAS:
        yield from _walk(camera, rng)


def _walk(camera: Size, rng: random.Random) -> Iterator[dict[str, Any]]:
    x, y, width, height = 0.4, 0.4, 0.12, 0.06
    last: Layout | None = None
    for step in range(24):
        x, y = x + rng.gauss(0, 0.02), y + rng.gauss(0, 0.02)
        width, height = width * rng.uniform(0.85, 1.17), height * rng.uniform(0.85, 1.17)
        sides = (round(x, 4), round(y, 4), round(x + width, 4), round(y + height, 4))
        wishes = ((sides, 1.0), ((0.45, 0.5, 0.5, 0.55), 0.3))
        made = _plan(f"walk {step}", camera, wishes, last, DEFAULT_LIMITS)
        last = _layout(made["layout"])
        yield made


def _plan(
    name: str, camera: Size, wishes: tuple[RawWish, ...], last: Layout | None, limits: Limits
) -> dict[str, Any]:
    known = [(tuple(map(number, box)), number(priority)) for box, priority in wishes]
    planned = plan(camera, known, last=last, limits=limits)
    return {
        "name": name,
        "camera_px": list(camera),
        "wishes": [[list(box), priority] for box, priority in wishes],
        "last": _row(last),
        "limits": [limits.most_window_step, limits.thumbnail_step, limits.most_part],
        "layout": _row(planned.layout),
        "why": planned.why.value,
        "left_out": planned.left_out,
    }


def _marks() -> Iterator[dict[str, Any]]:
    rng = random.Random(7)
    for camera in (*CAMERAS, (4096, 2160), (1918, 1078)):
        for window_step in range(len(WINDOWS_PX)):
            columns, rows = places(camera, window_step)
            if not columns:
                continue
            column, row = rng.choice((0, columns - 1, rng.randrange(columns))), rng.randrange(rows)
            step = rng.randrange(len(THUMBNAILS_PX))
            layout = Layout(camera, window_step, step, column, row)
            yield {
                "layout": _row(layout),
                "cells": "".join("01"[int(cell)] for cell in cells_of(layout).ravel()),
                "window": list(layout.window),
                "window_at": list(layout.window_at),
                "thumbnail_at": list(layout.thumbnail_at),
                "packed_px": list(layout.packed_px),
            }


def _box(rng: random.Random) -> tuple[float, ...]:
    x, y = rng.uniform(-0.1, 1.0), rng.uniform(-0.1, 1.0)
    sides = (x, y, x + rng.uniform(0, 0.2), y + rng.uniform(0, 0.2))
    return tuple(round(side, 4) for side in sides)


def _row(layout: Layout | None) -> list[int] | None:
    if layout is None:
        return None
    steps = (layout.window_step, layout.thumbnail_step, layout.column, layout.row)
    return [*layout.camera_px, *steps]


def _layout(row: list[int] | None) -> Layout | None:
    return None if row is None else Layout((row[0], row[1]), *row[2:])


def text() -> str:
    """The file's: a case a line."""
    parts = (
        f'"{name}": [\n' + ",\n".join(json.dumps(case) for case in cases) + "\n]"
        for name, cases in make().items()
    )
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(text(), "utf-8")
