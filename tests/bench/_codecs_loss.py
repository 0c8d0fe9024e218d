"""Windows that hold an intact picture, on links that lose packets: looks that stand alone beside
retransmission beside nothing.

    looks    `FrameRate` chooses how many and how large; packed pictures, each a keyframe within its
             packets; nothing is sent again, and the loss is learnt from what arrives
    nack     720p at 30 a second, its media at the rate less the loss; `Reception` as in a call:
             what is missing is asked for each round trip, a keyframe when that does not help
    plain    the same without asking again: keyframes only

Virtual time. The link loses packets, at random or in bursts of 3 on average (Gilbert, counted in
packets), and takes half a round trip; it has no queue, every arm is held to the rate by its
encoder, and what goes back is not lost. A picture is intact when it and all that it refers to has
arrived; a window is a second, and holds a picture that was taken and intact within it.

    python -m tests.bench._codecs_loss [--data SET] [--repeats 3]
"""

from __future__ import annotations

import argparse
import heapq
import itertools
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import av
import numpy as np
from av.video.frame import PictureType
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from artic_codecs.frame_rate import FrameRate
from artic_codecs.grid import Grid
from artic_codecs.layout import Layout
from artic_codecs.pack import Unpacker, pack, size_of
from artic_codecs.packing import plan
from artic_codecs.qp_map import Boost
from artic_codecs.rectangles import nested
from artic_codecs.regions import Box, Region
from articgw.reception import Reception
from devibench.clipset import ClipSet
from tests.bench._codecs_clips import drawn_set
from tests.bench._codecs_coders import OPTIONS, Aimer, payload_bps
from tests.bench._codecs_film import Asked, Film
from tests.bench._codecs_wire import (
    LINK_DELAY_S,
    OVERHEAD_BYTES,
    PAYLOAD_BYTES,
    h264_payload_bytes,
    wire_bits,
)
from tests.bench._common import OUT, Goal

Pixels = NDArray[np.uint8]
Row = dict[str, Any]
Act = Callable[[float], object]
"""Done at a time, s."""

RATE_BPS = 200e3
LOSSES = (0.0, 0.05, 0.1, 0.2, 0.3)
BURST = 3.0
WARM_S = 2.0
"""Not counted: a question comes into a running call."""
LOOKS_WINDOWS, PLAIN_WINDOWS = 200, 10
"""Of each repeat; looks are few and small, and quickly made."""
REPEATS = 3
LEAST_PACKETS = 2
"""What is smaller cannot be read."""
CRFS = range(18, 52)
BOX_QP = 18.0
"""How much better the asked box is than the rest of a look."""
TICK_S = 0.02
SEED, CLIPS = 91, 8


class Seen(NamedTuple):
    """A picture that somebody can look at."""

    captured_t: float
    intact_t: float
    db: float
    """PSNR of the asked region's luma."""


@dataclass
class Outcome:
    """What came of one transmission."""

    seconds: float
    seen: list[Seen] = field(default_factory=list)
    bits: float = 0.0
    """Sent after the warm-up, on the wire."""
    pictures: int = 0


@dataclass
class Link:
    """Loses packets; bursts are runs of a two-state chain."""

    share: float
    burst: float | None
    random: np.random.Generator
    bad: bool = False

    def loses(self) -> bool:
        """The next packet?"""
        if self.burst is None or self.share == 0:
            return bool(self.random.random() < self.share)
        begins = self.share / self.burst / (1 - self.share)
        turn = 1 / self.burst if self.bad else begins
        self.bad ^= bool(self.random.random() < turn)
        return self.bad


