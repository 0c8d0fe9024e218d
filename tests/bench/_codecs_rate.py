"""Does the client's encoder keep to its cap? Offline, on drawn films, in time that is counted.

    film, there and back again ─▶ SteeredH264Encoder ◀── cap at each moment, region twice a second
                                        └─▶ (captured, bits on the wire, keyframe, asked for) ─▶ Row

Two courses of the cap: steps of 100, 1000 and 100 kb/s, ten seconds each, at 15, 5 and 2 frames a
second; and a measured cellular uplink, its mean over each half second, scaled to half a Mb/s. Once
in each run a receiver asks for a keyframe.

    python -m tests.bench._codecs_rate SET
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path

import av
from rich.console import Console

from artic_codecs.regions import Region
from artic_codecs.steer import Treatment
from articgw.client.encoder import CLOCK_HZ, PACKET_OVERHEAD_BYTES, SteeredH264Encoder
from articgw.client.quantiser import MIN_QP
from devibench.clipset import Clip, ClipSet
from tests.bench._codecs_film import REGION_S, Asked, Film
from tests.bench._codecs_kept import Kept, below, digest_of, modules
from tests.bench._codecs_pool import done_by_two
from tests.bench._codecs_rate_course import Course, SentFrame, courses, step_courses
from tests.bench._codecs_rate_told import Row, by_arm, over_cap_1s, print_arms, row_of
from tests.bench._common import OUT

CAMERAS = ("still", "hand-held", "pan")
HOWS: tuple[Treatment, ...] = tuple(Treatment)
AIM_S = 0.5
KEYFRAME_T = 7.0
"""Then a receiver asks for a keyframe."""
BEST_QP = MIN_QP + 1
"""A frame at this quantiser or a better one could not use more bits."""
SOURCES = below("articgw/client", "codecs/artic_codecs") | modules(
    "tests/bench",
    ("_codecs_film", "_codecs_rate", "_codecs_rate_course", "_codecs_rate_told"),
)


@dataclass(frozen=True, slots=True)
class Job:
    """One clip in every treatment along every course."""

    data: Path
    clip: str
    kept: Path
    quick: bool

    def measure(self) -> list[Row]:
        """What is known already is not sent again."""
        clip, kept, films = ClipSet.load(self.data).clip(self.clip), Kept(self.kept), list[Film]()
        rows = []
        for how in HOWS:
            for course in [step_courses()[-1]] if self.quick else courses():
                about = [course.name, course.seconds, course.steady_fps]
                by = digest_of(SOURCES)
                key = {"rate": [how, *about], "film": Film(clip, ()).sha256, "by": by}
                row = kept.get(key)
                if row is None:
                    films = films or [Film.load(clip)]
                    row = asdict(row_of(films[0], how, course, drive(films[0], how, course)))
                    kept.put(key, row)
                rows.append(Row(**row))
        return rows


def clips_of(folder: Path) -> Iterator[Clip]:
    """One for each way of holding the camera. Raises `ConfigError` for what is no set."""
    clips = ClipSet.load(folder).clips
    for camera in CAMERAS:
        of_camera = [clip for clip in clips if camera in clip.meta.tags]
        if of_camera:
            yield min(of_camera, key=lambda clip: "low-light" in clip.meta.tags)


def measure_set(folder: Path, kept: Path, *, quick: bool = False) -> list[Row]:
    """Of the clips that `clips_of` has; ``quick``: of the first, along the last steps."""
    jobs = [Job(folder, clip.name, kept, quick) for clip in clips_of(folder)]
    return [row for rows in done_by_two(Job.measure, jobs[: 1 if quick else None]) for row in rows]


def measure(
    films: Iterable[Film], hows: Sequence[Treatment] = HOWS, along: Sequence[Course] | None = None
) -> list[Row]:
    """Every film in every treatment along every course."""
    along = courses() if along is None else along
    return [
        row_of(film, how, course, drive(film, how, course))
        for film in films
        for how in hows
        for course in along
    ]


def drive(film: Film, how: Treatment, course: Course) -> list[SentFrame]:
    """What the encoder sends along the course."""
    encoder, sent = SteeredH264Encoder(), list[SentFrame]()
    asked = next(iter(film.asked()), None)
    t, steered_t, cap_bps = 0.0, -math.inf, 0.0
    keyframe_t, owed = KEYFRAME_T, True
    while t < course.seconds - 1e-6:
        fps = course.fps(t)
        if t - steered_t >= AIM_S - 1e-6 or course.cap_bps(t) != cap_bps:
            steered_t, cap_bps = t, course.cap_bps(t)
            regions = [] if asked is None else [region_at(asked, t)]
            encoder.steer(cap_bps=cap_bps, fps=fps, size_px=None, how=how, regions=regions)
        wanted = t >= keyframe_t
        keyframe_t, owed = (math.inf, True) if wanted else (keyframe_t, owed)
        before = encoder.sent.keyframes
        payloads, _ = encoder.encode(frame_at(film, t), wanted)
        key = encoder.sent.keyframes > before
        sent.append(
            SentFrame(
                t,
                1 / fps,
                8.0 * sum(len(one) + PACKET_OVERHEAD_BYTES for one in payloads),
                key,
                key and owed,
                (encoder.sent.qp or 0.0) <= BEST_QP,
            )
        )
        owed = owed and not key
        t += 1 / fps
    return sent


def main(argv: Sequence[str] | None = None) -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("set", type=Path, help="a clip set")
    args = parser.parse_args(argv)
    rows = measure_set(args.set, OUT / "codecs" / "kept")
    console = Console(width=None if sys.stdout.isatty() else 160)
    print_arms(by_arm(rows), console)
    console.print(f"over_cap_1s {over_cap_1s(rows)}")
    return 0


def region_at(asked: Asked, t: float) -> Region:
    """What is asked about, where it lies in the picture of ``t``, s."""
    box = asked.last_box(_there_and_back(asked.film, t))
    return Region(box, t, 1.0, t + REGION_S, asked.height_px or None)


def frame_at(film: Film, t: float) -> av.VideoFrame:
    """The picture of ``t``, s; the film goes there and back again."""
    frame = av.VideoFrame.from_ndarray(film.frames[_there_and_back(film, t)], format="yuv420p")
    frame.pts, frame.time_base = round(t * CLOCK_HZ), Fraction(1, CLOCK_HZ)
    return frame


def _there_and_back(film: Film, t: float) -> int:
    last = len(film.frames) - 1
    number = int(t * film.fps + 1e-6) % max(1, 2 * last)
    return min(number, 2 * last - number)


if __name__ == "__main__":
    sys.exit(main())
