"""A degradation: a call over a link, and what of the film is there when the model looks.

Every region policy, codec, loss pattern and controller is this one with other parts. The same
arguments give the same pictures, bits and times.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from artic_abr.simulation import Link, LinkShape
from articgw.errors import DatasetError
from articgw.unpacking import Unpacking
from devibench.degrade.call import AFTER_S, Blind, Call, Shown, Times, Viewer, latencies_s
from devibench.degrade.coder import Coder, resized
from devibench.degrade.moments import moments_s, nearest
from devibench.degrade.sender import Sender
from devibench.samples import Film, Picture, Sample, Seen

Floats = NDArray[np.float64]
Regions = Literal["none", "given", "found"]
BEFORE_S = 1.0
"""So much of the film is really coded before the question."""
LATE_S = 0.3


@dataclass(frozen=True)
class Network:
    """Make senders and coders anew for each call; the link is entered anywhere, by the seed."""

    name: str
    sender: Callable[[Film, Sample, int], Sender]
    coder: Callable[[], Coder]
    link: Callable[[Film], LinkShape]
    regions: Regions = "none"
    warm_s: float = 0.0
    """How long the call has run before the film."""
    enters: bool = False
    """The link is entered at a moment drawn by the seed; else at its beginning."""
    share: float = 1.0
    """Of what the link carries, that this call has."""

    def apply(self, film: Film, sample: Sample, seed: int) -> Seen:
        """What the model is given. Raises `DatasetError` for a film it cannot read."""
        return self.measured(film, sample, seed)[0]

    def measured(self, film: Film, sample: Sample, seed: int) -> tuple[Seen, Floats]:
        """The same, and the latency of each frame that was due, ms."""
        look_s = min(sample.to_s, film.seconds) + 1 / film.fps
        open_s = min(sample.from_s, look_s)
        film_s = max(0.0, open_s - BEFORE_S)
        times = Times(film_s - self.warm_s, film_s, open_s, look_s)
        shape = self.link(film)
        entered_s = random.Random(seed).uniform(0, shape.service.period_s) if self.enters else 0.0
        link = _Entered(Link(shape, seed), entered_s - times.begin_s, self.share)
        viewer = self._viewer(film, sample, open_s)
        sender = self.sender(film, sample, seed)
        with closing(self.coder()) as coder:
            call = Call(film, times, sender, coder, link, viewer)
            call.run()
        if not call.due or call.due[-1].captured_s < film_s:
            raise DatasetError(f"{sample.video}:1", f"no frame before {look_s:.1f} s")
        filmed = [one for one in call.due if one.captured_s >= times.film_s - 1e-6]
        delays_ms = 1000 * latencies_s(filmed, look_s + AFTER_S)
        return self._seen(call, film, sample, times, delays_ms), delays_ms

    def _viewer(self, film: Film, sample: Sample, open_s: float) -> Viewer:
        if self.regions == "none":
            return Blind()
        from devibench.degrade.finding import Finder, Given

        if self.regions == "given":
            return Given(film, sample, open_s)
        return Finder(film.size_px, sample.question, open_s)

    def _seen(
        self, call: Call, film: Film, sample: Sample, times: Times, delays_ms: Floats
    ) -> Seen:
        bits = sum(one.bits for one in call.due if one.captured_s >= times.film_s - 1e-6)
        moments = moments_s(sample, times.look_s)
        places = nearest([one.captured_s for one in call.shown], moments)
        shown = [call.shown[place] for place in places]
        age_s = times.look_s - call.shown[-1].captured_s if call.shown else math.inf
        p50, p95 = (float(one) for one in np.percentile(delays_ms, (50, 95)))
        return Seen(
            pictures=_pictures(shown, film),
            bits=bits,
            kbps=bits / 1000 / (times.look_s - times.film_s),
            frame_age_ms=1000 * age_s,
            latency_p50_ms=p50,
            latency_p95_ms=p95,
            late_share=float((delays_ms > 1000 * LATE_S).mean()),
            why=call.why,
        )


class _Entered(Link):
    """The same link on the call's clock, or a share of it: packets weigh more."""

    def __init__(self, link: Link, ahead_s: float, share: float) -> None:
        self._link, self._ahead_s, self._share = link, ahead_s, share

    def send(self, t: float, size_bytes: int) -> float | None:
        arrived_t = self._link.send(t + self._ahead_s, math.ceil(size_bytes / self._share))
        return None if arrived_t is None else arrived_t - self._ahead_s

    def waits_s(self, t: float) -> float:
        return self._link.waits_s(t + self._ahead_s)


def _pictures(shown: list[Shown], film: Film) -> tuple[Picture, ...]:
    unpacking = Unpacking()
    pictures = []
    for one in shown:
        seen = unpacking.on_picture(one.frame)
        if seen is not None:
            yuv = np.asarray(seen[0].to_ndarray(format="yuv420p"), np.uint8)
            whole = resized(yuv, film.size_px)
            pictures.append(Picture(whole, one.captured_s, one.arrived_s, one.bits))
    return tuple(pictures)
