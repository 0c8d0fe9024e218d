"""Loss-resilient frame rate: how many looks a window, and how large each may be.

A model needs one intact picture per sampling window (Chat with AI, arXiv 2507.10510 v1, whose
algorithm is not published). k = ceil(ln miss / ln p) pictures that do not need each other leave a
share of ``miss`` windows empty where a *picture* is lost with p. Links lose *packets*: a picture of
n packets is lost with 1 - (1 - q) ** n, so large looks need many and small ones few. Within a rate
there is therefore one best size, the largest whose k still fits; that is what is decided here.

Losses come in bursts, so the exact probability of the two-state model (Gilbert 1960) replaces
p ** k: a packet after a lost one is lost with 1 - 1 / burst. Bursts are counted in packets of this
very stream, which is on the safe side: looks are farther apart in time than a look's packets are.

What the link does is measured (`LossMeter`) and believed at the upper end of its confidence: too
few looks cost an answer, too many some sharpness.

'Pictures that do not need each other' is the encoder's part:

* x264 through FFmpeg chooses references by itself: every look a keyframe, its size bound by the
  VBV (`vbv-init`), affordable in a packed or scaled picture. Long-term references that were
  acknowledged need x264's own API, which neither FFmpeg nor PyAV opens up.
* VP8 (libvpx): all looks predicted from one golden frame that is known to have arrived, and
  updating nothing (`vp8-flags`), cost half of keyframes while the scene stands; or layers in time
  (`ts-parameters`), of which only the base must arrive.
* Browsers: nothing of either can be asked for; `scalabilityMode` L1T2 or L1T3 frees every second
  or three of four frames, not the base. Keyframes by PLI, at a look a second or two.

No repair beyond a window: a retransmission of the window before is of no use to anybody.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum

MISS = 0.01
"""Share of windows that may stay without an intact picture."""
HOLD_S = 5.0
"""Loss is forgotten so much later than it is believed."""
PACKET_BITS = 8 * (1200 + 66)
"""On the wire: payload, and headers down to IP."""
MEMORY_S = 10.0
"""After that, what the link did counts for a third."""
SURE = 1.28
"""Standard deviations to the end of a one-sided interval of 90 %."""
MOST_BURST = 20.0
MOST_FRAMES, MOST_PACKETS = 15, 64
FIRST_PACKETS = 10
"""Fewer say nothing about a link."""
_ROUNDING = 1e-9
_GAIN = 1.1
"""Out of reach, no more looks than still make a difference of that."""


@dataclass(frozen=True, slots=True)
class PacketLoss:
    """What a link does to packets. Raises ``ValueError`` for what no link does."""

    share: float
    """Of packets, 0..1."""
    burst: float = 1.0
    """Mean number of packets that are lost in a row; 1 where losses are independent."""

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1 or not 1 <= self.burst < math.inf:
            raise ValueError(f"{self} is not what a link does")


class LooksWhy(StrEnum):
    """Reason of `Looks`."""

    CLEAN = "clean"
    """Nothing is lost, or less than may be: as few as are wanted, as large as they fit."""
    LOSS = "loss"
    """As many as the loss asks for, as large as they fit."""
    BOUND = "bound"
    """Even the smallest look is lost too often for the rate: the best that fits."""
    HELD = "held"
    """Less loss lately, not for long enough."""


@dataclass(frozen=True, slots=True)
class Looks:
    """One decision."""

    frames: int
    """Per window, none of which needs another; 1 on a clean link."""
    packets: int
    """Of each, at most."""
    spacing_s: float
    """From one to the next, evenly."""
    missed: float
    """Share of windows that will hold none, if the link is as believed."""
    believed: PacketLoss
    why: LooksWhy

    @property
    def fps(self) -> float:
        """Looks a second."""
        return 1 / self.spacing_s

    @property
    def bits(self) -> int:
        """Of one look, on the wire, at most."""
        return self.packets * PACKET_BITS


class LossMeter:
    """The loss of one link, from the receiver's counts."""

    def __init__(self) -> None:
        self._sent = self._lost = self._bursts = 0.0
        self._heard_t = -math.inf

    def on_counts(self, sent: int, lost: int, bursts: int, *, now: float) -> None:
        """Since the last call: packets that were due, of these lost, in so many runs; s.

        Raises ``ValueError`` for counts that contradict each other.
        """
        if not 0 <= bursts <= lost <= sent:
            raise ValueError(f"{lost} of {sent} packets lost in {bursts} bursts")
        kept = math.exp(-max(0.0, now - self._heard_t) / MEMORY_S)
        self._sent, self._lost, self._bursts = (
            kept * before + since
            for before, since in ((self._sent, sent), (self._lost, lost), (self._bursts, bursts))
        )
        self._heard_t = max(self._heard_t, now)

    def believed(self) -> PacketLoss:
        """The upper end of what it may be; none where none was ever lost, or hardly any sent."""
        if self._lost < 0.5 or self._sent < FIRST_PACKETS:
            return PacketLoss(0.0)
        burst = min(MOST_BURST, max(1.0, (self._lost + 1) / (self._bursts + 1)))
        return PacketLoss(_upper(self._lost / self._sent, self._sent / burst), burst)


