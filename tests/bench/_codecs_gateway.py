"""The gateway's side of a call whose region is found from the question, in virtual time.

    question ─▶ the newest received picture ─▶ Eyes.seek ─▶ regions ─┐
    each received picture ─▶ Carrier ◀───────────────────────────────┤
    the answer: Eyes.answer on an aimed picture that settled ─▶ ─────┘─▶ told to the sender

It sees what was received, never the film, at the camera's size, and reads ahead, which takes
`READ_S`. What its models take is assumed, not measured; their results come so much later. Where
nothing was found, the next picture is searched.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from artic_codecs.carrier import Carrier
from artic_codecs.regions import Region
from articgw.aiming import LEAST_READABILITY, follows_elsewhere
from articgw.backends.embedded.jobs import Seek
from articgw.backends.embedded.scene import Scene
from articgw.backends.embedded.seeking import FRESH_S, regions_of
from articgw.frame import yuv_to_rgb
from articgw.steering import LEAST_SETTLE_S, MOST_SETTLE_S, REGION_BITS
from articgw.unpacking import Unpacking
from devibench.degrade.finding import evidence_regions, eyes
from devibench.sample.questions import READ
from tests.bench._codecs_film import Asked, Film
from tests.bench._codecs_wire import LINK_DELAY_S

Pixels = NDArray[np.uint8]

READ_S = 0.6
"""To read a whole picture."""
SEEK_S = 0.25
"""To find regions in a picture."""
ANSWER_S = 1.0
"""From the picture of an answer to its evidence."""
EVIDENCE_S = 10.0
CARRIED_PX = (320, 180)
KEPT = 3
"""Pictures, to have one that was read ahead."""


class _Finding(NamedTuple):
    regions: tuple[Region, ...]
    elsewhere: bool
    """Is it followed to where the sender does not aim?"""


class Gateway:
    """One call about one question, asked at ``asked_t`` (s)."""

    def __init__(
        self, size_px: tuple[int, int], question: str, asked_t: float, rate_bps: float
    ) -> None:
        self._settles_s = min(MOST_SETTLE_S, LEAST_SETTLE_S + REGION_BITS / rate_bps)
        self._size_px = size_px
        self._question = question
        self._asked_t = asked_t
        self._eyes = eyes()
        self._unpacking = Unpacking()
        self._carrier = Carrier()
        self._told: list[tuple[float, tuple[Region, ...]]] = []
        self._found: tuple[float, _Finding, Pixels] | None = None
        self._pictures: list[tuple[Pixels, float, float]] = []
        self._sought_t, self._answers_t = -np.inf, np.inf
        self._read: Scene | None = None

    def on_picture(self, yuv: Pixels, captured_t: float, arrived_t: float) -> None:
        """A picture has arrived, packed or whole."""
        self.work(arrived_t)
        seen = self._unpacking.on_picture(frame_of(yuv))
        if seen is None:
            return
        whole = enlarged(np.asarray(seen[0].to_ndarray(format="yuv420p"), np.uint8), self._size_px)
        carried = self._carrier.on_picture(_luma(whole), captured_t)
        if carried:
            self._tell(arrived_t, carried)
        if not self._told:
            self._pictures = [*self._pictures[-KEPT:], (whole, captured_t, arrived_t)]
        if self._found is None and captured_t >= self._answers_t:
            found = self._answer(whole, captured_t)
            self._found = (arrived_t + ANSWER_S, found, _luma(whole))
        self.work(arrived_t)

    def work(self, t_s: float) -> None:
        """What the models have found by then, and begin."""
        if self._found is not None and self._found[0] <= t_s:
            done_t, (regions, elsewhere), luma = self._found
            self._found = None
            if regions:
                self._answers_t = np.inf if self._told else done_t + LINK_DELAY_S + self._settles_s
                self._carrier.confirm(regions, luma, now=done_t, elsewhere=elsewhere)
                self._tell(done_t, self._carrier.regions())
        asked_t = self._asked_t + LINK_DELAY_S
        if self._found is None and not self._told and t_s >= asked_t and self._pictures:
            whole, captured_t, arrived_t = self._pictures[-1]
            if captured_t > self._sought_t:
                self._sought_t = captured_t
                regions = self._seek(max(asked_t, arrived_t))
                found = _Finding(regions, elsewhere=True)
                self._found = (max(asked_t, arrived_t) + SEEK_S, found, _luma(whole))

    def regions(self, t_s: float) -> tuple[Region, ...] | None:
        """What the sender knows at ``t_s``; None while it was told nothing."""
        heard = [regions for at, regions in self._told if at <= t_s]
        return heard[-1] if heard else None

    def _tell(self, t_s: float, regions: tuple[Region, ...]) -> None:
        if self._told or regions:
            self._told.append((t_s + LINK_DELAY_S, regions))

    def _seek(self, t_s: float) -> tuple[Region, ...]:
        whole, captured_t, _ = self._pictures[-1]
        read = [one for one in self._pictures if one[2] + READ_S <= t_s + SEEK_S]
        glimpse = _glimpse(read[-1][0].tobytes(), self._size_px[0], read[-1][1]) if read else None
        picture = None if read and captured_t - read[-1][1] <= FRESH_S else whole
        self._read = glimpse
        sought = self._eyes.seek(Seek(self._question, picture, captured_t, glimpse))
        return regions_of(sought, t_s)

    def _answer(self, whole: Pixels, captured_t: float) -> _Finding:
        found = self._eyes.answer(yuv_to_rgb(whole), captured_t, self._question, self._read)
        read = found.readability
        if found.finish != "stop" or (read is not None and read < LEAST_READABILITY):
            return _Finding((), elsewhere=False)
        return _Finding(evidence_regions(found.evidence, captured_t), follows_elsewhere(read))


def question_about(asked: Asked) -> str:
    """The clip's own question about that text; where it has none, one that names nothing."""
    for question in asked.film.clip.meta.questions:
        if question.task_type == READ and question.objects[:1] == (asked.thing.id,):
            return question.text
    return "What does it say?" if asked.thing.text else f"Where is the {asked.thing.label}?"


def asked_at(film: Film, asked: Asked, least_t: float, most_t: float) -> float:
    """From ``least_t`` on, as soon as the thing is in view; not after ``most_t``."""
    numbers = range(film.number_at(least_t), film.number_at(most_t))
    return next((n / film.fps for n in numbers if asked.box(n) is not None), most_t)


def frame_of(yuv: Pixels) -> av.VideoFrame:
    """An I420 array as decoders give it."""
    return av.VideoFrame.from_ndarray(yuv, format="yuv420p")


def enlarged(yuv: Pixels, size_px: tuple[int, int]) -> Pixels:
    """An I420 picture at the camera's size; itself where it has that size."""
    if (yuv.shape[1], len(yuv) * 2 // 3) == size_px:
        return yuv
    large = frame_of(yuv).reformat(*size_px, format="yuv420p", interpolation="BICUBIC")
    return np.asarray(large.to_ndarray(), np.uint8)


@lru_cache(maxsize=2)
def _glimpse(yuv: bytes, width: int, captured_t: float) -> Scene:
    """What was read ahead; the same for all questions about one film at one rate."""
    return eyes().look(yuv_to_rgb(np.frombuffer(yuv, np.uint8).reshape(-1, width)), captured_t)


def _luma(yuv: Pixels) -> Pixels:
    height = len(yuv) * 2 // 3
    return np.asarray(cv2.resize(yuv[:height], CARRIED_PX, interpolation=cv2.INTER_AREA), np.uint8)
