"""An H.264 encoder that obeys: rate, frame rate, size and regions change between two frames.

    frame ─▶ shot.py: the picture, offsets of its regions ─┬─────────────────────────▶ x264.py
                    bits.py: budget, bound ─▶ quantiser.py ─┘ QP of the frame            │
                        ▲                        ▲                                      │
                        └────── bits sent ───────┴──────────── QP used ─────────────────┘

No change but that of the picture's size costs a keyframe. A keyframe is made by a new x264 (2 ms),
because an old one, which knows nothing of keyframes, spoils it and a second of what follows; only
in a row of looks the same one goes on. At two frames a second or less each frame
is a look of its own, a keyframe bounded by rate / fps, where the rate buys one worth looking at;
else it builds on the last one (bits.py).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from aiortc.codecs.h264 import PACKET_MAX, H264Encoder

from artic_codecs.cleaning import Said
from artic_codecs.regions import Region
from artic_codecs.steer import Treatment
from articgw.client.bits import BitBucket, FrameBudget, Interval, stands_alone
from articgw.client.look_quality import OwnDecoder, RegionQuality, psnr_db
from articgw.client.quantiser import (
    MAX_QP,
    MIN_QP,
    OCTAVES_PER_LOOK_QP,
    OCTAVES_PER_QP,
    QpIntegrator,
    start_qp,
)
from articgw.client.region_qp import cost, held
from articgw.client.shot import Shot, Shots
from articgw.client.x264 import X264

MIN_BPS, START_BPS, MAX_BPS = 30_000, 600_000, 8_000_000
PACKET_OVERHEAD_BYTES = 62
"""RTP with its extensions 24, SRTP tag 10, UDP 8, IPv4 20."""
CLOCK_HZ = 90_000
SMALL_BITS = 10_000.0
"""A packet or so."""
_SEI, _SEI_BYTES = 6, 600
"""x264 tells its settings in its first frame; nobody reads them, and they are not sent."""
KEYFRAME_BITS_PER_BLOCK = 7.0
"""What a keyframe takes even at its worst, for each 16x16 block."""
_AFTER_KEYFRAME = 0.35
"""Share of a keyframe's bits that the next frame takes at the same QP, with a hand-held camera."""
_BOUND_SHARE, _BOUND_FRAMES = 0.5, 1.1
"""With less of its bound, or of a mean frame that builds on the last one, what x264 went above the
QP that was asked for is only its habit."""
_MUSH_QP = MAX_QP - 2
"""After a keyframe that was coded worse, it takes as much as that or more."""


@dataclass(slots=True)
class Sent:
    """Running totals of what was encoded."""

    frames: int = 0
    keyframes: int = 0
    dropped: int = 0
    wire_bytes: int = 0
    size_px: tuple[int, int] | None = None
    """Of the newest picture: a packed one is smaller than the camera's."""
    qp: float | None = None
    """Of the newest picture, where no region is."""
    region: RegionQuality | None = None
    """How well the newest frame with a region left; older than a second, it says nothing."""


