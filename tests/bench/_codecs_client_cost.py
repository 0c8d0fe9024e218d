"""What a 720p frame costs the client's machine: the map, packing, encoding; beside plain x264.

Interleaved: each frame goes through every path, in an order that turns, before the next one is
taken, so that what else the machine does falls on all of them alike. Plain x264 has the settings of
the client's own (x264.py) and its rate, and nothing around it.

    python -m tests.bench._codecs_client_cost SET
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from rich.console import Console
from rich.table import Table

from artic_codecs.grid import Grid
from artic_codecs.pack import Packer
from artic_codecs.rectangles import Rectangle, whole
from artic_codecs.steer import Treatment
from articgw.client.encoder import SteeredH264Encoder
from articgw.client.region_qp import RegionAim, held
from articgw.client.x264 import X264, aimed
from tests.bench._codecs_film import Film
from tests.bench._codecs_rate import clips_of, frame_at, region_at

CAP_BPS, FPS, FRAMES, WARM_UP = 200e3, 10.0, 120, 10
QP = 38.0
"""Of plain x264: about what its rate comes to on these films."""


@dataclass(frozen=True, slots=True)
class CostRow:
    """One path."""

    path: str
    frames: int
    p50_ms: float
    p95_ms: float


Step = Callable[[float], object]


def measure(film: Film, frames: int = FRAMES) -> list[CostRow]:
    """Milliseconds a frame, by path. Raises ``IndexError`` for a film that asks nothing."""
    paths, took_s = _paths(film, frames + WARM_UP), defaultdict[str, list[float]](list)
    names = list(paths)
    for number in range(frames + WARM_UP):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            begun_t = time.perf_counter()
            paths[name](number / FPS)
            if number >= WARM_UP:
                took_s[name].append(time.perf_counter() - begun_t)
    return [
        CostRow(
            name,
            len(times),
            float(1e3 * np.percentile(times, 50)),
            float(1e3 * np.percentile(times, 95)),
        )
        for name, times in ((name, took_s[name]) for name in names)
    ]


def _paths(film: Film, frames: int) -> dict[str, Step]:
    asked, grid = film.asked()[0], Grid(film.size_px)
    taken = [frame_at(film, number / FPS) for number in range(frames)]
    packer, aim = Packer(), RegionAim()

    def frame(t: float) -> av.VideoFrame:
        return taken[round(t * FPS)]

    def plan(t: float) -> None:
        aim.take([region_at(asked, t)])
        rectangles = aim.rectangles(aim.regions(camera_px=film.size_px, now=t), grid, now=t)
        aimed(frame(t), held(rectangles, QP))

    def pack(t: float) -> None:
        planes = np.asarray(frame(t).to_ndarray(), np.uint8)
        pixels, _ = packer.pack(planes, [(region_at(asked, t).box, 1.0)])
        av.VideoFrame.from_ndarray(pixels, format="yuv420p")

    def ours(how: Treatment) -> Step:
        encoder = SteeredH264Encoder()

        def encode(t: float) -> None:
            regions = [region_at(asked, t)]
            encoder.steer(cap_bps=CAP_BPS, fps=FPS, size_px=None, how=how, regions=regions)
            encoder.encode(frame(t))

        return encode

    plain = X264(film.size_px)
    flat = [Rectangle(whole(grid), 0.0)]

    def encode_plain(t: float) -> None:
        plain.encode(frame(t), held(flat, QP), most_bits=2.6 * CAP_BPS / FPS)

    return {
        "map and filter graph": plan,
        "packing": pack,
        "plain x264": encode_plain,
        **{f"client, {how.value}": ours(how) for how in Treatment},
    }


def print_rows(rows: Sequence[CostRow], console: Console) -> None:
    """A line per path."""
    table = Table("the client, 720p", "frames", "p50 ms", "p95 ms")
    for row in rows:
        table.add_row(row.path, str(row.frames), f"{row.p50_ms:.1f}", f"{row.p95_ms:.1f}")
    console.print(table)


def main(argv: Sequence[str] | None = None) -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("set", type=Path, help="a clip set")
    clips = list(clips_of(parser.parse_args(argv).set))
    print_rows(measure(Film.load(clips[-1])), Console())
    return 0


if __name__ == "__main__":
    sys.exit(main())
