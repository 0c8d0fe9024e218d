"""The five systems that are compared, each a degradation: a link, a sender, an aim.

    estimator           stock congestion control (aiortc's), 30 frames a second, all that it allows
    + cap               ReCapABR's rule over it, told of readability 1.5 s late
    + regions           ZeCoStream's map over it, around regions found from the question
    published           both
    ours                artic_abr's controller, the allocator, the same regions

All have the same encoder, link, and scout (`devibench.degrade.finding`).
"""

from __future__ import annotations

import math
import random

import av
import numpy as np

from artic_abr.controller import controller
from artic_abr.need import THRESHOLD, TIERS_BPS, Need
from artic_abr.pacing import Always
from artic_abr.policy import FLOOR_BPS, Policy, Rule
from artic_abr.rules import Everything, Released
from artic_abr.simulation import LinkShape, Service
from artic_abr.simulation.service import constant
from artic_codecs.steer import Treatment
from articgw.frame import yuv_to_rgb
from devibench.degrade.call import BACK_S, Blind
from devibench.degrade.coder import SteeredCoder
from devibench.degrade.finding import eyes
from devibench.degrade.network import Network
from devibench.degrade.sender import Adaptive, Constant, Product, Sender
from devibench.network import drawn_curves
from devibench.samples import Film, Sample
from tests.bench._abr_remb import Remb

ESTIMATOR, CAP, REGIONS, PUBLISHED, OURS = (
    "estimator", "+cap", "+regions", "published", "ours",
)  # fmt: skip
ARMS = (ESTIMATOR, CAP, REGIONS, PUBLISHED, OURS)
BLIND = frozenset({ESTIMATOR})
"""What is sent does not depend on the question."""
FPS, WARM_S = 30.0, 20.0
PAPERS_PX = 1920 * 1080
"""The papers' size, whose encodes and readings take longer than a bench may. Here pictures are
smaller, and have that share of each link, so that there are as many bits for a pixel."""
THIN_BPS = 200_000
"""DeViBench keeps what can be answered from the original, and not from 200 kb/s."""
TURN_S = 5.0
"""Artic's simulator asks so often."""
FEEDBACK_S = 1.5
"""Artic's feedback is 1.2 to 1.52 s old."""


class ReleasedInCall(Released):
    """The published rule where it can know no more than a call tells.

    Questions before ours have drawn curves, which it is told as its simulator tells it, but late;
    of ours it hears readabilities, and takes what was read at one rate to hold at higher ones.
    """

    def __init__(self, seed: int, open_s: float) -> None:
        super().__init__()
        self._before = drawn_curves(seed)
        self._open_s = open_s

    def need(self, allowed_bps: float, now: float) -> Need:
        """With the curve of the question that feedback is about by now."""
        since_s = now - self._open_s - FEEDBACK_S
        if since_s < 0:
            turn = math.floor(since_s / TURN_S)
            self.on_curve(self._before[turn % len(self._before)], now)
        return super().need(allowed_bps, now)

    def on_readability(self, value: float, *, at_bps: float, turn: int, now: float) -> None:
        """Below the threshold: the next tier is asked for."""
        enough_bps = at_bps
        if value < THRESHOLD:
            enough_bps = next((float(t) for t in TIERS_BPS if t > at_bps), at_bps)
        self._open_s = -math.inf
        self.on_curve(lambda bps: 1.0 if bps >= enough_bps else value, now)


class ReadsLate(Blind):
    """Feedback alone: how well the first picture after the question can be read."""

    def __init__(self, film: Film, sample: Sample, open_s: float) -> None:
        self._question, self._open_s = sample.question, open_s
        self._told: tuple[float, float] | None = None
        self._looked = False

    def on_picture(self, frame: av.VideoFrame, captured_s: float, arrived_s: float) -> None:
        """The first one that counts is read."""
        if self._looked or captured_s < self._open_s:
            return
        self._looked = True
        yuv = np.asarray(frame.to_ndarray(format="yuv420p"), np.uint8)
        found = eyes().answer(yuv_to_rgb(yuv), captured_s, self._question, None)
        if found.readability is not None:
            self._told = (max(arrived_s + BACK_S, captured_s + FEEDBACK_S), found.readability)

    def readings(self, now: float) -> list[float]:
        """Once, late."""
        if self._told is None or self._told[0] > now:
            return []
        value, self._told = self._told[1], None
        return [value]


class WithFeedback(Network):
    """A call whose regions nobody uses, and whose readability comes late."""

    def _viewer(self, film: Film, sample: Sample, open_s: float) -> ReadsLate:
        return ReadsLate(film, sample, open_s)


def pixels(size_px: tuple[int, int]) -> float:
    """Of a picture, as a share of the papers'."""
    return size_px[0] * size_px[1] / PAPERS_PX


def arm(name: str, service: Service, size_px: tuple[int, int]) -> Network:
    """One of `ARMS` over a link, for films of that size."""
    share = pixels(size_px)
    made = WithFeedback if name == CAP else Network
    return made(
        name=name,
        sender=lambda film, sample, seed: _sender(
            name, sample, seed, round(FLOOR_BPS * share), size_px
        ),
        coder=lambda: SteeredCoder(published=name in (REGIONS, PUBLISHED)),
        link=lambda film: LinkShape(service),
        regions="none" if name in (ESTIMATOR, CAP) else "found",
        warm_s=WARM_S,
        enters=True,
        share=share,
    )


def _sender(
    name: str, sample: Sample, seed: int, floor_bps: int, size_px: tuple[int, int]
) -> Sender:
    if name == OURS:
        return Product(controller(fps=FPS, floor_bps=floor_bps), fps=FPS, camera_px=size_px)
    capped = name in (CAP, PUBLISHED)
    rule: Rule = ReleasedInCall(seed, sample.from_s) if capped else Everything()
    how = Treatment.QP if name in (REGIONS, PUBLISHED) else Treatment.WHOLE
    policy = Policy(Remb(), rule, Always(), fps=FPS, floor_bps=floor_bps)
    return Adaptive(policy, fps=FPS, how=how)


def thin(size_px: tuple[int, int]) -> Network:
    """What a question must need more than, to be asked."""
    bps = THIN_BPS * pixels(size_px)
    return Network(
        name="thin",
        sender=lambda film, sample, seed: Constant(bps, FPS),
        coder=SteeredCoder,
        link=lambda film: LinkShape(constant(bps), queue_packets=None),
    )


def seed_of(clip: str, trace: str, seed: int) -> int:
    """One moment of a trace for all questions about a clip."""
    return random.Random(f"{seed} {clip} {trace}").randrange(1 << 30)
