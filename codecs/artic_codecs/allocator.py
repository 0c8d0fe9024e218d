"""Where, how many, how often, how large: one decision.

How many is given (need, never above the estimate). Where is given too, while a question is likely.
How the picture is treated and how often it is sent is what reads most of the smallest asked text
with those bits, by curves fitted on measured looks (`fitted.py`):

    worth(how, fps) = share read(bits per frame, text height) + REST[how] + OFTEN * log2(fps)

A little is given up for the rest of the scene, which the person may ask about next, and for a
fresher frame; a treatment is kept until another is clearly better, because another size of the
picture costs a keyframe. The window of a packed picture shows one thing only, so without an open
question frames are whole.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from artic_codecs.curve import HEIGHT_PX
from artic_codecs.fitted import READ
from artic_codecs.regions import Region
from artic_codecs.steer import WORDS, Steer, SteerWhy, Treatment

ASKED_FPS = 15.0
"""A frame is 67 ms old at most, and a fresh one comes with the question."""
LEAST_FPS = 2.0
FRAME_BITS = 40_000
"""What makes a whole 720p frame of a moving scene readable (200 kb/s at 5 frames a second)."""
IDLE_FPS = 1.0
IDLE_BPS = 100_000
TTL_S = 10.0
SAME = 0.05
"""A cap that moves less than this is not worth a message."""
SAME_PLACE = 0.25
"""Nor is a region whose edges move by less than this share of its sides, its own spread."""
SAME_PRIORITY, SAME_LIFE_S = 0.2, 1.0
"""Nor if it matters, or lives, but little more or less."""
REST = {Treatment.WHOLE: 0.03, Treatment.QP: 0.02, Treatment.PACKED: 0.0}
OFTEN = 0.01
STAY = 0.02
"""By so much must another treatment be better."""
FRESH_BPS, FRESH_FPS = 50_000, 5.0
"""From so many bits/s on the newest frame is to be at most half a second old: two frames, lost or
late ones among them."""


class _Choice(NamedTuple):
    how: Treatment
    fps: float


class Allocator:
    """One call."""

    def __init__(self) -> None:
        self._steer: Steer | None = None

    def decide(
        self,
        *,
        need_bps: int,
        asked: bool,
        regions: tuple[Region, ...],
        now: float,
        can: AbstractSet[str] = frozenset(),
        question_open: bool = False,
    ) -> Steer:
        """What to send now; the last steer again where nothing changed that matters.

        ``can``: the words of `WORDS` that the sender says of itself.
        """
        cap_bps = need_bps if asked else min(need_bps, IDLE_BPS)
        why = SteerWhy.ASKED if asked else SteerWhy.IDLE
        live = tuple(region for region in regions if region.expires_t > now)
        choice = _Choice(Treatment.WHOLE, _whole_fps(cap_bps) if asked else IDLE_FPS)
        if asked and live:
            able = _able(can) - (frozenset() if question_open else {Treatment.PACKED})
            choice = self._best(cap_bps, able, _height_px(live))
        last = self._steer
        same = (
            last is not None
            and (last.why, last.how) == (why, choice.how)
            and _alike(last.regions, live)
            and abs(cap_bps - last.cap_bps) <= SAME * last.cap_bps
        )
        if not same:
            seq = 1 if last is None else last.seq + 1
            fps = round(choice.fps, 1)
            self._steer = Steer(seq, cap_bps, fps, None, False, live, TTL_S, why, choice.how)
        assert self._steer is not None
        return self._steer

    def treats(self, *, need_bps: int, can: AbstractSet[str]) -> bool:
        """Would a region of small text be treated otherwise than the rest?"""
        return self._best(need_bps, _able(can), HEIGHT_PX).how is not Treatment.WHOLE

    def _best(self, cap_bps: float, able: AbstractSet[Treatment], height_px: float) -> _Choice:
        best = max(_choices(cap_bps, able), key=lambda one: _worth(one, cap_bps, height_px))
        last = None if self._steer is None else self._steer.how
        kept = [one for one in _choices(cap_bps, able) if one.how is last]
        if kept and best.how is not last:
            stays = max(kept, key=lambda one: _worth(one, cap_bps, height_px))
            gain = _worth(best, cap_bps, height_px) - _worth(stays, cap_bps, height_px)
            return best if gain > STAY else stays
        return best


def _choices(cap_bps: float, able: AbstractSet[Treatment]) -> Iterator[_Choice]:
    whole = _Choice(Treatment.WHOLE, _whole_fps(cap_bps))
    treated = [_Choice(how, fps) for how, fps in READ if how in able]
    fresh = [one for one in (whole, *treated) if one.fps >= FRESH_FPS or cap_bps < FRESH_BPS]
    yield from fresh or [whole]


def _worth(choice: _Choice, cap_bps: float, height_px: float) -> float:
    rates = sorted(fps for how, fps in READ if how is choice.how)
    nearest = min(rates, key=lambda fps: abs(fps - choice.fps))
    share = READ[choice.how, nearest].share(
        bits=max(1.0, cap_bps / choice.fps), height_px=height_px
    )
    return share + REST[choice.how] + OFTEN * math.log2(choice.fps)


def _whole_fps(cap_bps: float) -> float:
    return min(ASKED_FPS, max(LEAST_FPS, cap_bps / FRAME_BITS))


def _able(can: AbstractSet[str]) -> frozenset[Treatment]:
    return frozenset(WORDS[word] for word in can & WORDS.keys())


def _height_px(regions: tuple[Region, ...]) -> float:
    heights = [region.min_text_px for region in regions if region.min_text_px]
    return min(heights, default=HEIGHT_PX)


def _alike(before: tuple[Region, ...], after: tuple[Region, ...]) -> bool:
    return len(before) == len(after) and all(map(_same_place, before, after))


def _same_place(before: Region, after: Region) -> bool:
    if abs(before.priority - after.priority) > SAME_PRIORITY:
        return False
    if after.expires_t - before.expires_t > SAME_LIFE_S:
        return False
    sides = (before.box[2] - before.box[0], before.box[3] - before.box[1]) * 2
    moves = (abs(a - b) for a, b in zip(before.box, after.box, strict=True))
    return all(move <= SAME_PLACE * side for move, side in zip(moves, sides, strict=True))