class SteeredH264Encoder(H264Encoder):
    """Takes the place of aiortc's own encoder in one sender."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = Sent()
        self.small = False
        """The next frame is to be as small as can be: it only sees whether the link lives."""
        self._cap_bps: float | None = None
        self._network_bps: float | None = None
        self._fps = 15.0
        self._interval = Interval()
        self._shots = Shots()
        self._bucket = BitBucket()
        self._qp = QpIntegrator()
        self._decoder = OwnDecoder()
        self._x264: X264 | None = None
        self._cost = 1.0
        self._last_bits = 0.0
        self._last_was_key = True
        self._last_was_alone = False
        self._owes_keyframe = False

    def steer(
        self,
        *,
        cap_bps: float | None,
        fps: float,
        size_px: tuple[int, int] | None,
        how: Treatment = Treatment.WHOLE,
        regions: Iterable[Said | Region] = (),
    ) -> None:
        """Ceilings from the next frame on, and where its bits go.

        ``fps`` is what the camera's valve lets through. With no cap the network's feedback alone
        holds, and 600 kb/s until there is some. ``regions`` may be wrong in every way; their times
        are on the clock of the frames' own time stamps.
        """
        self._cap_bps, self._fps = cap_bps, fps
        self._shots.steer(size_px=size_px, how=how, regions=regions)

    @property
    def mean_bytes(self) -> float:
        """Of a frame, on the wire."""
        return self.target_bitrate / self._fps / 8

    @property
    def network_bps(self) -> float | None:
        """What the network's feedback allows; None before there is any."""
        return self._network_bps

    @property
    def target_bitrate(self) -> int:
        """Bits/s on the wire: the cap or the network's feedback, whichever is less."""
        known = [bps for bps in (self._cap_bps, self._network_bps) if bps is not None]
        return int(min(max(min(known, default=START_BPS), MIN_BPS), MAX_BPS))

    @target_bitrate.setter
    def target_bitrate(self, bitrate: int) -> None:
        """REMB, as aiortc hands it on."""
        self._network_bps = float(bitrate)

    def encode(self, frame: Any, force_keyframe: bool = False) -> tuple[list[bytes], int]:
        """RTP payloads of one frame and its 90 kHz timestamp; no payloads where it is left out."""
        timestamp = int(frame.pts * frame.time_base * CLOCK_HZ)
        now = timestamp / CLOCK_HZ
        rate_bps, interval_s = float(self.target_bitrate), self._interval.on_frame(self._fps, now)
        shot = self._shots.take(frame, now=now)
        blocks = math.prod(shot.grid.shape)
        alone = stands_alone(rate_bps, interval_s, blocks)
        self._owes_keyframe = self._owes_keyframe or force_keyframe
        opens = self._x264 is None or self._x264.size_px != shot.grid.size_px
        keyframe = alone or opens or self._owes_keyframe
        budget = self._bucket.budget(
            rate_bps=rate_bps,
            interval_s=interval_s,
            now=now,
            blocks=blocks,
            alone=alone,
            least_bits=KEYFRAME_BITS_PER_BLOCK * blocks if keyframe else self._least_bits(shot),
        )
        if budget.drop:
            self.sent.dropped += 1
            return [], timestamp
        if self.small:
            budget = replace(
                budget,
                bits=min(budget.bits, SMALL_BITS),
                most_bits=min(budget.most_bits, SMALL_BITS),
                keyframe_bits=min(budget.keyframe_bits, SMALL_BITS),
            )
        asked = self._owes_keyframe or self.sent.frames == 0
        most_bits = budget.keyframe_bits if asked else budget.most_bits
        if alone and not self._last_was_alone:
            most_bits = min(most_bits, budget.mean_bits)
        if opens:
            self._qp.was(start_qp(budget.mean_bits / blocks))
        elif not keyframe or (alone and self._last_was_alone):
            self._follow(shot, budget, alone=alone)
        if opens or (keyframe and not (alone and self._last_was_alone)):
            self._x264 = X264(shot.grid.size_px)
        self._cost = cost(shot.offsets, shot.grid)
        habit_bits = max(
            _BOUND_SHARE * most_bits, 0 if keyframe else _BOUND_FRAMES * budget.mean_bits
        )
        data = self._coded(shot, most_bits, habit_bits, keyframe=keyframe)
        self._owes_keyframe, self._last_was_key, self._last_was_alone = False, keyframe, alone
        payloads = self._packetize(n for n in self._split_bitstream(data) if n[0] & 31 != _SEI)
        self._count(shot, payloads, keyframe)
        self._judge(shot, data, keyframe=keyframe, now=now)
        return payloads, timestamp

    def _least_bits(self, shot: Shot) -> float:
        return self._qp.least_bits(self._next_bits(shot, alone=False), shot.most_qp)

    def _next_bits(self, shot: Shot, *, alone: bool) -> float:
        dearer = cost(shot.offsets, shot.grid) / self._cost
        easy = self._last_was_key and not alone and self._qp.qp < _MUSH_QP
        share = _AFTER_KEYFRAME if easy else 1.0
        return dearer * share * self._last_bits

    def _follow(self, shot: Shot, budget: FrameBudget, *, alone: bool) -> None:
        octaves = OCTAVES_PER_LOOK_QP if alone else OCTAVES_PER_QP
        next_bits = self._next_bits(shot, alone=alone)
        self._qp.next(budget.bits, next_bits, budget.interval_s, shot.most_qp, octaves)

    def _coded(self, shot: Shot, most_bits: float, habit_bits: float, *, keyframe: bool) -> bytes:
        assert self._x264 is not None
        sei_bits = 0 if self._x264.frames else 8 * _SEI_BYTES
        data, over_qp = self._x264.encode(
            shot.picture,
            shot.coded_at(self._qp.qp),
            most_bits=_without_overhead(most_bits) + sei_bits,
            keyframe=keyframe,
        )
        if over_qp and 8 * len(data) > habit_bits:
            self._qp.was(self._qp.qp + over_qp, shot.most_qp)
        return data

    def _judge(self, shot: Shot, data: bytes, *, keyframe: bool, now: float) -> None:
        shown = self._decoder.see(data, keyframe=keyframe)
        box = shot.looked_at
        if box is None:
            return
        self.sent.region = RegionQuality(
            frame_t=now,
            psnr_db=None if shown is None else psnr_db(shot.picture, shown, box),
            qp=MIN_QP + held([shot.best], self._qp.qp)[0].offset_qp,
            bits=self._last_bits,
        )

    def _count(self, shot: Shot, payloads: list[bytes], keyframe: bool) -> None:
        wire_bytes = sum(map(len, payloads)) + PACKET_OVERHEAD_BYTES * len(payloads)
        self._last_bits = 8.0 * wire_bytes
        self._bucket.spend(self._last_bits)
        self.sent.frames += 1
        self.sent.keyframes += keyframe
        self.sent.wire_bytes += wire_bytes
        self.sent.size_px, self.sent.qp = shot.grid.size_px, self._qp.qp


def _without_overhead(wire_bits: float) -> float:
    packets = math.ceil(wire_bits / 8 / PACKET_MAX)
    return max(wire_bits - 8 * PACKET_OVERHEAD_BYTES * packets, wire_bits / 2)
