"""A clip as the arms see it: its frames in memory, and what may be asked about it, and where.

A thing is asked about where it is wholly in view when somebody looks. Its true box is what arms
with 'the region given' are told: frame by frame, as if tracking were perfect; while it is out of
view, its last place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from artic_codecs.regions import Box, Region
from devibench.clipset import Clip, ClipObject
from devibench.sample.questions import READ

Pixels = NDArray[np.uint8]

LOOKS_T = (2.0, 2.95, 3.9, 4.85)
"""s from the start of a film. Not before 2 s: a question comes into a running call."""
REGION_S = 10.0
MOST_TEXTS, MOST_OBJECTS = 3, 1
"""Asked about in one film."""
MOST_FITTED = 2
"""Texts, in a film to fit on."""


@dataclass(frozen=True)
class Film:
    """One clip, decoded."""

    clip: Clip
    frames: Sequence[Pixels] = field(repr=False)
    """I420; none while nobody needs them."""

    @classmethod
    def load(cls, clip: Clip) -> Film:
        """Decode it: 40 MB for each second of 720p30."""
        return cls(clip, tuple(yuv for _, yuv in clip.frames()))

    @cached_property
    def sha256(self) -> str:
        """Of the clip's files: picture, questions and boxes."""
        digest = hashlib.sha256()
        for suffix in (".mkv", ".json", ".csv"):
            with self.clip.video.with_suffix(suffix).open("rb") as content:
                digest.update(hashlib.file_digest(content, "sha256").digest())
        return digest.hexdigest()

    @property
    def fps(self) -> float:
        """Of the camera."""
        return self.clip.meta.fps

    @property
    def size_px(self) -> tuple[int, int]:
        """Width, height."""
        return self.clip.meta.size_px

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.clip.meta.frames / self.fps

    @property
    def looks(self) -> tuple[float, ...]:
        """When somebody looks, s; never after its end."""
        return tuple(t for t in LOOKS_T if t < self.seconds)

    def number_at(self, t_s: float) -> int:
        """The frame that the camera took last."""
        return min(self.clip.meta.frames - 1, int(t_s * self.fps + 1e-6))

    def box(self, object_id: str, number: int) -> Box | None:
        """Where it is in that frame; None where any of it is out of view."""
        found = self.clip.box(object_id, number)
        return None if found is None or found.visible < 1 else found.fractions(self.size_px)

    def asked(self, labels: Container[str] = ()) -> tuple[Asked, ...]:
        """What is asked: texts of all heights, and objects of these labels.

        Of more than are wanted the smallest text, the largest, and those between. Where the clip
        has questions, only texts that one of them names, and nothing else, can be asked about.
        """
        things = [Asked(self, thing) for thing in self.clip.meta.objects]
        readings = [one for one in self.clip.meta.questions if one.task_type == READ]
        named = {one.objects[0] for one in readings if one.objects}
        seen = [one for one in things if one.looks]
        if named:
            seen = [one for one in seen if not one.thing.text or one.thing.id in named]
        texts = sorted((one for one in seen if one.thing.text), key=lambda one: one.height_px)
        most = MOST_FITTED if self.clip.meta.split == "fit" else MOST_TEXTS
        if len(texts) > most:
            steps = np.linspace(0, len(texts) - 1, most).round().astype(int)
            texts = [texts[step] for step in steps]
        objects = [one for one in seen if one.thing.kind == "object" and one.thing.label in labels]
        return (*texts, *objects[:MOST_OBJECTS])


@dataclass(frozen=True)
class Asked:
    """One thing of one film."""

    film: Film = field(repr=False)
    thing: ClipObject

    @property
    def key(self) -> str:
        """Clip and object."""
        return f"{self.film.clip.name}/{self.thing.id}"

    @property
    def height_px(self) -> float:
        """Of its capitals; 0 where it is no text."""
        return self.thing.height_px or 0.0

    @property
    def looks(self) -> tuple[float, ...]:
        """When it is asked about, s."""
        looks = self.film.looks
        return tuple(t for t in looks if self.box(self.film.number_at(t)) is not None)

    def box(self, number: int) -> Box | None:
        """Where it is in that frame; None where any of it is out of view."""
        return self.film.box(self.thing.id, number)

    def last_box(self, number: int) -> Box:
        """Where it is, or was when it was last seen, or will be first."""
        return self._held[number]

    def region(self, number: int) -> Region:
        """The same as the region of a question that is open."""
        t_s = number / self.film.fps
        return Region(self.last_box(number), t_s, 1.0, t_s + REGION_S, self.thing.height_px)

    @cached_property
    def _held(self) -> tuple[Box, ...]:
        boxes = [self.box(number) for number in range(self.film.clip.meta.frames)]
        held = next(box for box in boxes if box is not None)
        places = []
        for box in boxes:
            held = box or held
            places.append(held)
        return tuple(places)
