"""Loss-resilient frame rate: enough frames that stand alone in each window, and not one more.

A model looks once per sampling window and any intact frame of the window will do (arXiv 2507.10510
v1, whose algorithm is not published). So instead of repairing frames, which costs a
round trip, send k of them that do not need each other. With frames lost at rate p, independently,
a window is missed with p ** k; hence k = ceil(ln miss / ln p), and 1 on a clean link.

Losses come in bursts. In the two-state model (Gilbert) with bursts of mean length B, a frame t
after a lost one is lost with p + (1 - p) exp(-t / (B (1 - p))). So frames are spread evenly over
the window, k grows until p times that to the k - 1 is at most ``miss``, and the k frames span more
than a burst, so that one burst never takes them all. Where a burst is as long as the window no k
helps; then no more are sent than still gain something.

'Losing one frame never costs the next' is the encoder's part:

* x264 through FFmpeg: no choice of references per frame. Every frame a keyframe, its size bound by
  rate / fps, cheap in a packed picture; our own encoder does so from two frames a second down.
* VP8 and VP9 through FFmpeg: a frame's metadata `vp8-flags` names what it may refer to and update
  (libvpxenc.c). All frames from one golden frame that is known to have arrived, or layers in time
  (`ts-parameters`), whose upper ones nothing refers to.
* x265 and SVT-AV1 through FFmpeg: keyframes only; or hierarchical layers, whose upper ones are free
  to lose but the base is not.
* Browsers: `scalabilityMode` L1T2 or L1T3 for VP8, VP9 and AV1; for H.264, keyframes asked for
  (`setParameters` with `encodingOptions`, or a PLI), at a frame a second or two.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

MISS = 0.01
"""Share of windows that may stay without an intact frame."""
MOST_FRAMES = 10
HOLD_S = 5.0
"""Loss is forgotten so much later than it is believed."""
_GAIN = 1.1
"""Of the least misses that any allowed number reaches: as good, where the goal is out of reach."""
_SHORTEST_S = 1e-9
_ROUNDING = 1e-9


class WindowWhy(StrEnum):
    """Reason of a `Window`."""

    CLEAN = "clean"
    """No more is lost than may be: one frame."""
    LOSS = "loss"
    """As many as independent losses ask for."""
    BURST = "burst"
    """More than that, so that no burst takes all."""
    BOUND = "bound"
    """Fewer than asked for: the most allowed, or all that still gains anything."""
    HELD = "held"
    """Less loss lately, not for long enough."""


@dataclass(frozen=True, slots=True)
class Loss:
    """What the link does to frames. Raises ``ValueError`` for what no link does."""

    frames: float
    """Share of frames that arrive broken or not at all, 0..1; see `frames_lost`."""
    burst_s: float = 0.0
    """Mean length of a burst, s; 0 where losses are independent."""

    def __post_init__(self) -> None:
        if not 0 <= self.frames <= 1 or not 0 <= self.burst_s < math.inf:
            raise ValueError(f"{self} is not what a link does")


@dataclass(frozen=True, slots=True)
class Window:
    """One decision."""

    frames: int
    """Frames that stand alone, per window."""
    spacing_s: float
    """From one to the next, evenly, across windows too."""
    missed: float
    """Share of windows that will hold no intact frame, as far as is known."""
    why: WindowWhy


def frames_lost(packets: float, packets_a_frame: int, *, burst_packets: float = 1.0) -> float:
    """Share of frames hit, where a share of ``packets`` is lost in bursts of this mean length.

    A frame is hit by any lost packet of its own; in bursts the same packets hit fewer frames.
    Raises ``ValueError`` for shares out of 0..1 and for frames or bursts of less than a packet.
    """
    if not 0 <= packets <= 1 or packets_a_frame < 1 or burst_packets < 1:
        raise ValueError(
            f"{packets} of packets, {packets_a_frame} a frame, {burst_packets} a burst"
        )
    if packets == 1:
        return 1.0
    burst = max(burst_packets, 1 / (1 - packets))
    begins = packets / burst / (1 - packets)
    return 1 - (1 - packets) * (1 - min(1.0, begins)) ** (packets_a_frame - 1)


def plan(
    loss: Loss, *, window_s: float = 1.0, miss: float = MISS, at_most: int = MOST_FRAMES
) -> Window:
    """Frames per window of ``window_s``, for at most ``miss`` of the windows empty.

    ``at_most`` is what the frame rate and the bits allow: bits/s times ``window_s`` over the bits
    of one readable look. Raises ``ValueError`` for windows, misses or bounds that cannot be.
    """
    if not 0 < window_s < math.inf or not 0 < miss < 1 or at_most < 1:
        raise ValueError(f"no plan for {miss} of windows of {window_s} s, {at_most} frames")
    if loss.frames <= miss:
        return Window(1, window_s, loss.frames, WindowWhy.CLEAN)
    alone = _independent(loss.frames, miss, at_most)
    for frames in range(alone, at_most + 1):
        missed = _missed(loss, frames, window_s)
        outlasts = loss.burst_s < window_s * (frames - 1) / frames
        if outlasts and missed <= miss * (1 + _ROUNDING):
            why = WindowWhy.LOSS if frames == alone else WindowWhy.BURST
            return Window(frames, window_s / frames, missed, why)
    least = _missed(loss, at_most, window_s)
    enough = next(k for k in range(1, at_most + 1) if _missed(loss, k, window_s) <= _GAIN * least)
    return Window(enough, window_s / enough, _missed(loss, enough, window_s), WindowWhy.BOUND)


class Windows:
    """The plan of one call: more frames at once, fewer only after `HOLD_S` without need."""

    def __init__(
        self, *, window_s: float = 1.0, miss: float = MISS, at_most: int = MOST_FRAMES
    ) -> None:
        self._window_s, self._miss, self._at_most = window_s, miss, at_most
        self._frames, self._needed_t = 1, -math.inf

    def decide(self, loss: Loss, *, now: float) -> Window:
        """Frames per window from now on, with ``loss`` as measured last."""
        asked = plan(loss, window_s=self._window_s, miss=self._miss, at_most=self._at_most)
        if asked.frames >= self._frames or now >= self._needed_t + HOLD_S:
            self._frames, self._needed_t = asked.frames, now
            return asked
        missed = _missed(loss, self._frames, self._window_s)
        return Window(self._frames, self._window_s / self._frames, missed, WindowWhy.HELD)


def _independent(lost: float, miss: float, at_most: int) -> int:
    if lost >= 1:
        return at_most
    return max(1, min(at_most, math.ceil(math.log(miss) / math.log(lost) - _ROUNDING)))


def _missed(loss: Loss, frames: int, window_s: float) -> float:
    lost = loss.frames
    again = lost
    if loss.burst_s > 0 and lost < 1:
        memory = window_s / frames / max(loss.burst_s * (1 - lost), _SHORTEST_S)
        again = lost + (1 - lost) * math.exp(-memory)
    return float(lost * again ** (frames - 1))
