"""Which frames are worth looking at: when there is a reason to look, and then the sharp one.

    reasons, the first that holds         not sooner after the last look than
    asked     a question is expected      at once, and one time
    cut       another scene, that stands  urgent_interval_s
    object    something new is in view    urgent_interval_s
    settled   it moved, and now stands    urgent_interval_s
    changed   it is not what was seen     min_interval_s; half as much again while it moves
    stale     small text changes without moving the mean of anything          max_interval_s

A look costs a model half a second of a core, hence the ceilings. Change is the mean absolute
difference of luma thumbnails, which sees a camera move and a page turn and does not see noise.

A frame that moves may be blurred while the next is sharp. So a look at a moving picture waits
until `NEAR_S` have passed over the frame that it would take, and every frame that is clearly
sharper takes its place: of that scene nothing sharper came within `NEAR_S` before the reason, nor
within `NEAR_S` after the frame. A picture that stands, and one whose frames come seldom, does not
wait.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

CHANGED_LUMA = 3.0
"""Mean absolute difference, of 255; noise of a dark room's camera stays below 2."""
MOVES_LUMA = 2.5
"""... from one frame to the next."""
CUT_LUMA, CUT_RATIO = 25.0, 3.0
"""... and so many times what the frame before had moved: a pan is fast, but not all at once."""
SWINGS_S = 1.0
"""A camera that swings looks like one cut after another, and shows nothing before it stands; it is
not waited for any longer."""
NEAR_S = 0.2
SHARPER = 0.05
"""Of `artic_perception.blur`, 0..1: less is content, not sharpness."""
KEPT = 8
"""Frames, this one included, among which `Glance.back` chooses: `NEAR_S` of 30 a second."""
PATIENCE = 1.5

Thumbnail = NDArray[np.uint8]


class Why(StrEnum):
    """Reason of a `Glance`."""

    FIRST = "first"
    ASKED = "asked"
    CUT = "cut"
    OBJECT = "new object"
    SETTLED = "settled"
    CHANGED = "changed"
    STALE = "stale"
    TOO_SOON = "too soon"
    SAME = "same"
    MOVING = "moving"
    """A reason is there, and perhaps a sharper frame comes."""


_LOOKS = frozenset((Why.FIRST, Why.ASKED, Why.CUT, Why.OBJECT, Why.SETTLED, Why.CHANGED, Why.STALE))


@dataclass(frozen=True, slots=True)
class Glance:
    """Whether to look, and why."""

    look: bool
    why: Why
    back: int = 0
    """Which frame to look at: 0 is this one, 1 the one before it; below `KEPT`."""


@dataclass(slots=True)
class _Candidate:
    t: float
    measure: Callable[[], float]
    known: float | None = None

    @property
    def blur(self) -> float:
        if self.known is None:
            self.known = self.measure()
        return self.known