def missed(loss: PacketLoss, frames: int, packets: int) -> float:
    """Share of windows in which each of ``frames`` looks of ``packets`` loses one or more."""
    if loss.share >= 1:
        return 1.0
    burst = max(loss.burst, 1 / (1 - loss.share))
    begins, ends = min(1.0, loss.share / burst / (1 - loss.share)), 1 / burst
    good, bad = 1 - loss.share, loss.share
    for _ in range(frames):
        intact = good * (1 - begins) ** (packets - 1)
        for _ in range(packets - 1):
            good, bad = good * (1 - begins) + bad * ends, good * begins + bad * (1 - ends)
        good -= intact
        good, bad = good * (1 - begins) + bad * ends, good * begins + bad * (1 - ends)
    return min(1.0, max(0.0, good + bad))


def looks_for(
    loss: PacketLoss,
    rate_bps: float,
    *,
    window_s: float = 1.0,
    miss: float = MISS,
    least_frames: int = 1,
    most_frames: int = MOST_FRAMES,
    least_packets: int = 1,
) -> Looks:
    """The largest looks of which enough fit into ``rate_bps`` (on the wire) per window.

    ``least_frames`` is what the age of the newest frame asks for, ``least_packets`` what one
    readable look takes. Raises ``ValueError`` for rates, windows and bounds that cannot be.
    """
    possible = (
        0 < rate_bps < math.inf
        and 0 < window_s < math.inf
        and 0 < miss < 1
        and 1 <= least_frames <= most_frames
        and least_packets >= 1
    )
    if not possible:
        raise ValueError(f"no looks of {least_packets} packets at {rate_bps} bits/s")
    room = int(rate_bps * window_s / PACKET_BITS)
    most = max(least_packets, min(MOST_PACKETS, room // least_frames))
    for packets in range(most, least_packets - 1, -1):
        for frames in range(least_frames, min(most_frames, room // packets) + 1):
            empty = missed(loss, frames, packets)
            if empty <= miss * (1 + _ROUNDING):
                why = LooksWhy.CLEAN if frames == least_frames else LooksWhy.LOSS
                return Looks(frames, packets, window_s / frames, empty, loss, why)
    allowed = range(least_frames, max(least_frames, min(most_frames, room // least_packets)) + 1)
    empty_of = {frames: missed(loss, frames, least_packets) for frames in allowed}
    enough = next(
        frames for frames in allowed if empty_of[frames] <= _GAIN * min(empty_of.values())
    )
    spacing_s = window_s / enough
    return Looks(enough, least_packets, spacing_s, empty_of[enough], loss, LooksWhy.BOUND)


class FrameRate:
    """The looks of one call: more at once, fewer only after `HOLD_S` without need."""

    def __init__(self, *, window_s: float = 1.0, miss: float = MISS) -> None:
        self.meter = LossMeter()
        self._window_s, self._miss = window_s, miss
        self._last: Looks | None = None
        self._needed_t = -math.inf

    def decide(
        self, rate_bps: float, *, now: float, least_frames: int = 1, least_packets: int = 1
    ) -> Looks:
        """Looks from now on; ``now`` in s. Raises as `looks_for` does."""
        asked = looks_for(
            self.meter.believed(),
            rate_bps,
            window_s=self._window_s,
            miss=self._miss,
            least_frames=least_frames,
            least_packets=least_packets,
        )
        last = self._last
        fewer = last is not None and asked.frames < last.frames
        if last is not None and fewer and now < self._needed_t + HOLD_S:
            room = int(rate_bps * self._window_s / PACKET_BITS)
            packets = min(last.packets, room // last.frames)
            if packets >= least_packets:
                empty = missed(asked.believed, last.frames, packets)
                held = replace(last, packets=packets, missed=empty, why=LooksWhy.HELD)
                return replace(held, believed=asked.believed)
        self._last, self._needed_t = asked, now
        return asked


def _upper(share: float, count: float) -> float:
    """Upper end of Wilson's interval (1927) for a share of so many independent trials."""
    square = SURE * SURE
    middle = share + square / (2 * count)
    reach = SURE * math.sqrt(share * (1 - share) / count + square / (4 * count * count))
    return min(1.0, (middle + reach) / (1 + square / count))