class Camera:
    """A film shown forth and back for as long as it takes, and a thing that is asked about."""

    def __init__(self, asked: Asked) -> None:
        self.asked, self.film = asked, asked.film
        self._looks: dict[tuple[int, int], tuple[bytes, float]] = {}

    def number(self, t_s: float) -> int:
        """Of the film's frame at that time."""
        last = len(self.film.frames) - 1
        at = int(t_s * self.film.fps + 1e-6) % (2 * last)
        return min(at, 2 * last - at)

    def look(self, number: int, packets: int) -> tuple[bytes, float]:
        """A packed keyframe of at most so many packets, if x264 can, and the PSNR of its box."""
        key = (number, packets)
        if key not in self._looks:
            self._looks[key] = self._made(number, packets)
        return self._looks[key]

    def _made(self, number: int, packets: int) -> tuple[bytes, float]:
        yuv, box = self.film.frames[number], self.asked.last_box(number)
        layout = plan(self.film.size_px, [(box, 1.0)]).layout
        if layout is None:
            data = keyframe(yuv, box, packets)
            return data, psnr(yuv, _decoded(data), box)
        inside, picture = layout.to_window(box), pack(yuv, layout)
        assert inside is not None
        data = keyframe(picture, _within(layout, inside), packets)
        unpacked = Unpacker().unpack(_decoded(data))
        if unpacked is None or unpacked.layout != layout:
            return data, float("nan")
        x0, y0, x1, y1 = layout.window
        return data, _db(_cut(yuv[y0:y1, x0:x1], inside), _cut(_luma(unpacked.detail), inside))


def keyframe(yuv: Pixels, box: Box, packets: int) -> bytes:
    """The best that fits, by bisection; the box is worth more than the rest."""
    grid = Grid(size_of(yuv))
    rectangles = nested(Boost(BOX_QP), [Region(box, 0.0, 1.0, 1.0)], grid, now=0.0)
    least, most, best = 0, len(CRFS) - 1, b""
    while least <= most:
        middle = (least + most) // 2
        codec = _open(size_of(yuv), {"crf": str(CRFS[middle])})
        frame = Aimer().aimed(_frame(yuv, 0), rectangles)
        data = b"".join(bytes(one) for one in [*codec.encode(frame), *codec.encode(None)])
        if h264_payload_bytes(data) <= PAYLOAD_BYTES * packets:
            best, most = data, middle - 1
        else:
            least = middle + 1
            best = best or (data if least > most else b"")
    return best


