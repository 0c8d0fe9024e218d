"""What a sender should do now: the newest steer while it holds, its own ways otherwise.

    steer(seq) ──▶ in force for ttl_s ──▶ own ways
    typing, ask ──▶ at once as high as the last high steer, for a moment: the gateway's own steer
                    needs a round trip, and the person waits
    regions ──▶ cleaned on arrival, each for its own ttl_s; a local raise keeps the newest ones,
                and what was said of the rest of the picture

Sans-I/O: `now` is an argument.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from artic_codecs.cleaning import Said, clean
from artic_codecs.regions import Region
from artic_codecs.steer import SteerWhy, Treatment
from articgw.protocol import Steer, SteerRegion

RAISED_S = 3.0
"""A local raise holds so long unless a steer comes."""


@dataclass(frozen=True, slots=True)
class Orders:
    """What to send."""

    cap_bps: float | None
    """Ceiling of the video; None: the network's feedback alone."""
    fps: float
    size_px: tuple[int, int] | None
    pause: bool
    why: str
    regions: tuple[Region, ...] = ()
    """Where the bits go, most important first, on the clock of ``now``; some may have expired."""
    how: Treatment = Treatment.WHOLE
    """What becomes of the rest of the picture."""


class Obedience:
    """Follows the gateway's steers. ``own_fps`` is what is sent without any."""

    def __init__(self, own_fps: float) -> None:
        self._own = Orders(cap_bps=None, fps=own_fps, size_px=None, pause=False, why="own ways")
        self._high = self._own
        self._seq: int | None = None
        self._steered: Orders | None = None
        self._until_t = 0.0
        self._raised_until_t: float | None = None

    def on_steer(self, steer: Steer, now: float) -> bool:
        """Take a steer; False where it is in force already, and only lasts longer, or is older."""
        if self._seq is not None and steer.seq <= self._seq:
            if steer.seq == self._seq:
                self._until_t = now + steer.ttl_s
            return False
        self._seq = steer.seq
        fps = min(steer.fps, self._own.fps) if steer.fps > 0 else self._own.fps
        pause = steer.pause or steer.fps <= 0
        cap_bps = steer.cap_bps if steer.cap_bps > 0 else None
        self._steered = Orders(
            cap_bps,
            fps,
            steer.size_px,
            pause,
            steer.why,
            _regions(steer, now),
            Treatment(steer.how),
        )
        self._until_t = now + steer.ttl_s
        self._raised_until_t = None
        if steer.why == SteerWhy.ASKED and not pause:
            self._high = self._steered
        return True

    def on_question(self, now: float) -> None:
        """A question is asked, or will be soon."""
        self._raised_until_t = now + RAISED_S

    def orders(self, now: float) -> Orders:
        """What holds now."""
        if self._steered is None or now >= self._until_t:
            return self._own
        raised = self._raised_until_t is not None and now < self._raised_until_t
        low = self._steered.pause or self._steered.fps < self._high.fps
        if raised and low:
            return replace(self._high, regions=self._steered.regions, how=self._steered.how)
        return self._steered


def _regions(steer: Steer, now: float) -> tuple[Region, ...]:
    return clean([_said(one, now) for one in steer.regions], now=now).regions


def _said(one: SteerRegion, now: float) -> Said:
    return Said(one.box, frame_t=now, priority=one.priority, expires_t=now + one.ttl_s)
