"""Does the client's encoder keep to its cap? Offline, on drawn films, in time that is counted.

    film, there and back again ─▶ SteeredH264Encoder ◀── cap at each moment, region twice a second
                                        └─▶ (captured, bits on the wire, keyframe, asked for) ─▶ Row

Two courses of the cap: steps of 100, 1000 and 100 kb/s, ten seconds each, at 15, 5 and 2 frames a
second; and a measured cellular uplink, its mean over each half second, scaled to half a Mb/s. Once
in each run a receiver asks for a keyframe.

    python -m tests.bench._codecs_rate SET [--how qp,packed]
"""

from __future__ import annotations

import argparse
import math
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from rich.console import Console
from rich.table import Table

from artic_codecs.regions import Region
from artic_codecs.steer import Treatment
from articgw.client.encoder import (
    CLOCK_HZ,
    MAX_BPS,
    MIN_BPS,
    PACKET_OVERHEAD_BYTES,
    SteeredH264Encoder,
)
from articgw.client.quantiser import MIN_QP
from articgw.testing.traces import Trace, read_trace, steps
from devibench.clipset import ClipSet
from tests.bench._codecs_film import REGION_S, Asked, Film

CAMERAS = ("still", "hand-held", "pan")
HOWS: tuple[Treatment, ...] = tuple(Treatment)
STEPS = ((0.0, 100e3), (10.0, 1000e3), (20.0, 100e3))
STEPS_S, STEPS_FPS = 30.0, (15.0, 5.0, 2.0)
TRACE = "mahimahi/Verizon-LTE-driving.up.gz"
TRACE_S, TRACE_BPS, TRACE_STEP_S = 40.0, 500e3, 0.5
FRAME_BITS, LEAST_FPS, MOST_FPS = 20e3, 2.0, 15.0
AIM_S = 0.5
KEYFRAME_T = 7.0
"""Then a receiver asks for a keyframe."""
WINDOW_S, WINDOW_LOOKS, USE_S = 1.0, 4, 10.0
BEST_QP = MIN_QP + 1
"""A frame at this quantiser or a better one could not use more bits."""
MOST_AT_BEST = 0.1
"""Share of the cap that such frames had, in a time of which it is asked whether it was used."""


@dataclass(frozen=True, slots=True)
class Course:
    """A cap over time, and how often a picture is taken."""

    name: str
    trace: Trace
    seconds: float
    steady_fps: float | None = None
    """None: as many as there are bits for."""
    rises: tuple[float, ...] = ()
    """When the cap rises much, s."""

    def fps(self, t: float) -> float:
        """Pictures a second at ``t``, s."""
        if self.steady_fps is not None:
            return self.steady_fps
        return min(max(self.cap_bps(t) / FRAME_BITS, LEAST_FPS), MOST_FPS)

    def cap_bps(self, t: float) -> float:
        """The cap of the picture that is taken at ``t``, s."""
        return self.trace.bps(t + 1e-6)


@dataclass(frozen=True, slots=True)
class SentFrame:
    """One turn of the encoder."""

    t: float
    interval_s: float
    """Until the next one."""
    bits: float
    keyframe: bool
    asked: bool
    """A keyframe that a receiver asked for; the first one counts as asked."""
    at_best: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One film, one treatment, one course."""

    film: str
    how: str
    course: str
    fps: float | None
    over_cap: float
    """Of the busiest second, or time of four looks: by what share of its cap it is over."""
    use_10s: float | None
    """Of the idlest ten seconds, the share of the cap that was sent, but for the second after a
    rise; None where every ten seconds hold pictures that could not use it."""
    rise_use: float | None
    """The same of the second second after a rise, the least of them."""
    largest_frame: float
    """In mean budgets; all but keyframes that were asked for."""
    asked_keyframe: float
    unasked_keyframes: int
    """A row of looks, which are all keyframes, counts once."""
    left_out: float
    """Share of the pictures that were not sent."""


def step_courses() -> list[Course]:
    """Down, up and down again, at three frame rates."""
    trace = steps(STEPS)
    rises = tuple(t for (_, low), (t, high) in zip(STEPS, STEPS[1:], strict=False) if high > low)
    return [Course("steps", trace, STEPS_S, fps, rises) for fps in STEPS_FPS]


def trace_course(file: Path) -> Course:
    """What a sender is told on that link: its mean of each half second. Raises `ConfigError`."""
    link = read_trace(file).part(0.0, TRACE_S)
    starts = np.arange(0.0, TRACE_S, TRACE_STEP_S)
    scale = TRACE_BPS / link.mean_bps
    means = [scale * link.bits(t, t + TRACE_STEP_S) / TRACE_STEP_S for t in starts]
    caps = np.clip(means, MIN_BPS, MAX_BPS)
    return Course(file.name, Trace([*starts, TRACE_S], caps), TRACE_S)


def courses() -> list[Course]:
    """All of them; the trace where $ARTICGW_DATA or the folder beside the tree has it."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "data"
    file = Path(os.environ.get("ARTICGW_DATA", beside)) / "traces" / TRACE
    return [*step_courses(), *([trace_course(file)] if file.is_file() else [])]


