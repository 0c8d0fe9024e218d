"""How readable is a text, by treatment, frame rate, bits and height? Measured, then fitted.

    clips to fit on, of a seed of their own ─▶ candidates × rates ─▶ reader ─▶ logistic curves
                                                             codecs/artic_codecs/fitted.py ◀─┘

    python -m tests.bench.profile_codecs [--seed 91] [--clips 8] [--rates 25,50] [--out FILE]

Per treatment and frame rate one curve in the logarithms of bits per look and of text height. The
regions are the true ones; a sender whose region is only nearly right reads less.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from scipy.optimize import minimize  # type: ignore[import-untyped,unused-ignore]

from artic_codecs.curve import BITS, HEIGHT_PX, Curve
from artic_codecs.pack import Unpacker
from artic_codecs.packing import Limits
from artic_codecs.qp_map import Boost
from artic_codecs.steer import Treatment
from devibench.clipset import ClipSet
from tests.bench._codecs_aimed import Packed, Regions
from tests.bench._codecs_clips import drawn_set
from tests.bench._codecs_coders import Settings
from tests.bench._codecs_film import Asked, Film
from tests.bench._codecs_jobs import SHARED
from tests.bench._codecs_kept import Kept, digest_of, modules
from tests.bench._codecs_look import Looker, views_of
from tests.bench._codecs_plain import Send, Whole
from tests.bench._codecs_score import SOURCES, Original, share_seen
from tests.bench._codecs_wire import carried, mean_bps, newest
from tests.bench._common import OUT, ROOT

WORK = OUT / "codecs"
FITTED = ROOT / "codecs" / "artic_codecs" / "fitted.py"
SEED, CLIPS = 91, 8
TEXTS = 3
"""Of each clip."""
LOOKS = 2
"""Of the looks at each text, every so many'th."""
RATES_KBPS: Mapping[Treatment, tuple[float, ...]] = {
    Treatment.WHOLE: (50, 100, 200),
    Treatment.QP: (25, 50, 100),
    Treatment.PACKED: (12.5, 25, 50),
}
RATES_FPS = (2.0, 5.0, 10.0)
LEAST_ORIGINAL = 0.8
"""Of a text that counts: what nobody can read teaches nothing."""
RIDGE = 0.01


class Read(NamedTuple):
    """One text at one look."""

    how: str
    fps: float
    bits: float
    """Per look."""
    height_px: float
    share: float


@dataclass(frozen=True, slots=True)
class Job:
    """All candidates at all rates, on one clip."""

    data: Path
    clip: str
    kbps: tuple[float, ...]
    """Empty: those of each treatment."""


def sender(how: Treatment, fps: float) -> Send:
    """The bench's sender of that treatment."""
    settings = Settings("x264", fps, 2 / fps if fps < 5 else 0.4)
    match how:
        case Treatment.WHOLE:
            return Whole(settings)
        case Treatment.QP:
            return Regions(settings, Boost(30.0, 1))
        case Treatment.PACKED:
            return Packed(settings, Limits())


def measure(job: Job) -> list[Read]:
    """In a process of its own."""
    clip, kept = ClipSet.load(job.data).clip(job.clip), Kept(WORK / "kept")
    film = Film.load(clip)
    eyes = Original(film, Looker(), kept)
    texts = [one for one in film.asked() if one.thing.text][:TEXTS]
    read: list[Read] = []
    for how, asked in itertools.product(Treatment, texts):
        for fps, kbps in itertools.product(RATES_FPS, job.kbps or RATES_KBPS[how]):
            key = {
                "profile": repr(sender(how, fps)),
                "film": film.sha256,
                "asked": asked.thing.id,
                "rate": kbps,
                "looks": LOOKS,
                "by": digest_of(SHARED | SOURCES | modules("tests/bench", ["_codecs_aimed"])),
            }
            found = kept.get(key)
            if found is None:
                found = [one[2:] for one in _reads(how, fps, asked, 1e3 * kbps, eyes)]
                kept.put(key, found)
            read += [Read(how.value, fps, *one) for one in found]
    return read


