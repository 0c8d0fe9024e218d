"""Which frames a model looks at: ours beside every n-th and random ones, equally many.

A camera looks at photographs, swings to another one now and then, and shakes; signs appear for a
second or so. A sign counts as read where a frame was looked at that shows it and was blurred by
`SHARP_PX` at most: the truth is known, since the blur was drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from statistics import fmean

import cv2
import numpy as np
from numpy.typing import NDArray

from artic_perception.blur import blur
from artic_perception.sampler import Sampler
from devibench.sample.photos import MURALS, photo

Luma = NDArray[np.uint8]

FPS, SECONDS = 15.0, 60.0
SIZE_PX, THUMBNAIL_PX = (640, 360), (80, 45)
SHARP_PX = 3
RANDOM_DRAWS = 20


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """One frame and what can be read in it."""

    luma: Luma
    signs: frozenset[int]


def film(seed: int) -> list[Shot]:
    """The same for the same seed."""
    chance = np.random.default_rng(seed)
    walls = [
        cv2.resize(cv2.cvtColor(_rgb(name), cv2.COLOR_RGB2GRAY), (1280, 720)) for name in MURALS
    ]
    shots: list[Shot] = []
    sign, until, place = 0, 0, (0, 0)
    wall, at, swing, stands = 0, np.array([200.0, 150.0]), 0, 30
    for k in range(int(FPS * SECONDS)):
        if swing:
            swing, step = swing - 1, chance.uniform(12, 30)
            at = np.clip(at + [step, step / 3], 0, (630, 350))
        elif stands:
            stands, step = stands - 1, chance.choice((0.0, 0.0, 1.0, 6.0))
        else:
            wall = (wall + 1) % len(walls)
            at, swing, stands, step = (
                chance.uniform(0, (400, 250)),
                8,
                int(chance.uniform(15, 60)),
                20,
            )
        if k >= until:
            sign += 1
            until = k + int(chance.uniform(0.6, 3.5) * FPS)
            place = int(chance.uniform(40, 400)), int(chance.uniform(60, 300))
        x, y = (int(v) for v in at)
        picture = np.ascontiguousarray(walls[wall][y : y + 360, x : x + 640])
        shown = sign % 2 == 1
        if shown:
            corner = (place[0] + 200, place[1] + 40)
            cv2.rectangle(picture, (place[0] - 10, place[1] - 40), corner, 235, -1)
            cv2.putText(
                picture, f"{sign * 7919 % 100000}", place, cv2.FONT_HERSHEY_SIMPLEX, 1.3, 20, 3
            )
        blurred = max(1, round(step / 2))
        if blurred > 1:
            picture = np.asarray(cv2.blur(picture, (blurred, 1)), np.uint8)
        readable = shown and blurred <= SHARP_PX
        shots.append(
            Shot(np.asarray(picture, np.uint8), frozenset((sign,)) if readable else frozenset())
        )
    return shots


def looked(shots: list[Shot]) -> list[int]:
    """The frames that our sampler takes."""
    sampler, out = Sampler(), []
    for k, shot in enumerate(shots):
        thumbnail = cv2.resize(shot.luma, THUMBNAIL_PX, interpolation=cv2.INTER_AREA)
        glance = sampler.on_frame(
            np.asarray(thumbnail, np.uint8), now=k / FPS, blur=partial(blur, shot.luma)
        )
        if glance.look:
            out.append(k - glance.back)
    return out


def sampling(seeds: tuple[int, ...]) -> dict[str, float | str]:
    """The row: signs read by ours over signs read by the better of the others."""
    ours, nth, drawn, looks = [], [], [], []
    for seed in seeds:
        shots, chance = film(seed), np.random.default_rng(seed)
        mine = looked(shots)
        looks.append(len(mine))
        ours.append(_read(shots, mine))
        every = len(shots) / len(mine)
        phases = np.arange(0.0, every, max(1.0, every / 8))
        at = [[int(phase + every * k) for k in range(len(mine))] for phase in phases]
        nth.append(fmean(_read(shots, [min(k, len(shots) - 1) for k in one]) for one in at))
        random = [chance.choice(len(shots), len(mine), replace=False) for _ in range(RANDOM_DRAWS)]
        drawn.append(fmean(_read(shots, list(one)) for one in random))
    return {
        "part": "sampler", "ratio": fmean(ours) / max(fmean(nth), fmean(drawn)),
        "ours": fmean(ours), "every_nth": fmean(nth), "random": fmean(drawn),
        "looks_per_s": fmean(looks) / SECONDS,
    }  # fmt: skip


def _read(shots: list[Shot], places: list[int]) -> float:
    return float(len(frozenset().union(*(shots[int(k)].signs for k in places))))


def _rgb(name: str) -> NDArray[np.uint8]:
    whole = photo(name)
    return whole if whole.ndim == 3 else np.repeat(whole[..., None], 3, axis=2)
