"""The gateway's side of a call: regions found from the question, in what was received.

    question ─▶ the newest received picture ─▶ Eyes.seek ─▶ regions ─┐
    each received picture ─▶ Carrier ◀───────────────────────────────┤
    the answer: Eyes.answer on an aimed picture that settled ─▶ ─────┘─▶ told to the sender

It never sees the film. Its models are the embedded back end's; what they take is assumed, not
measured, and their results come so much later. Where nothing was found, the next picture is
searched. `Given` is told instead where the evidence is, as data sets of drawn clips know it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache, lru_cache

import av
import cv2
import numpy as np

from artic_codecs.boxes import clean_box
from artic_codecs.carrier import Carrier
from artic_codecs.regions import Region
from artic_codecs.spread import spread_all
from articgw.aiming import LEAST_READABILITY, follows_elsewhere
from articgw.backends.embedded.eyes import Eyes
from articgw.backends.embedded.jobs import Seek
from articgw.backends.embedded.scene import Evidence, Scene
from articgw.backends.embedded.seeking import FRESH_S, regions_of
from articgw.frame import yuv_to_rgb
from articgw.models import default_models_dir
from articgw.unpacking import Unpacking
from devibench.degrade.call import BACK_S, Blind
from devibench.degrade.coder import resized
from devibench.samples import Film, Pixels, Sample

READ_S, SEEK_S, ANSWER_S = 0.6, 0.25, 1.0
"""To read a whole picture, to find regions in one, from an answer's picture to its evidence."""
SETTLES_S = 0.5
"""From a sender's being told to a picture that is worth an answer."""
EXPIRES_S = 10.0
CARRIED_PX = (320, 180)
KEPT = 3
"""Pictures, to have one that was read ahead."""


class Given(Blind):
    """True boxes, as if found without delay; what there is none of is left out."""

    def __init__(self, film: Film, sample: Sample, open_s: float) -> None:
        self._film, self._sample, self._open_s = film, sample, open_s

    def regions(self, now: float) -> tuple[Region, ...]:
        """Where the evidence is now."""
        if now < self._open_s:
            return ()
        boxes = self._film.boxes(now)
        found = (clean_box(boxes[name]).box for name in self._sample.evidence if name in boxes)
        return tuple(Region(box, now, 1.0, now + EXPIRES_S) for box in found if box is not None)


class Finder:
    """One call about one question, asked at ``open_s``."""

    def __init__(self, size_px: tuple[int, int], question: str, open_s: float) -> None:
        self._size_px, self._question = size_px, question
        self._asked_t = open_s + BACK_S
        self._eyes = eyes()
        self._unpacking = Unpacking()
        self._carrier = Carrier()
        self._told: list[tuple[float, tuple[Region, ...]]] = []
        self._found: tuple[float, tuple[Region, ...], bool, Pixels] | None = None
        self._pictures: list[tuple[Pixels, float, float]] = []
        self._sought_t, self._answers_t = -math.inf, math.inf
        self._read: Scene | None = None
        self._readings: list[tuple[float, float]] = []

    def on_picture(self, frame: av.VideoFrame, captured_s: float, arrived_s: float) -> None:
        """A picture has arrived, packed or whole."""
        self.work(arrived_s)
        seen = self._unpacking.on_picture(frame)
        if seen is None:
            return
        whole = resized(np.asarray(seen[0].to_ndarray(format="yuv420p"), np.uint8), self._size_px)
        carried = self._carrier.on_picture(_luma(whole), captured_s)
        if carried:
            self._tell(arrived_s, carried)
        if not self._told:
            self._pictures = [*self._pictures[-KEPT:], (whole, captured_s, arrived_s)]
        if self._found is None and captured_s >= self._answers_t:
            self._answers_t = math.inf
            regions, elsewhere = self._answer(whole, captured_s, arrived_s)
            self._found = (arrived_s + ANSWER_S, regions, elsewhere, _luma(whole))
        self.work(arrived_s)

    def work(self, now: float) -> None:
        """What the models have found by now, and begin."""
        if self._found is not None and self._found[0] <= now:
            done_t, regions, elsewhere, luma = self._found
            self._found = None
            if regions:
                first = not self._told
                self._answers_t = done_t + BACK_S + SETTLES_S if first else math.inf
                self._carrier.confirm(regions, luma, now=done_t, elsewhere=elsewhere)
                self._tell(done_t, self._carrier.regions())
        if self._found is None and not self._told and now >= self._asked_t and self._pictures:
            whole, captured_s, arrived_s = self._pictures[-1]
            if captured_s > self._sought_t:
                self._sought_t = captured_s
                began_t = max(self._asked_t, arrived_s)
                self._found = (began_t + SEEK_S, self._seek(began_t), True, _luma(whole))

    def regions(self, now: float) -> tuple[Region, ...]:
        """What the sender was told by then, as it has grown since."""
        heard = [regions for at, regions in self._told if at <= now]
        return spread_all(heard[-1], now=now) if heard else ()

    def readings(self, now: float) -> list[float]:
        """Readabilities that became known since it was asked last."""
        known = [value for at, value in self._readings if at <= now]
        self._readings = [one for one in self._readings if one[0] > now]
        return known

    def _tell(self, t_s: float, regions: tuple[Region, ...]) -> None:
        if self._told or regions:
            self._told.append((t_s + BACK_S, regions))

    def _seek(self, t_s: float) -> tuple[Region, ...]:
        whole, captured_s, _ = self._pictures[-1]
        read = [one for one in self._pictures if one[2] + READ_S <= t_s + SEEK_S]
        glimpse = _glimpse(read[-1][0].tobytes(), self._size_px[0], read[-1][1]) if read else None
        picture = None if read and captured_s - read[-1][1] <= FRESH_S else whole
        self._read = glimpse
        sought = self._eyes.seek(Seek(self._question, picture, captured_s, glimpse))
        return regions_of(sought, t_s)

    def _answer(
        self, whole: Pixels, captured_s: float, arrived_s: float
    ) -> tuple[tuple[Region, ...], bool]:
        found = self._eyes.answer(yuv_to_rgb(whole), captured_s, self._question, self._read)
        if found.readability is not None:
            self._readings.append((arrived_s + ANSWER_S + BACK_S, found.readability))
        read = found.readability
        if found.finish != "stop" or (read is not None and read < LEAST_READABILITY):
            return (), False
        return evidence_regions(found.evidence, captured_s), follows_elsewhere(read)


def evidence_regions(evidence: Sequence[Evidence], captured_s: float) -> tuple[Region, ...]:
    """What an answer rests on, as regions of its picture."""
    boxes = [(clean_box(one.box).box, one.text_height_px) for one in evidence]
    return tuple(
        Region(box, captured_s, 1.0, captured_s + EXPIRES_S, height_px)
        for box, height_px in boxes
        if box is not None
    )


@cache
def eyes() -> Eyes:
    """Of this process."""
    made = Eyes(default_models_dir())
    made.settle()
    return made


@lru_cache(maxsize=4)
def _glimpse(yuv: bytes, width: int, captured_s: float) -> Scene:
    """What was read ahead; the same for all questions about one film at one rate."""
    return eyes().look(yuv_to_rgb(np.frombuffer(yuv, np.uint8).reshape(-1, width)), captured_s)


def _luma(yuv: Pixels) -> Pixels:
    height = len(yuv) * 2 // 3
    return np.asarray(cv2.resize(yuv[:height], CARRIED_PX, interpolation=cv2.INTER_AREA), np.uint8)
