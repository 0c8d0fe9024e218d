"""Plain 30 frames a second over a link that loses packets, with retransmission and without.

nack     its media at the rate less the loss; `Reception` as in a call: what is missing is asked
         for each round trip, a keyframe when that does not help
plain    the same without asking again: keyframes only
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from functools import partial
from typing import Any

import av
from av.video.frame import PictureType

from articgw.reception import Reception
from tests.bench._codecs_coders import payload_bps
from tests.bench._codecs_loss_link import RATE_BPS, WARM_S, Link, Outcome, Seen
from tests.bench._codecs_loss_looks import Camera
from tests.bench._codecs_loss_pixels import frame_of, opened, psnr
from tests.bench._codecs_wire import LINK_DELAY_S, OVERHEAD_BYTES, PAYLOAD_BYTES

Act = Callable[[float], object]
"""Done at a time, s."""

WINDOWS = 10
"""Of each repeat."""
TICK_S = 0.02


def stream(camera: Camera, link: Link, windows: int = WINDOWS, *, nack: bool) -> Outcome:
    """Plain 30 frames a second, each built on the one before."""
    return _Stream(camera, link, windows, nack).run()


class _Stream:
    def __init__(self, camera: Camera, link: Link, windows: int, nack: bool) -> None:
        self.camera, self.link, self.nack = camera, link, nack
        self.outcome = Outcome(WARM_S + windows)
        media_bps = RATE_BPS * (1 - link.share) if nack else RATE_BPS
        self.encoder = _open_plain(camera.film.size_px, payload_bps(media_bps, 30))
        self.decoder: Any = av.CodecContext.create("h264", "r")
        self.decoder.thread_count = 1
        self.reception = Reception(int(RATE_BPS), int(RATE_BPS))
        self.sent: dict[int, tuple[int, bytes, bool, bool]] = {}
        self.force, self.number = False, 0
        self.events: list[tuple[float, int, Act]] = []
        self.count = itertools.count()

    def at(self, t_s: float, what: Act) -> None:
        """Happens then."""
        heapq.heappush(self.events, (t_s, next(self.count), what))

    def run(self) -> Outcome:
        """To the end."""
        frames = int(self.outcome.seconds * 30)
        moments: list[tuple[float, Act]] = [
            (n * TICK_S, self.tick) for n in range(int(self.outcome.seconds / TICK_S))
        ]
        moments += [(n / 30, partial(self.take, n)) for n in range(frames)]
        order = sorted(moments, key=lambda one: one[0])
        for t_s, act in order:
            while self.events and self.events[0][0] <= t_s:
                at_t, _, what = heapq.heappop(self.events)
                what(at_t)
            act(t_s)
        return self.outcome

    def take(self, n: int, t_s: float) -> None:
        """The camera's next frame, coded and sent."""
        frame = frame_of(self.camera.film.frames[self.camera.number(t_s)], n)
        if self.force:
            frame.pict_type, self.force = PictureType.I, False
        for packet in self.encoder.encode(frame):
            data = bytes(packet)
            parts = [data[at : at + PAYLOAD_BYTES] for at in range(0, len(data), PAYLOAD_BYTES)]
            self.outcome.pictures += t_s >= WARM_S
            for index, part in enumerate(parts):
                first, last = index == 0 and packet.is_keyframe, index == len(parts) - 1
                self.sent[self.number] = (n, part, last, first)
                self.send(self.number, t_s)
                self.number += 1

    def send(self, number: int, t_s: float) -> None:
        """A packet, for the first time or again."""
        if number not in self.sent:
            return
        if t_s >= WARM_S:
            self.outcome.bits += 8 * (len(self.sent[number][1]) + OVERHEAD_BYTES)
        if not self.link.loses():
            self.at(t_s + LINK_DELAY_S, partial(self.arrive, number))

    def arrive(self, number: int, t_s: float) -> None:
        """At the gateway."""
        n, data, marker, key_start = self.sent[number]
        self.reception.on_arrival(None, len(data) + OVERHEAD_BYTES, now=t_s)
        whole = self.reception.on_media(
            number & 0xFFFF, n * 3000, data, marker=marker, key_start=key_start, now=t_s
        )
        for frame in whole:
            taken = frame.timestamp // 3000
            for shown in self.decoder.decode(av.Packet(frame.data)):
                at = self.camera.number(taken / 30)
                box = self.camera.asked.last_box(at)
                db = psnr(self.camera.film.frames[at], shown.to_ndarray(format="yuv420p"), box)
                self.outcome.seen.append(Seen(taken / 30, t_s, db))

    def tick(self, t_s: float) -> None:
        """What the gateway asks for, and what the sender does about it."""
        feedback = self.reception.feedback(now=t_s)
        if self.nack:
            for number in feedback.nacks:
                self.at(t_s + LINK_DELAY_S, partial(self.send, number))
        if feedback.keyframe:
            self.at(t_s + LINK_DELAY_S, self.refresh)

    def refresh(self, t_s: float) -> None:
        """The next frame is a keyframe."""
        self.force = True


def _open_plain(size_px: tuple[int, int], bps: float) -> Any:
    return opened(size_px, {"maxrate": str(int(bps)), "bufsize": str(int(bps / 2))})