def looks(camera: Camera, link: Link) -> Outcome:
    """Ours."""
    outcome = Outcome(WARM_S + LOOKS_WINDOWS)
    rate, t_s, hit_before = FrameRate(), 0.0, False
    while t_s < outcome.seconds:
        wanted = rate.decide(RATE_BPS, now=t_s, least_packets=LEAST_PACKETS)
        data, db = camera.look(camera.number(t_s), wanted.packets)
        payload = h264_payload_bytes(data)
        hits = [link.loses() for _ in range(-(-payload // PAYLOAD_BYTES))]
        begun = [now and not before for before, now in zip([hit_before, *hits], hits, strict=False)]
        hit_before = hits[-1]
        outcome.pictures += t_s >= WARM_S
        outcome.bits += wire_bits(payload) if t_s >= WARM_S else 0
        if not any(hits):
            outcome.seen.append(Seen(t_s, t_s + LINK_DELAY_S, db))
        told_t = t_s + 2 * LINK_DELAY_S
        # A run that goes on from the look before began there.
        bursts = max(sum(begun), 1 if any(hits) and not hit_before else 0)
        rate.meter.on_counts(len(hits), sum(hits), min(bursts, sum(hits)), now=told_t)
        again = rate.decide(RATE_BPS, now=told_t, least_packets=LEAST_PACKETS)
        t_s = max(told_t, t_s + again.spacing_s)
    return outcome


def stream(camera: Camera, link: Link, *, nack: bool) -> Outcome:
    """Plain 30 frames a second, each built on the one before."""
    return _Stream(camera, link, nack).run()


class _Stream:
    def __init__(self, camera: Camera, link: Link, nack: bool) -> None:
        self.camera, self.link, self.nack = camera, link, nack
        self.outcome = Outcome(WARM_S + PLAIN_WINDOWS)
        media_bps = RATE_BPS * (1 - link.share) if nack else RATE_BPS
        self.encoder = _open_plain(camera.film.size_px, payload_bps(media_bps, 30))
        self.decoder: Any = av.CodecContext.create("h264", "r")
        self.decoder.thread_count = 1
        self.reception = Reception(int(RATE_BPS), int(RATE_BPS))
        self.sent: dict[int, tuple[int, bytes, bool, bool]] = {}
        self.force, self.number = False, 0
        self.events: list[tuple[float, int, Act]] = []
        self.count = itertools.count()

    def at(self, t_s: float, what: Act) -> None:
        """Happens then."""
        heapq.heappush(self.events, (t_s, next(self.count), what))

    def run(self) -> Outcome:
        """To the end."""
        frames = int(self.outcome.seconds * 30)
        moments: list[tuple[float, Act]] = [
            (n * TICK_S, self.tick) for n in range(int(self.outcome.seconds / TICK_S))
        ]
        moments += [(n / 30, partial(self.take, n)) for n in range(frames)]
        order = sorted(moments, key=lambda one: one[0])
        for t_s, act in order:
            while self.events and self.events[0][0] <= t_s:
                at_t, _, what = heapq.heappop(self.events)
                what(at_t)
            act(t_s)
        return self.outcome

    def take(self, n: int, t_s: float) -> None:
        """The camera's next frame, coded and sent."""
        frame = _frame(self.camera.film.frames[self.camera.number(t_s)], n)
        if self.force:
            frame.pict_type, self.force = PictureType.I, False
        for packet in self.encoder.encode(frame):
            data = bytes(packet)
            parts = [data[at : at + PAYLOAD_BYTES] for at in range(0, len(data), PAYLOAD_BYTES)]
            self.outcome.pictures += t_s >= WARM_S
            for index, part in enumerate(parts):
                first, last = index == 0 and packet.is_keyframe, index == len(parts) - 1
                self.sent[self.number] = (n, part, last, first)
                self.send(self.number, t_s)
                self.number += 1

    def send(self, number: int, t_s: float) -> None:
        """A packet, for the first time or again."""
        if number not in self.sent:
            return
        if t_s >= WARM_S:
            self.outcome.bits += 8 * (len(self.sent[number][1]) + OVERHEAD_BYTES)
        if not self.link.loses():
            self.at(t_s + LINK_DELAY_S, partial(self.arrive, number))

    def arrive(self, number: int, t_s: float) -> None:
        """At the gateway."""
        n, data, marker, key_start = self.sent[number]
        self.reception.on_arrival(None, len(data) + OVERHEAD_BYTES, now=t_s)
        whole = self.reception.on_media(
            number & 0xFFFF, n * 3000, data, marker=marker, key_start=key_start, now=t_s
        )
        for frame in whole:
            taken = frame.timestamp // 3000
            for shown in self.decoder.decode(av.Packet(frame.data)):
                at = self.camera.number(taken / 30)
                box = self.camera.asked.last_box(at)
                db = psnr(self.camera.film.frames[at], shown.to_ndarray(format="yuv420p"), box)
                self.outcome.seen.append(Seen(taken / 30, t_s, db))

    def tick(self, t_s: float) -> None:
        """What the gateway asks for, and what the sender does about it."""
        feedback = self.reception.feedback(now=t_s)
        if self.nack:
            for number in feedback.nacks:
                self.at(t_s + LINK_DELAY_S, partial(self.send, number))
        if feedback.keyframe:
            self.at(t_s + LINK_DELAY_S, self.refresh)

    def refresh(self, t_s: float) -> None:
        """The next frame is a keyframe."""
        self.force = True


ARMS: dict[str, Callable[[Camera, Link], Outcome]] = {
    "looks": looks,
    "nack": partial(stream, nack=True),
    "plain": partial(stream, nack=False),
}


def measure(
    folder: Path,
    *,
    split: str = "score",
    losses: Sequence[float] = LOSSES,
    repeats: int = REPEATS,
    seed: int = SEED,
) -> list[Row]:
    """A row per loss, kind, arm and repeat; each repeat films another clip, the arms take turns."""
    clips = [clip for clip in ClipSet.load(folder).clips if clip.meta.split == split]
    rows: list[Row] = []
    for repeat in range(repeats):
        film = Film.load(clips[repeat % len(clips)])
        camera = Camera(film.asked()[0])
        for number, (share, burst) in enumerate(_links(losses)):
            for arm, send in ARMS.items():
                link = Link(share, burst, np.random.default_rng((seed, repeat, number)))
                head = {"loss": share, "kind": "random" if burst is None else "burst"}
                head |= {"arm": arm, "repeat": repeat, "clip": film.clip.name}
                rows.append(head | figures(send(camera, link)))
    return rows


def figures(outcome: Outcome) -> Row:
    """Of one transmission, after the warm-up."""
    count = round(outcome.seconds - WARM_S)
    held = [_newest(outcome.seen, WARM_S + n) for n in range(count)]
    full = [one for one in held if one is not None]
    moments = np.arange(WARM_S, outcome.seconds, 0.01)
    order = sorted(outcome.seen, key=lambda one: one.intact_t)
    intact = np.array([one.intact_t for one in order])
    taken = np.maximum.accumulate(np.array([-np.inf, *(one.captured_t for one in order)]))
    ages_s = moments - taken[np.searchsorted(intact, moments, "right")]
    return {
        "windows": count,
        "full": len(full) / count,
        "bps": outcome.bits / count,
        "pictures_per_s": outcome.pictures / count,
        "age_p95_s": float(np.percentile(ages_s, 95)),
        "region_db": float(np.nanmean([one.db for one in full])) if full else None,
    }


def summary(rows: Sequence[Row]) -> list[Row]:
    """Over repeats: means weighted alike, and the spread of the windows' share."""
    told = []
    for loss, kind, arm in sorted({(row["loss"], row["kind"], row["arm"]) for row in rows}):
        mine = [r for r in rows if (r["loss"], r["kind"], r["arm"]) == (loss, kind, arm)]
        full = [row["full"] for row in mine]
        known = [row["region_db"] for row in mine if row["region_db"] is not None]
        told.append(
            {"loss": loss, "kind": kind, "arm": arm, "windows": sum(r["windows"] for r in mine)}
            | {"full": float(np.mean(full)), "full_least": min(full), "full_most": max(full)}
            | {n: float(np.mean([r[n] for r in mine])) for n in ("bps", "pictures_per_s")}
            | {"age_p95_s": float(np.mean([row["age_p95_s"] for row in mine]))}
            | {"region_db": float(np.mean(known)) if known else None}
        )
    return told


def goals(rows: Sequence[Row]) -> list[Goal]:
    """The worse of random and burst loss at 20 %."""
    found = [row["full"] for row in summary(rows) if (row["arm"], row["loss"]) == ("looks", 0.2)]
    return [Goal("loss20_windows", min(found, default=None), 0.99, "higher")]


def print_summary(told: Sequence[Row], console: Console) -> None:
    """A table."""
    table = Table("loss", "kind", "arm", "windows", "with a picture", "least-most")
    for name in ("kb/s", "pictures/s", "age p95 s", "region dB"):
        table.add_column(name)
    for row in told:
        db = "-" if row["region_db"] is None else f"{row['region_db']:.1f}"
        table.add_row(
            f"{row['loss']:.0%}",
            row["kind"],
            row["arm"],
            str(row["windows"]),
            f"{row['full']:.3f}",
            f"{row['full_least']:.3f}-{row['full_most']:.3f}",
            f"{row['bps'] / 1e3:.0f}",
            f"{row['pictures_per_s']:.1f}",
            f"{row['age_p95_s']:.2f}",
            db,
        )
    console.print(table)


def psnr(original: Pixels, shown: Pixels, box: Box) -> float:
    """Of the luma in a box of two I420 arrays of one size, dB."""
    return _db(_cut(_luma(original), box), _cut(_luma(shown), box))


def _links(losses: Sequence[float]) -> Iterator[tuple[float, float | None]]:
    for share in losses:
        yield share, None
        if share > 0:
            yield share, BURST


def _newest(seen: Sequence[Seen], from_t: float) -> Seen | None:
    """Of the window that begins then."""
    to_t = from_t + 1.0
    there = [one for one in seen if from_t - 1e-9 <= one.captured_t and one.intact_t <= to_t]
    return max(there, key=lambda one: one.captured_t, default=None)


def _luma(yuv: Pixels) -> Pixels:
    return yuv[: len(yuv) * 2 // 3]


def _cut(luma: Pixels, box: Box) -> Pixels:
    height, width = luma.shape
    x0, y0, x1, y1 = box[0] * width, box[1] * height, box[2] * width, box[3] * height
    return luma[int(y0) : max(int(y0) + 1, int(y1)), int(x0) : max(int(x0) + 1, int(x1))]


def _db(a: Pixels, b: Pixels) -> float:
    error = float(np.mean((a.astype(np.float64) - b) ** 2))
    return 10 * float(np.log10(255**2 / max(error, 0.01)))


def _frame(yuv: Pixels, number: int) -> Any:
    frame = av.VideoFrame.from_ndarray(yuv, format="yuv420p")
    frame.pts, frame.time_base = number, Fraction(1, 30)
    return frame


def _decoded(data: bytes) -> Pixels:
    decoder: Any = av.CodecContext.create("h264", "r")
    shown = [*decoder.decode(av.Packet(data)), *decoder.decode(None)][0]
    return np.asarray(shown.to_ndarray(format="yuv420p"), np.uint8)


def _within(layout: Layout, inside: Box) -> Box:
    """A box of the window on the packed picture."""
    (width, height), at = layout.packed_px, layout.window_at
    across, down = at.x1 - at.x0, at.y1 - at.y0
    return (
        (at.x0 + inside[0] * across) / width,
        (at.y0 + inside[1] * down) / height,
        (at.x0 + inside[2] * across) / width,
        (at.y0 + inside[3] * down) / height,
    )


def _open_plain(size_px: tuple[int, int], bps: float) -> Any:
    return _open(size_px, {"maxrate": str(int(bps)), "bufsize": str(int(bps / 2))})


def _open(size_px: tuple[int, int], options: dict[str, str]) -> Any:
    codec: Any = av.CodecContext.create("libx264", "w")
    codec.width, codec.height = size_px
    codec.pix_fmt, codec.thread_count = "yuv420p", 1
    codec.framerate, codec.time_base = Fraction(30), Fraction(1, 30)
    codec.options = OPTIONS["x264"] | options
    codec.open()
    return codec


def main(argv: Sequence[str] | None = None) -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench._codecs_loss")
    parser.add_argument("--data", type=Path, help="a clip set; one is drawn if not given")
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--losses", default="", help="shares, as in 0.1,0.2")
    parser.add_argument("--seed", type=int, default=SEED)
    args = parser.parse_args(argv)
    console, started = Console(width=140), time.monotonic()
    folder = args.data or drawn_set(OUT / "codecs", args.seed, CLIPS, console)
    losses = [float(part) for part in args.losses.split(",") if part] or LOSSES
    rows = measure(folder, losses=losses, repeats=args.repeats, seed=args.seed)
    print_summary(summary(rows), console)
    out = OUT / "codecs-loss.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps({"rows": rows, "told": summary(rows)}, indent=1) + "\n")
    console.print([(goal.name, goal.value, goal.met) for goal in goals(rows)])
    console.print(f"{time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
