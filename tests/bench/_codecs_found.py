"""A sender that is told where to look by a gateway that found it from the question.

    -2 s                     0        0.5 s         ~1 s                       2 s ... 4.85 s
    whole frames, few and small       question      regions are known:         looks
    (the film backwards)              fresh frame   treated from now on

Nothing is given: the gateway aims on what it received, an own time after it received it, and its
steer takes half a round trip. Regions are coded better by the encoder that is there; a packed
picture, of another size, begins with a keyframe.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from artic_codecs.allocator import Allocator
from artic_codecs.grid import Grid
from artic_codecs.pack import Packer
from artic_codecs.rectangles import Rectangle, nested
from artic_codecs.regions import Region
from artic_codecs.spread import spread_all
from artic_codecs.steer import Steer
from articgw.client.sizes import fitted
from tests.bench._codecs_aimed import Packed, Regions
from tests.bench._codecs_coders import DECODERS, Aim, Picture, Settings, encode
from tests.bench._codecs_film import Asked, Film
from tests.bench._codecs_gateway import Gateway, asked_at, question_about
from tests.bench._codecs_plain import Sent, resized
from tests.bench._codecs_wire import LINK_DELAY_S, Coded

Pixels = NDArray[np.uint8]

BEFORE_S = 2.0
CAN = frozenset({"cap", "fps", "size", "regions-qp", "regions-packed"})
"""What our client says that it obeys: whole frames, while nothing is known, are the allocator's."""
AGED_FROM_BPS = 50_000.0
"""From there on the newest frame must not be older than half a second."""
ASKED_S = (0.5, 1.0)
"""When the question comes: once the thing is in view, but then at the latest."""
MOST_QUEUE_S = 0.02
"""Of what its pacer holds, has a sender before it takes a frame: a link that is filled to the last
bit keeps a queue for good once it has one, and every frame is older by it."""


@dataclass(frozen=True, slots=True)
class Found:
    """How the picture is treated once the region is known."""

    treated: Regions | Packed

    def __call__(self, film: Film, asked: Asked | None, rate_bps: float) -> Sent:
        """One call."""
        assert asked is not None
        return _Call(film, asked, rate_bps, self.treated).run()


class _Call:
    def __init__(
        self, film: Film, asked: Asked, rate_bps: float, treated: Regions | Packed
    ) -> None:
        self._film, self._rate_bps, self._treated = film, rate_bps, treated
        self._asked_t = asked_at(film, asked, *ASKED_S)
        self._gateway = Gateway(film.size_px, question_about(asked), self._asked_t, rate_bps)
        self._allocator = Allocator()
        self._first = round(BEFORE_S * film.fps)
        self._index = 0
        self._free_t = -BEFORE_S
        self._line: deque[Coded] = deque()
        self._frames: list[Coded] = []
        self._received: dict[int, Pixels] = {}
        self._whole: set[int] = set()
        codec = treated.settings.codec
        self._decoder: Any = av.CodecContext.create(DECODERS[codec], "r")
        self._decoder.thread_count = 1

    def run(self) -> Sent:
        after = self._treated.settings
        if isinstance(self._treated, Packed):
            self._send(self._encoded(self._whole_frames(), self._before(after)))
            self._send(self._encoded(self._packed(), after))
        else:
            pictures = chain(self._whole_frames(), self._due(lambda: after.fps))
            self._send(self._encoded(pictures, after, self._rectangles))
        self._deliver(math.inf)
        kept = tuple(frame for frame in self._frames if frame.number >= 0)
        whole = frozenset(number for number in self._whole if number >= 0)
        return Sent(
            kept,
            lambda wanted: {n: self._received[n] for n in wanted if n in self._received},
            whole if isinstance(self._treated, Packed) else None,
            self._asked_t,
            tuple(frame for frame in self._frames if frame.number < 0),
        )

    @property
    def _now(self) -> float:
        return (self._index - self._first) / self._film.fps

    def _before(self, after: Settings) -> Settings:
        """A frame may take the time until the next one, which is longest before the question."""
        return Settings(after.codec, self._steer(asked=True).fps, 1 / self._steer(asked=False).fps)

    def _encoded(
        self, pictures: Iterable[Picture], settings: Settings, aim: Aim | None = None
    ) -> Iterator[Coded]:
        return encode(pictures, self._rate_bps, settings, film_fps=self._film.fps, aim=aim)

    def _send(self, frames: Iterator[Coded]) -> None:
        for frame in frames:
            captured_t = frame.captured_t - BEFORE_S
            self._free_t = max(self._free_t, captured_t) + frame.wire_bits / self._rate_bps
            sent = replace(
                frame,
                number=frame.number - self._first,
                captured_t=captured_t,
                arrived_t=self._free_t + LINK_DELAY_S,
            )
            self._frames.append(sent)
            self._line.append(sent)

    def _deliver(self, t_s: float) -> None:
        while self._line and self._line[0].arrived_t <= t_s:
            frame = self._line.popleft()
            for picture in self._decoder.decode(av.Packet(frame.data)):
                yuv = np.asarray(picture.to_ndarray(format="yuv420p"), np.uint8)
                self._received[frame.number] = yuv
                if t_s < math.inf:
                    self._gateway.on_picture(yuv, frame.captured_t, frame.arrived_t)
        self._gateway.work(min(t_s, self._film.seconds))

    def _steer(self, *, asked: bool) -> Steer:
        return self._allocator.decide(
            need_bps=round(self._rate_bps),
            asked=True,
            regions=(),
            now=self._now,
            can=CAN,
            question_open=asked,
        )

    def _due(self, fps: Callable[[], float], *, until_told: bool = False) -> Iterator[Picture]:
        due = float(self._index)
        asked = self._first + round(self._asked_t * self._film.fps)
        while self._index < self._first + len(self._film.frames):
            self._deliver(self._now)
            if until_told and self._regions():
                return
            if until_told and self._index == asked:
                due = float(asked)
            if self._index + 1e-6 >= due and self._free_t - self._now <= MOST_QUEUE_S:
                step = self._film.fps / fps()
                due = max(due + step, self._index + step / 2)
                yield self._index, self._film.frames[abs(self._index - self._first)]
            self._index += 1

    def _whole_frames(self) -> Iterator[Picture]:
        def steer() -> Steer:
            return self._steer(asked=self._now >= self._asked_t)

        for index, yuv in self._due(lambda: steer().fps, until_told=True):
            self._whole.add(index - self._first)
            yield index, resized(yuv, fitted(self._film.size_px, steer().size_px))

    def _packed(self) -> Iterator[Picture]:
        assert isinstance(self._treated, Packed)
        packer = Packer(self._treated.limits)
        fps = self._treated.settings.fps
        for index, yuv in self._due(lambda: fps):
            picture, plan = packer.pack(yuv, [(one.box, one.priority) for one in self._shown()])
            if plan.layout is None:
                self._whole.add(index - self._first)
            yield index, picture

    def _rectangles(self, index: int) -> tuple[Rectangle, ...]:
        assert isinstance(self._treated, Regions)
        grid = Grid(self._film.size_px)
        return nested(self._treated.boost, self._regions(), grid, now=self._now)

    def _shown(self) -> tuple[Region, ...]:
        self._steer(asked=True)
        return self._allocator.shown(self._regions())

    def _regions(self) -> tuple[Region, ...]:
        told = self._gateway.regions(self._now)
        return () if told is None else spread_all(told, now=self._now)
