"""How well regions are carried between answers, on pictures as starved calls have them.

The true box is said once; then only degraded pictures come, a few a second, and the carried box is
compared with the true one, LATER_S after each picture, when an encoder uses it. Beside it the box
as it was said, and that one widened with age (`spread.py`).

    python -m tests.bench._codecs_carry [--data SET] [--split fit] [--seed 91] [--clips 8]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from artic_codecs.boxes import overlap
from artic_codecs.carrier import Carrier
from artic_codecs.motion import small
from artic_codecs.pack import Packer, Unpacker
from artic_codecs.regions import Box, Region
from artic_codecs.spread import spread
from devibench.clipset import ClipSet
from tests.bench._codecs_clips import drawn_set
from tests.bench._codecs_coders import Settings, decode, encode
from tests.bench._codecs_film import Asked, Film
from tests.bench._common import OUT

Pixels = NDArray[np.uint8]
Row = dict[str, Any]
Follow = Callable[[Pixels, float], Box | None]
"""From a picture and its time to where the region is said to be; None where it is given up."""

SEED, CLIPS = 91, 8
"""Not those of the codec bench."""
STARTS_T = (0.5, 1.5)
CARRY_S = 3.0
LATER_S = 0.2
AGES_S = (0.5, 1.0, 2.0, 3.0)
"""Upper ends."""
FPS = (5.0, 2.0)
ARMS = ("carried", "not moved", "not moved, widened")


def measure(folder: Path, *, split: str = "fit") -> list[Row]:
    """A row per kind of picture, frame rate, asked thing, start, arm and picture."""
    clips = ClipSet.load(folder).clips
    return [
        row for clip in clips if clip.meta.split == split for row in measure_film(Film.load(clip))
    ]


def measure_film(film: Film) -> Iterator[Row]:
    """All of one film."""
    whole = {f"uniform {bps / 1e3:.0f}k": uniform(film, bps) for bps in (50e3, 100e3)}
    for asked, start_t, fps in product(film.asked(), STARTS_T, FPS):
        first, step = film.number_at(start_t), round(film.fps / fps)
        numbers = range(first, min(len(film.frames), first + round(CARRY_S * film.fps) + 1), step)
        if asked.box(first) is None:
            continue
        packed = {"composed 50k": composed(film, asked, 50e3, numbers)}
        for of, pictures in (whole | packed).items():
            seen = {number: pictures[number] for number in numbers if number in pictures}
            if first in seen:
                head = {"of": of, "fps": fps, "tags": list(film.clip.meta.tags), "asked": asked.key}
                yield from (head | row for row in followed(asked, seen))


def uniform(film: Film, rate_bps: float) -> dict[int, Pixels]:
    """Luma of whole frames at 30 a second through x264, small."""
    settings = Settings("x264", 30, 0.5)
    frames = tuple(encode(enumerate(film.frames), rate_bps, settings, film_fps=film.fps))
    pictures = decode(frames, "x264", frozenset(range(len(film.frames))))
    return {number: small(yuv[: film.size_px[1]]) for number, yuv in pictures.items()}


def composed(
    film: Film, asked: Asked, rate_bps: float, numbers: Sequence[int]
) -> dict[int, Pixels]:
    """A sharp window on the scene enlarged from its thumbnail; luma, small."""
    packer, unpacker = Packer(), Unpacker()
    packed = (
        (number, packer.pack(film.frames[number], [(asked.last_box(number), 1.0)])[0])
        for number in numbers
    )
    settings = Settings("x264", film.fps / (numbers[1] - numbers[0]), 2.0)
    frames = tuple(encode(packed, rate_bps, settings, film_fps=film.fps))
    pictures = {}
    for number, yuv in decode(frames, "x264", frozenset(numbers)).items():
        found = unpacker.unpack(yuv)
        if found is None or found.layout is None:
            continue
        scene = found.scene[: len(found.scene) * 2 // 3]
        luma = np.asarray(cv2.resize(scene, film.size_px), np.uint8)
        x0, y0, x1, y1 = found.layout.window
        luma[y0:y1, x0:x1] = found.detail[: len(found.detail) * 2 // 3]
        pictures[number] = small(luma)
    return pictures


def followed(asked: Asked, pictures: Mapping[int, Pixels]) -> Iterator[Row]:
    """All arms, from the first of the pictures on."""
    film, first = asked.film, min(pictures)
    start_t = first / film.fps
    said = Region(asked.last_box(first), start_t, 1.0, start_t + CARRY_S + 1.0)
    for arm, follow in _arms(said, pictures[first]).items():
        for number in sorted(pictures)[1:]:
            found = follow(pictures[number], number / film.fps)
            true = asked.box(min(len(film.frames) - 1, number + round(LATER_S * film.fps)))
            if true is None:
                continue
            age_s = (number - first) / film.fps
            yield {
                "arm": arm,
                "age_s": next(end for end in AGES_S if age_s <= end + 1e-6),
                "cover": 0.0 if found is None else cover(true, found),
                "iou": 0.0 if found is None else overlap(true, found),
                "times": 0.0 if found is None else _area(found) / _area(true),
            }


def cover(true: Box, found: Box) -> float:
    """Share of the true box that is inside."""
    across = min(true[2], found[2]) - max(true[0], found[0])
    down = min(true[3], found[3]) - max(true[1], found[1])
    return max(0.0, across) * max(0.0, down) / _area(true)


def summary(rows: Sequence[Row]) -> list[Row]:
    """Means and 10th percentiles over things, per picture, frame rate, arm and age."""
    told = []
    keys = sorted({(row["of"], row["fps"], row["age_s"], row["arm"]) for row in rows})
    for of, fps, age_s, arm in keys:
        mine = [
            row
            for row in rows
            if (row["of"], row["fps"], row["age_s"], row["arm"]) == (of, fps, age_s, arm)
        ]
        covers = [row["cover"] for row in mine]
        told.append(
            {"of": of, "fps": fps, "up_to_s": age_s, "arm": arm, "boxes": len(mine)}
            | {"cover": float(np.mean(covers)), "cover_p10": float(np.percentile(covers, 10))}
            | {name: float(np.mean([row[name] for row in mine])) for name in ("iou", "times")}
            | {"whole": float(np.mean([one >= 0.99 for one in covers]))}
        )
    return told


def print_summary(told: Sequence[Row], console: Console) -> None:
    """A table."""
    names = ("of", "fps", "up_to_s", "arm", "boxes")
    figures = ("cover", "cover_p10", "whole", "iou", "times")
    table = Table(*names, *figures, title="carried boxes against true ones")
    for row in told:
        cells = [str(row[name]) for name in names] + [f"{row[name]:.2f}" for name in figures]
        table.add_row(*cells)
    console.print(table)


def _arms(said: Region, seen: Pixels) -> dict[str, Follow]:
    carrier = Carrier()
    carrier.seed([said], seen, now=said.frame_t)

    def carried(picture: Pixels, captured_t: float) -> Box | None:
        carrier.on_picture(picture, captured_t)
        found = carrier.regions(now=captured_t + LATER_S)
        return found[0].box if found else None

    def unmoved(picture: Pixels, captured_t: float) -> Box | None:
        return said.box

    def widened(picture: Pixels, captured_t: float) -> Box | None:
        found = spread(said, now=captured_t + LATER_S)
        return found.box if found else None

    return dict(zip(ARMS, (carried, unmoved, widened), strict=True))


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def main(argv: Sequence[str] | None = None) -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench._codecs_carry")
    parser.add_argument("--data", type=Path, help="a clip set; one is drawn if not given")
    parser.add_argument("--split", default="fit", choices=("fit", "score"))
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--clips", type=int, default=CLIPS)
    args = parser.parse_args(argv)
    console, started = Console(), time.monotonic()
    folder = args.data or drawn_set(OUT / "codecs", args.seed, args.clips, console)
    told = summary(measure(folder, split=args.split))
    print_summary(told, console)
    out = OUT / f"codecs-carry-{args.split}.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(told, indent=1) + "\n")
    console.print(f"{time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