def _reads(
    how: Treatment, fps: float, asked: Asked, rate_bps: float, eyes: Original
) -> Iterator[Read]:
    film = eyes.film
    sent = sender(how, fps)(film, None if how is Treatment.WHOLE else asked, rate_bps)
    frames = carried(sent.frames, rate_bps)
    looks = [newest(frames, t) for t in asked.looks[::LOOKS]]
    numbers = [frame.number for frame in looks if frame is not None]
    pictures, unpacker = sent.pictures(frozenset(numbers)), Unpacker()
    bits = mean_bps(frames, film.seconds) / fps
    for number in numbers:
        box, original = asked.box(number), eyes.share(asked, number)
        if box is None or original < LEAST_ORIGINAL:
            continue
        views = views_of(pictures[number], unpacker) if number in pictures else None
        share = 0.0 if views is None else share_seen(views, asked, box, eyes.looker)
        yield Read(how.value, fps, bits, asked.height_px, min(1.0, share / original))


def fitted(reads: Sequence[Read]) -> dict[tuple[str, float], Curve]:
    """A curve per treatment and frame rate; more bits and larger letters never read worse."""
    curves = {}
    for how, fps in sorted({(one.how, one.fps) for one in reads}):
        mine = [one for one in reads if (one.how, one.fps) == (how, fps)]
        curves[how, fps] = fit(
            np.array([one.bits for one in mine]),
            np.array([one.height_px for one in mine]),
            np.array([one.share for one in mine]),
        )
    return curves


def fit(
    bits: NDArray[np.float64], height_px: NDArray[np.float64], share: NDArray[np.float64]
) -> Curve:
    """Greatest likelihood, slopes not below 0, with a slight pull to none."""
    inputs = np.stack([np.ones_like(bits), np.log2(bits / BITS), np.log2(height_px / HEIGHT_PX)])

    def loss(weights: NDArray[np.float64]) -> float:
        logit = weights @ inputs
        cross = np.logaddexp(0, logit) - share * logit
        return float(cross.mean() + RIDGE * (weights @ weights) / len(share) ** 0.5)

    found = minimize(loss, [0.0, 1.0, 1.0], bounds=[(None, None), (0, None), (0, None)])
    return Curve(*(float(weight) for weight in found.x))


def written(curves: Mapping[tuple[str, float], Curve], about: str) -> str:
    """The module."""
    lines = [
        f"    (Treatment.{how.upper()}, {fps}): "
        f"Curve({curve.at:.2f}, {curve.per_bits:.2f}, {curve.per_height:.2f}),"
        for (how, fps), curve in curves.items()
    ]
    return _MODULE.format(about=about, curves="\n".join(lines))


_MODULE = '''"""How much of a text is read, by treatment, frame rate, bits and height of letters.

Written by `python -m tests.bench.profile_codecs`; not to be changed by hand.
{about}
The regions were true ones. Bits are those on the wire, with all headers from IP up.
"""

from __future__ import annotations

from collections.abc import Mapping

from artic_codecs.curve import Curve
from artic_codecs.steer import Treatment

READ: Mapping[tuple[Treatment, float], Curve] = {{
{curves}
}}
"""By treatment and frames a second."""
'''


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, fit, write."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.profile_codecs", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--seed", type=int, default=SEED, help="of clips that nothing is scored on")
    parser.add_argument("--clips", type=int, default=CLIPS, help="how many of them")
    parser.add_argument("--rates", default="", help="kb/s instead of those of each treatment")
    parser.add_argument("--out", type=Path, default=FITTED, help="the module to write")
    args = parser.parse_args(argv)
    console = Console()
    data = drawn_set(WORK, args.seed, args.clips, console)
    kbps = tuple(float(part) for part in args.rates.split(",") if part)
    jobs = [Job(data, clip.name, kbps) for clip in ClipSet.load(data).split("fit")]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        done: Any = track(pool.map(measure, jobs), total=len(jobs), console=console)
        reads = [one for found in done for one in found]
    about = f"{len(reads)} looks at texts of {len(jobs)} drawn clips, seed {args.seed}."
    args.out.write_text(written(fitted(reads), about))
    console.print(f"{about} Written to {args.out.name}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
