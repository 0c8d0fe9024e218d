"""What is played at once, and what comes of it: pictures in, frames of the film out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from artic_codecs.pack import Unpacker
from artic_codecs.packing import MARGIN_PART, MARGIN_PX
from artic_codecs.regions import Box
from tests.bench._codecs_chromium_arms import ChromiumArm
from tests.bench._codecs_chromium_stage import Line, Received, Take
from tests.bench._codecs_chromium_wire import code_of, sent_frames, slots_of
from tests.bench._codecs_coders import payload_bps
from tests.bench._codecs_film import Asked, Film
from tests.bench._codecs_plain import Sent

Pixels = NDArray[np.uint8]

SOFT_SIGMA_PX = 8.0
BLOCK_PX = 16
START_BPS = 400_000
"""As our page begins: a first whole picture would take 10 s at 50 kb/s. Chromium as it is shrinks
that picture instead, and so begins at its rate; so does packing, whose pictures are small."""
MOST_PX_PER_S = 40e6
"""Of pictures that are encoded at once; two cores do about so much beside the receiver."""
PACKED_PX, SHRUNK, DROPPED = 480 * 480, 0.5, 0.4
"""What a packed picture costs, and what part of whole ones is left where Chromium shrinks them, or,
of 30 a second, drops most."""
CAMERA_FPS = 30.0


@dataclass(frozen=True, slots=True)
class Order:
    """One arm at one rate."""

    arm: ChromiumArm
    rate_bps: float

    @property
    def line(self) -> Line:
        """How it sends."""
        arm = self.arm
        most = int(payload_bps(self.rate_bps, arm.fps))
        slow = arm.fps if arm.fps < CAMERA_FPS else None
        start = max(most, START_BPS) if arm.degradation and arm.treatment != "packed" else most
        return Line(arm.codec, self.rate_bps, most, start, slow, arm.degradation, arm.hint)


@dataclass(frozen=True, slots=True)
class Job:
    """What one take can show, and to whom: all of the same treatment and frame rate."""

    asked: Asked | None
    orders: tuple[Order, ...]


def jobs_of(
    about: Sequence[Asked], chosen: Sequence[ChromiumArm], most_px_per_s: float = MOST_PX_PER_S
) -> Iterator[Job]:
    """Takes for one film, none with more to encode at once than that."""

    def kind(order: Order) -> tuple[str, float, str]:
        return order.arm.treatment, order.arm.fps, order.arm.degradation or ""

    orders = [Order(arm, rate) for arm in chosen for rate in arm.rates_bps]
    for (treatment, fps, _), same in groupby(sorted(orders, key=kind), key=kind):
        mine = tuple(same)
        whole_px = about[0].film.size_px[0] * about[0].film.size_px[1]
        slow = fps < CAMERA_FPS
        part = SHRUNK if mine[0].arm.degradation is None else 1.0 if slow else DROPPED
        each = fps * (PACKED_PX if treatment == "packed" else part * whole_px)
        at_once = max(1, int(most_px_per_s / each))
        for start in range(0, len(mine), at_once):
            some = mine[start : start + at_once]
            yield from (Job(one, some) for one in (about if some[0].arm.aimed else (None,)))


def take_of(film: Film, job: Job) -> tuple[Take, tuple[int, ...]]:
    """The pictures to show, and their numbers in the film."""
    arm = job.orders[0].arm
    numbers = tuple(range(0, len(film.frames), max(1, round(film.fps / arm.fps))))
    name, boxes = f"{film.clip.name}-{arm.fps:g}", None
    pictures: list[Pixels] = [film.frames[number] for number in numbers]
    if job.asked is not None:
        boxes = tuple(job.asked.last_box(number) for number in numbers)
        if arm.treatment == "softened":
            name += f"-{job.asked.thing.id}"
            pictures = [softened(yuv, box) for yuv, box in zip(pictures, boxes, strict=True)]
            boxes = None
    return Take(name, [yuv.tobytes() for yuv in pictures], film.size_px, arm.fps, boxes), numbers


def softened(yuv: Pixels, box: Box) -> Pixels:
    """A true low-pass outside the box and the margin that a window would have."""
    height, width = len(yuv) * 2 // 3, yuv.shape[1]
    columns, rows = _kept(box[0], box[2], width), _kept(box[1], box[3], height)
    soft = yuv.copy()
    planes = [(soft[:height], 1), *((plane, 2) for plane in _chroma(soft))]
    for plane, step in planes:
        part = (
            slice(rows[0] // step, rows[1] // step),
            slice(columns[0] // step, columns[1] // step),
        )
        sharp = plane[part].copy()
        plane[:] = cv2.GaussianBlur(plane, (0, 0), SOFT_SIGMA_PX / step)
        plane[part] = sharp
    return soft


def _chroma(yuv: Pixels) -> Pixels:
    height, width = len(yuv) * 2 // 3, yuv.shape[1]
    return yuv[height:].reshape(2, height // 2, width // 2)


def _kept(low: float, high: float, px: int) -> tuple[int, int]:
    margin = MARGIN_PX + MARGIN_PART * (high - low) * px
    first, last = (low * px - margin) // BLOCK_PX, -(-(high * px + margin) // BLOCK_PX)
    return max(0, int(first) * BLOCK_PX), min(px, int(last) * BLOCK_PX)


def sent_of(got: Received, take: Take, numbers: Sequence[int], film: Film, rate_bps: float) -> Sent:
    """As every sender of the bench gives it."""
    count = len(numbers)
    slots = slots_of(got.packets, codes_in(got), got.coded_t, got.written_t)
    frames = sent_frames(
        got.packets,
        {ticks: bool(picture.key_frame) for ticks, picture in got.pictures.items()},
        slots,
        first_slot=count,
        numbers=numbers,
        film_fps=film.fps,
        take_t=got.written_t[0],
        film_t=got.film_t,
        rate_bps=rate_bps,
    )
    by_number = {
        numbers[place]: picture
        for ticks, picture in got.pictures.items()
        if 0 <= (place := slots.get(ticks, -1) - count) < count
    }

    def pictures(wanted: frozenset[int]) -> dict[int, Pixels]:
        return {n: _i420(picture) for n, picture in by_number.items() if n in wanted}

    whole = frozenset(
        n for n, picture in by_number.items() if (picture.width, picture.height) == film.size_px
    )
    return Sent(frames, pictures, None if take.boxes is None else whole)


def codes_in(got: Received) -> dict[int, int]:
    """By RTP ticks, of the pictures before the take; while they count on from the first."""
    found: dict[int, int] = {}
    for ticks, picture in sorted(got.pictures.items()):
        seen = Unpacker().unpack(_i420(picture))
        code = None if seen is None else code_of(seen.scene[: len(seen.scene) * 2 // 3])
        if code is None or not max(found.values(), default=-1) < code < len(got.coded_t):
            break
        found[ticks] = code
    return found


def _i420(picture: Any) -> Pixels:
    width, height = picture.width // 2 * 2, picture.height // 2 * 2
    return np.asarray(picture.reformat(width, height, "yuv420p").to_ndarray(), np.uint8)