class Sampler:
    """Decides frame by frame; remembers the last one that was looked at."""

    def __init__(
        self,
        *,
        min_interval_s: float = 1.0,
        max_interval_s: float = 5.0,
        urgent_interval_s: float = 0.5,
    ) -> None:
        if not 0 < min_interval_s <= max_interval_s:
            raise ValueError(f"0 < {min_interval_s} <= {max_interval_s} does not hold")
        self._min_interval_s = min_interval_s
        self._max_interval_s = max_interval_s
        self._urgent_interval_s = min(urgent_interval_s, min_interval_s)
        self._looked_t: float | None = None
        self._seen: Thumbnail | None = None
        self._motion = _Motion()
        self._recent: deque[_Candidate] = deque(maxlen=KEPT)
        self._chosen: _Candidate | None = None
        self._reason = Why.SAME
        self._objects = _Objects()
        self._asked = _Edge()
        self._cut_t: float | None = None

    def on_objects(self, counts: Mapping[str, int]) -> None:
        """How many of each kind are in view, each time when a detector has looked."""
        self._objects.on_counts(counts)

    def on_frame(
        self,
        thumbnail: Thumbnail,
        *,
        now: float,
        asked: bool = False,
        blur: Callable[[], float] | None = None,
    ) -> Glance:
        """``thumbnail`` is the (h, w) luma of the frame, much reduced.

        ``asked``: a question is open or expected. ``blur`` measures this frame where that is asked
        for (`artic_perception.blur`), at the latest `KEPT` frames later; without it, sharpness
        plays no part.
        """
        if self._motion.on_frame(thumbnail, now):
            self._cut_t = now if self._cut_t is None else self._cut_t
            self._recent.clear()
            self._chosen = None
        self._asked.on_level(asked)
        self._recent.append(_Candidate(now, blur or _unknown))
        why = self._judge(thumbnail, now)
        if why not in _LOOKS:
            self._chosen = None
            return Glance(False, why)
        chosen = self._sharpest(now, waits=blur is not None and self._motion.moved(now))
        if chosen is None:
            return Glance(False, Why.MOVING)
        self._looked_t, self._seen = now, thumbnail.copy()
        self._chosen, self._cut_t = None, None
        self._motion.on_look()
        self._objects.on_look()
        self._asked.on_look()
        return Glance(True, why, len(self._recent) - 1 - self._recent.index(chosen))

    def _judge(self, thumbnail: Thumbnail, now: float) -> Why:
        if self._looked_t is None or self._seen is None:
            return Why.FIRST
        since_s = now - self._looked_t
        differs = _difference(self._seen, thumbnail) > CHANGED_LUMA
        if self._asked.rose:
            return Why.ASKED
        if since_s < self._urgent_interval_s:
            return Why.TOO_SOON
        if self._cut_t is not None and differs:
            stands = not self._motion.moved(now) or now - self._cut_t >= SWINGS_S
            return Why.CUT if stands else Why.MOVING
        if self._objects.is_new:
            return Why.OBJECT
        if differs and self._motion.settled(now):
            return Why.SETTLED
        if since_s < self._min_interval_s:
            return Why.TOO_SOON
        patience = PATIENCE if self._motion.moved(now) else 1.0
        if differs and since_s >= patience * self._min_interval_s:
            return Why.CHANGED
        if since_s >= self._max_interval_s:
            return Why.STALE
        return Why.MOVING if differs else Why.SAME

    def _sharpest(self, now: float, *, waits: bool) -> _Candidate | None:
        """The frame to look at; None where a sharper one may still come."""
        near = [one for one in self._recent if now - one.t <= NEAR_S]
        if not waits:
            return _newest_of_the_sharp(near)
        if self._chosen not in self._recent:
            self._chosen = None
        held = self._chosen or _newest_of_the_sharp(near)
        if near[-1].blur < held.blur - SHARPER:
            held = near[-1]
        self._chosen = held
        over = now - held.t >= NEAR_S or held is self._recent[0] and len(self._recent) == KEPT
        return held if over else None


class _Motion:
    """From thumbnail to thumbnail."""

    def __init__(self) -> None:
        self._before: Thumbnail | None = None
        self._before_t = 0.0
        self._moved_luma = 0.0
        self._moved_t: float | None = None
        self._since_look = False
        self._seldom = True

    def on_frame(self, thumbnail: Thumbnail, now: float) -> bool:
        """True at a cut."""
        luma = 0.0 if self._before is None else _difference(self._before, thumbnail)
        cut = luma > CUT_LUMA and luma > CUT_RATIO * self._moved_luma
        self._seldom = self._before is None or now - self._before_t > NEAR_S
        if luma > MOVES_LUMA and not self._seldom:
            self._moved_t, self._since_look = now, True
        self._before, self._before_t = thumbnail.copy(), now
        self._moved_luma = 0.0 if self._seldom else luma
        return cut

    def on_look(self) -> None:
        self._since_look = False

    def settled(self, now: float) -> bool:
        return self._since_look and not self.moved(now)

    def moved(self, now: float) -> bool:
        """Within the last `NEAR_S`, as far as the frames are close enough to tell."""
        return not self._seldom and self._moved_t is not None and now - self._moved_t < NEAR_S


class _Objects:
    """Something new: more of a kind than at the last look, twice in a row."""

    def __init__(self) -> None:
        self.is_new = False
        self._now: Mapping[str, int] = {}
        self._looked_at: Mapping[str, int] | None = None

    def on_counts(self, counts: Mapping[str, int]) -> None:
        before, self._now = self._now, dict(counts)
        known = self._looked_at or {}
        self.is_new |= any(min(n, before.get(k, 0)) > known.get(k, 0) for k, n in counts.items())

    def on_look(self) -> None:
        self._looked_at, self.is_new = self._now, False


class _Edge:
    """From no to yes."""

    def __init__(self) -> None:
        self.rose = False
        self._level = False

    def on_level(self, level: bool) -> None:
        self.rose = level and (self.rose or not self._level)
        self._level = level

    def on_look(self) -> None:
        self.rose = False


def sharpest(blurs: list[float]) -> int:
    """Index of the newest that is as sharp as the sharpest; ``blurs`` oldest first, not empty."""
    least = min(blurs)
    return max(k for k, one in enumerate(blurs) if one <= least + SHARPER)


def _newest_of_the_sharp(candidates: list[_Candidate]) -> _Candidate:
    return candidates[sharpest([one.blur for one in candidates])]


def _difference(a: Thumbnail, b: Thumbnail) -> float:
    if a.shape != b.shape:
        return 255.0
    return float(np.abs(a.astype(np.int16) - b).mean())


def _unknown() -> float:
    return 0.0
