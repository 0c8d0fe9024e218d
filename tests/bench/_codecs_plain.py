"""Senders that send whole frames, the same everywhere; and what every sender gives.

film, asked thing, rate ─▶ send ─▶ packets of frames, and the pictures that they become
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from artic_codecs.rungs import papers_rung
from tests.bench._codecs_coders import Aim, Picture, Settings, decode, encode
from tests.bench._codecs_film import Asked, Film
from tests.bench._codecs_wire import Coded

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Sent:
    """What a sender made of a film."""

    frames: tuple[Coded, ...]
    """In order. Where they have no time of arrival, a link of the asked rate carries them."""
    pictures: Callable[[frozenset[int]], dict[int, Pixels]]
    """The pictures of some frames as they were received, I420, packed where the sender packs."""
    whole: frozenset[int] | None = None
    """Numbers of the frames that went out whole; None for all."""
    open_t: float | None = None
    """When the question came, s; None: before the first look. The newest frame's age counts from
    then on."""
    before: tuple[Coded, ...] = ()
    """Sent before the film began, and perhaps the newest when the question came."""


class Send(Protocol):
    """How an arm sends; its ``repr`` is part of what results are kept under."""

    def __call__(self, film: Film, asked: Asked | None, rate_bps: float) -> Sent:
        """``asked`` is None for arms that are not aimed."""
        ...


@dataclass(frozen=True, slots=True)
class Whole:
    """Whole frames, perhaps on the size of the papers' ladder."""

    settings: Settings
    ladder: bool = False

    def __call__(self, film: Film, asked: Asked | None, rate_bps: float) -> Sent:
        """One encoder."""
        size_px = papers_rung(rate_bps, film.size_px).size_px if self.ladder else film.size_px
        pictures = ((number, resized(yuv, size_px)) for number, yuv in taken(film, self.settings))
        return sent(pictures, film, rate_bps, self.settings)


def taken(film: Film, settings: Settings) -> Iterator[Picture]:
    """The frames of the film at the rate that is sent, spaced evenly."""
    step = max(1.0, film.fps / settings.fps)
    for index in range(int(np.ceil(len(film.frames) / step))):
        number = round(index * step)
        if number < len(film.frames):
            yield number, film.frames[number]


def sent(
    pictures: Iterator[Picture],
    film: Film,
    rate_bps: float,
    settings: Settings,
    aim: Aim | None = None,
) -> Sent:
    """Pictures through an encoder of ours."""
    frames = tuple(encode(pictures, rate_bps, settings, film_fps=film.fps, aim=aim))
    return Sent(frames, lambda wanted: decode(frames, settings.codec, wanted))


def resized(yuv: Pixels, size_px: tuple[int, int]) -> Pixels:
    """An I420 array averaged to another size; itself where it has that size."""
    (width, height), (to_width, to_height) = (yuv.shape[1], len(yuv) * 2 // 3), size_px
    if (width, height) == size_px:
        return yuv
    chroma = yuv[height:].reshape(2, height // 2, width // 2)
    planes = [cv2.resize(yuv[:height], size_px, interpolation=cv2.INTER_AREA)]
    half = (to_width // 2, to_height // 2)
    planes += [cv2.resize(plane, half, interpolation=cv2.INTER_AREA) for plane in chroma]
    flat = np.concatenate([plane.ravel() for plane in planes])
    return np.asarray(flat.reshape(to_height * 3 // 2, to_width), np.uint8)
