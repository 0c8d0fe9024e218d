"""Films with exact boxes: real photographs of things, cut out and moved over real textures.

A film is a row of scenes; in each the count, size and speed of the things are others, and the
camera pans. The box of a thing is where it was pasted. A film's first half is for profiles, its
second for what is scored; things leave the frame and come back.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from artic_perception import Detections
from devibench.clipset import ClipSet
from devibench.sample.photos import FLOORS, WALLS, photo

Pixels = NDArray[np.uint8]
Truth = tuple[tuple[str, tuple[float, float, float, float]], ...]
"""Label and box (fractions) of each thing in a frame."""

FPS = 10.0
SIZE_PX = (960, 540)
SCENE_FRAMES = 40
LEAST_VISIBLE = 0.6
"""Of a thing's area; with less it is no longer asked for."""
THINGS = (
    ("person", "astronaut.png", (0.03, 0.03, 0.71, 1.0)),
    ("person", "camera.png", (0.0, 0.12, 0.57, 1.0)),
    ("cat", "chelsea.png", (0.0, 0.0, 0.9, 1.0)),
    ("cup", "coffee.png", (0.28, 0.04, 0.70, 0.72)),
)
"""Label, photograph, and the thing's place in it."""
COUNTS = (1, 2, 4, 6)
HEIGHTS = (0.10, 0.16, 0.26, 0.42)
"""Shares of the frame's height."""
SPEEDS = (0.0, 0.02, 0.06, 0.12)
"""Own heights per frame."""


@dataclass(frozen=True, slots=True, eq=False)
class Film:
    """Frames and what is in them."""

    name: str
    frames: Sequence[Pixels]
    """(h, w, 3) RGB."""
    truths: tuple[Truth, ...]
    fps: float = FPS

    @property
    def half(self) -> int:
        """The first frame that is scored."""
        return len(self.frames) // 2


def as_detections(truth: Truth) -> Detections:
    """What is true, as a detector would say it that is sure."""
    boxes = np.array([box for _, box in truth], np.float32).reshape(-1, 4)
    return Detections(boxes, tuple(label for label, _ in truth), np.ones(len(truth), np.float32))


def drawn(seed: int, scenes: int) -> Film:
    """``scenes`` for the profile, and as many to score; the same for the same seed."""
    chance = np.random.default_rng(seed)
    frames: list[Pixels] = []
    truths: list[Truth] = []
    for _ in range(2 * scenes):
        for frame, truth in _scene(chance):
            frames.append(frame)
            truths.append(truth)
    return Film(f"drawn {seed}", frames, tuple(truths))


def of_clips(folder: Path, kinds: frozenset[str]) -> list[Film]:
    """The clips of a set as films, at most `FPS` frames a second; things of those kinds only."""
    films = []
    for clip in ClipSet.load(folder).clips:
        step = max(1, round(clip.meta.fps / FPS))
        named = {one.id: one.label or "" for one in clip.meta.objects}
        frames, truths = [], []
        for number, yuv in clip.frames():
            if number % step:
                continue
            frames.append(np.asarray(cv2.cvtColor(yuv, cv2.COLOR_YUV2RGB_I420), np.uint8))
            boxes = ((label, clip.box(id_, number)) for id_, label in named.items())
            truths.append(
                tuple(
                    (label, box.fractions(clip.meta.size_px))
                    for label, box in boxes
                    if label in kinds and box is not None and box.visible >= LEAST_VISIBLE
                )
            )
        if any(truths):
            films.append(Film(clip.name, frames, tuple(truths), clip.meta.fps / step))
    return films


def _scene(chance: np.random.Generator) -> list[tuple[Pixels, Truth]]:
    width, height = SIZE_PX
    wall = photo(str(chance.choice((*WALLS, *FLOORS))))
    wall = wall if wall.ndim == 3 else np.repeat(wall[..., None], 3, axis=2)
    large = cv2.resize(wall, (2 * width, 2 * height), interpolation=cv2.INTER_CUBIC)
    ground = np.asarray(large, np.uint8)
    pan = chance.uniform(0, 2 * math.pi)
    pan_px = float(chance.choice((0.0, 2.0, 6.0)))
    speed = float(chance.choice(SPEEDS))
    things = [_Thing(chance, speed) for _ in range(int(chance.choice(COUNTS)))]
    out = []
    for k in range(SCENE_FRAMES):
        left = int(width / 2 + math.cos(pan) * pan_px * k)
        top = int(height / 2 + math.sin(pan) * pan_px * k)
        frame = np.ascontiguousarray(ground[top : top + height, left : left + width])
        truth = []
        for thing in things:
            box = thing.paste(frame, k)
            if box is not None:
                truth.append((thing.label, box))
        out.append((frame, tuple(truth)))
    return out


class _Thing:
    def __init__(self, chance: np.random.Generator, speed: float) -> None:
        width, height = SIZE_PX
        self.label, name, (x0, y0, x1, y1) = THINGS[int(chance.integers(len(THINGS)))]
        whole = photo(name)
        whole = whole if whole.ndim == 3 else np.repeat(whole[..., None], 3, axis=2)
        rows, columns = whole.shape[:2]
        part = whole[int(y0 * rows) : int(y1 * rows), int(x0 * columns) : int(x1 * columns)]
        tall = max(24, int(height * float(chance.choice(HEIGHTS))))
        wide = max(16, round(tall * part.shape[1] / part.shape[0]))
        self._picture = cv2.resize(part, (wide, tall), interpolation=cv2.INTER_AREA)
        self._at = chance.uniform((0, 0), (width - wide, height - tall))
        angle = chance.uniform(0, 2 * math.pi)
        self._by = speed * tall * np.array([math.cos(angle), math.sin(angle)])

    def paste(self, frame: Pixels, k: int) -> tuple[float, float, float, float] | None:
        """Into frame ``k``; where it is then, of what is in view."""
        (width, height), (tall, wide) = SIZE_PX, self._picture.shape[:2]
        room = np.array([width - 0.4 * wide, height - 0.4 * tall])
        x, y = (
            _bounced(at, by * k, most)
            for at, by, most in zip(self._at, self._by, room, strict=True)
        )
        left, top = max(0, x), max(0, y)
        right, bottom = min(width, x + wide), min(height, y + tall)
        if right - left < 4 or bottom - top < 4:
            return None
        frame[top:bottom, left:right] = self._picture[top - y : bottom - y, left - x : right - x]
        if (right - left) * (bottom - top) < LEAST_VISIBLE * wide * tall:
            return None
        return left / width, top / height, right / width, bottom / height


def _bounced(at: float, moved: float, most: float) -> int:
    """It turns back at the edges, from 0 to ``most``."""
    turn = (at + moved) % (2 * most)
    return int(turn if turn <= most else 2 * most - turn)