def films_of(folder: Path) -> Iterator[Film]:
    """One film for each way of holding the camera. Raises `ConfigError` for what is no set."""
    clips = ClipSet.load(folder).clips
    for camera in CAMERAS:
        of_camera = [clip for clip in clips if camera in clip.meta.tags]
        if of_camera:
            yield Film.load(min(of_camera, key=lambda clip: "low-light" in clip.meta.tags))


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


def over_cap_1s(rows: Sequence[Row]) -> float | None:
    """The worst of all rows; a goal of ``codecs.json``."""
    return max((row.over_cap for row in rows), default=None)


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


def row_of(film: Film, how: Treatment, course: Course, sent: Sequence[SentFrame]) -> Row:
    """What there is to say of one run."""
    means = [course.trace.bits(one.t, one.t + one.interval_s) for one in sent]
    sizes = [one.bits / mean for one, mean in zip(sent, means, strict=True)]
    asked = [one.asked for one in sent]
    rows = [one.keyframe and not one.asked for one in sent]
    uses = [u for n in range(len(sent)) if (u := _use(course, sent, n, USE_S)) is not None]
    rises = [_use(course, [one for one in sent if one.t >= t + 1], 0, 1.0) for t in course.rises]
    return Row(
        film.clip.name,
        how.value,
        course.name,
        course.steady_fps,
        over_cap=max(0.0, max(_shares(course, sent)) - 1),
        use_10s=min(uses, default=None),
        rise_use=min((u for u in rises if u is not None), default=None),
        largest_frame=max(size for size, key in zip(sizes, asked, strict=True) if not key),
        asked_keyframe=max(size for size, key in zip(sizes, asked, strict=True) if key),
        unasked_keyframes=sum(b and not a.keyframe for a, b in zip(sent, rows[1:], strict=False)),
        left_out=sum(one.bits == 0 for one in sent) / len(sent),
    )


def _shares(course: Course, sent: Sequence[SentFrame]) -> Iterator[float]:
    for n, first in enumerate(sent):
        window_s, longest_s = 0.0, WINDOW_S / WINDOW_LOOKS
        while window_s < WINDOW_LOOKS * longest_s:
            window_s = max(WINDOW_S, WINDOW_LOOKS * longest_s)
            inside = _inside(sent, n, window_s)
            longest_s = max(one.interval_s for one in inside)
        if first.t + window_s <= course.seconds + 1e-6:
            bits = sum(one.bits for one in inside)
            yield bits / course.trace.bits(first.t, first.t + window_s)


def _use(course: Course, sent: Sequence[SentFrame], n: int, window_s: float) -> float | None:
    first_t = sent[n].t
    inside = _inside(sent, n, window_s)
    counted = [one for one in inside if not any(0 <= one.t - rise < 1 for rise in course.rises)]
    means = [course.trace.bits(one.t, one.t + one.interval_s) for one in counted]
    at_best = sum(mean for one, mean in zip(counted, means, strict=True) if one.at_best)
    if at_best > MOST_AT_BEST * sum(means) or first_t + window_s > course.seconds + 1e-6:
        return None
    return sum(one.bits for one in counted) / sum(means)


def _inside(sent: Sequence[SentFrame], n: int, window_s: float) -> list[SentFrame]:
    return [one for one in sent[n:] if one.t < sent[n].t + window_s - 1e-6]


def main(argv: Sequence[str] | None = None) -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("set", type=Path, help="a clip set")
    parser.add_argument("--how", default="whole,qp,packed", help="treatments, as in qp,packed")
    args = parser.parse_args(argv)
    hows = [Treatment(word) for word in args.how.split(",")]
    rows = measure(films_of(args.set), hows)
    console = Console(width=None if sys.stdout.isatty() else 160)
    table = Table(*(field.name for field in fields(Row)))
    for row in rows:
        table.add_row(*(_told(value) for value in asdict(row).values()))
    console.print(table)
    console.print(f"over_cap_1s {_told(over_cap_1s(rows))}")
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


def _told(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    sys.exit(main())
