"""Windows that hold an intact picture, on links that lose packets: looks that stand alone beside
retransmission beside nothing.

    looks          as few and as large as the loss allows (`_codecs_loss_looks.py`)
    nack, plain    720p at 30 a second, with asking again and without (`_codecs_loss_stream.py`)

Virtual time. A picture is intact when it and all that it refers to has arrived; a window is a
second, and holds a picture that was taken and intact within it.

    python -m tests.bench._codecs_loss [--data SET] [--repeats 3]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rich.console import Console

from devibench.clipset import Clip, ClipSet
from tests.bench._codecs_clips import drawn_set
from tests.bench._codecs_film import Film
from tests.bench._codecs_kept import Kept, below, digest_of, modules
from tests.bench._codecs_loss_link import Link, Outcome, Row, figures
from tests.bench._codecs_loss_looks import WINDOWS as looks_windows
from tests.bench._codecs_loss_looks import Camera, looks
from tests.bench._codecs_loss_stream import WINDOWS as stream_windows
from tests.bench._codecs_loss_stream import stream
from tests.bench._codecs_loss_told import goals, print_summary, summary
from tests.bench._codecs_pool import done_by_two
from tests.bench._common import OUT

LOSSES = (0.0, 0.05, 0.1, 0.2, 0.3)
BURST = 3.0
"""Packets in a row, on average."""
REPEATS = 3
SEED, CLIPS = 91, 8
QUICK = 5
"""A quick run has so many times fewer windows."""


class Arm(NamedTuple):
    """A way to send, and for how many windows."""

    send: Callable[[Camera, Link, int], Outcome]
    windows: int


ARMS = {
    "looks": Arm(looks, looks_windows),
    "nack": Arm(partial(stream, nack=True), stream_windows),
    "plain": Arm(partial(stream, nack=False), stream_windows),
}
SOURCES = below("codecs/artic_codecs", "articgw/reception") | modules(
    "tests/bench",
    (
        *("_codecs_coders", "_codecs_film", "_codecs_wire", "_codecs_loss"),
        *(f"_codecs_loss_{part}" for part in ("link", "looks", "pixels", "stream")),
    ),
)


@dataclass(frozen=True, slots=True)
class Repeat:
    """All arms over all links, on one film."""

    number: int
    data: Path
    clip: str
    losses: tuple[float, ...]
    seed: int
    kept: Path
    quick: bool

    def measure(self) -> list[Row]:
        """A row per link and arm; the arms take turns."""
        clip, kept = ClipSet.load(self.data).clip(self.clip), Kept(self.kept)
        cameras: list[Camera] = []
        rows: list[Row] = []
        for place, (share, burst) in enumerate(links(self.losses)):
            for arm, (send, most) in ARMS.items():
                windows = most // QUICK if self.quick else most
                key = {
                    "loss": [share, burst, arm, windows],
                    "film": Film(clip, ()).sha256,
                    "random": [self.seed, self.number, place],
                    "by": digest_of(SOURCES),
                }
                found = kept.get(key)
                if found is None:
                    cameras = cameras or [_camera(clip)]
                    random = np.random.default_rng((self.seed, self.number, place))
                    found = figures(send(cameras[0], Link(share, burst, random), windows))
                    kept.put(key, found)
                head = {"loss": share, "losses": "random" if burst is None else "burst"}
                rows.append(head | {"arm": arm, "repeat": self.number, "clip": clip.name} | found)
        return rows


def measure(
    folder: Path,
    kept: Path,
    *,
    split: str = "score",
    losses: Sequence[float] = LOSSES,
    repeats: int = REPEATS,
    seed: int = SEED,
    quick: bool = False,
) -> list[Row]:
    """A row per loss, kind, arm and repeat; each repeat films another clip."""
    clips = [clip for clip in ClipSet.load(folder).clips if clip.meta.split == split]
    jobs = [
        Repeat(number, folder, clips[number % len(clips)].name, tuple(losses), seed, kept, quick)
        for number in range(repeats)
    ]
    return [row for rows in done_by_two(Repeat.measure, jobs) for row in rows]


def links(losses: Sequence[float]) -> Iterator[tuple[float, float | None]]:
    """Share of packets lost, and how many in a row on average, None at random."""
    for share in losses:
        yield share, None
        if share > 0:
            yield share, BURST


def _camera(clip: Clip) -> Camera:
    return Camera(Film.load(clip).asked()[0])


def main(argv: Sequence[str] | None = None) -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench._codecs_loss")
    parser.add_argument("--data", type=Path, help="a clip set; one is drawn if not given")
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--losses", default="", help="shares, as in 0.1,0.2")
    parser.add_argument("--seed", type=int, default=SEED)
    args = parser.parse_args(argv)
    console, started = Console(width=140), time.monotonic()
    work = OUT / "codecs"
    folder = args.data or drawn_set(work, args.seed, CLIPS, console)
    losses = [float(part) for part in args.losses.split(",") if part] or LOSSES
    rows = measure(folder, work / "kept", losses=losses, repeats=args.repeats, seed=args.seed)
    print_summary(summary(rows), console)
    console.print([(goal.name, goal.value, goal.met) for goal in goals(rows)])
    console.print(f"{time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
