"""What quantisers and bits come to in dB: the straight lines of `articgw/look_quality.py`.

    python -m tests.bench.profile_look_db [--data SET]

Clips to fit on, 5 frames a second, x264 as our client opens it, at one CRF each; PSNR of the luma
of every asked sign against the mean QP of its blocks, and the bits of the frame. Prints both lines.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
from rich.console import Console

from articgw.client.look_quality import psnr_db
from articgw.quantisers import DECODER_OPTIONS, qps_of, region_qp
from devibench.clipset import ClipSet
from tests.bench._codecs_clips import drawn_set
from tests.bench._codecs_film import Film
from tests.bench._common import OUT

CRFS = (18, 22, 26, 30, 34, 38, 42, 46)
FPS = 5
FRAMES = 10
SEED, DRAWN = 91, 8


class Point(NamedTuple):
    """One sign in one frame."""

    qp: float
    bits_per_px: float
    db: float


def points_of(film: Film, crf: int) -> Iterator[Point]:
    """Of all signs of a film."""
    width, height = film.size_px
    encoder = av.CodecContext.create("libx264", "w")
    eyes = av.CodecContext.create("h264", "r")
    assert isinstance(encoder, av.VideoCodecContext) and isinstance(eyes, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base = Fraction(1, FPS)
    encoder.options = {"preset": "veryfast", "tune": "zerolatency", "crf": str(crf), "g": "600"}
    eyes.options = DECODER_OPTIONS
    step = max(1, round(film.fps / FPS))
    for place, number in enumerate(range(0, len(film.frames), step)[:FRAMES]):
        sent = av.VideoFrame.from_ndarray(film.frames[number], format="yuv420p")
        sent.pts = place
        data = b"".join(map(bytes, encoder.encode(sent)))
        for seen in eyes.decode(av.Packet(data)):
            qps = qps_of(seen)
            assert qps is not None
            for asked in film.asked():
                box = asked.last_box(number)
                (qp,) = region_qp(qps, (box,), film.size_px)
                yield Point(qp, 8 * len(data) / (width * height), psnr_db(sent, seen, box))


def main(argv: Sequence[str] | None = None) -> int:
    """Read the arguments, measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, help="a clip set; drawn if not given")
    args = parser.parse_args(argv)
    console = Console()
    data = args.data or drawn_set(OUT / "codecs", SEED, DRAWN, console)
    fit = [clip for clip in ClipSet.load(data).clips if clip.meta.split == "fit"]
    films = [Film.load(clip) for clip in fit]
    points = [point for film in films for crf in CRFS for point in points_of(film, crf)]
    qp, per_px, db = (np.array(column) for column in zip(*points, strict=True))
    for name, x in (("QP", qp), ("log2 bits per px", np.log2(per_px))):
        slope, first = np.polyfit(x, db, 1)
        away = float(np.abs(first + slope * x - db).mean())
        seen = float(np.corrcoef(x, db)[0, 1])
        told = f"{name}: {first:.1f} {slope:+.3f} x, off by {away:.1f} dB on average, r {seen:.2f}"
        console.print(told, highlight=False)
    console.print(f"{len(points)} signs in frames of {len(films)} clips", highlight=False)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
