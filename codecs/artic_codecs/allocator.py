"""Where, how many, how often, how large: one decision.

How many is given (need, never above the estimate), and less once the place of a question is known
and would be read with less (`enough.py`). Where is given too, while a question is likely.
How the picture is treated and how often it is sent is what is worth most with those bits
(`worth.py`); a treatment is kept until another is clearly better, because another size of the
picture costs a keyframe. For that reason nothing is packed that can be read in whole frames as it
is: measured in Chromium at 150 kb/s, the pictures after the change answered 5 of 8 questions, whole
ones all 8. The window of a packed picture shows one thing only, so without an open question frames
are whole.

Whole frames that cannot be read are small and few (`overview.py`), where the sender can pack: it
will send another size once the region is known, and its receiver puts all sizes together again.
In them what the last answer was about, or what stands out by itself (`saliency.py`), is coded
better.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import NamedTuple

from artic_codecs.enough import enough_bps
from artic_codecs.overview import FRESH_BPS, FRESH_FPS, Overview, Overviews
from artic_codecs.regions import Region
from artic_codecs.steer import WORDS, SizeWhy, Steer, SteerWhy, Treatment
from artic_codecs.worth import SIGN, Choice, Sought, area_of, choices, share_read, sought_in, worth

ASKED_FPS = 15.0
"""A frame is 67 ms old at most, and a fresh one comes with the question."""
LEAST_FPS = 2.0
FRAME_BITS = 40_000
"""What makes a whole 720p frame of a moving scene readable (200 kb/s at 5 frames a second)."""
STALLED_FPS = 2.0
"""A frame each half second finds a link that lives again (artic_abr/pacing.py's least pause)."""
IDLE_FPS = 1.0
IDLE_BPS = 100_000
TTL_S = 10.0
SAME, SAME_FPS = 0.05, 0.15
"""A cap, or a frame rate, that moves less than this share is not worth a message."""
SAME_PLACE = 0.25
"""Nor is a region whose edges move by less than this share of its sides, its own spread."""
SAME_PRIORITY, SAME_LIFE_S = 0.2, 1.0
"""Nor if it matters, or lives, but little more or less."""
STAY = 0.02
"""By so much must another treatment be better."""
ENOUGH = 0.95
"""Of a text that is read in whole frames: more bits would hardly change an answer."""
SPARING = frozenset({"cap", "fps"})
"""What a sender obeys whose frames become fewer with their bits."""
_SMALL = frozenset({"size", "regions-packed"})
"""What a sender of small whole frames obeys."""


class _Plan(NamedTuple):
    choice: Choice
    size_px: tuple[int, int] | None
    size_why: SizeWhy
    regions: tuple[Region, ...]


class Allocator:
    """One call."""

    def __init__(self) -> None:
        self._steer: Steer | None = None
        self._overviews = Overviews()
        self._area = 1.0
        self._enough: tuple[tuple[object, ...], int] | None = None
        """The last result, and for what: frames come often, and their places hardly change."""

    def decide(
        self,
        *,
        need_bps: int,
        asked: bool,
        regions: tuple[Region, ...],
        now: float,
        can: AbstractSet[str] = frozenset(),
        question_open: bool = False,
        salient: tuple[Region, ...] = (),
        camera_px: tuple[int, int] | None = None,
        stalled: bool = False,
        unread: bool = False,
    ) -> Steer:
        """What to send now; the last steer again where nothing changed that matters.

        ``can``: the words that the sender says of itself, those of `WORDS` among them. ``salient``:
        what stands out while no region is known; for small whole frames only. ``camera_px``: width
        and height of the camera's picture, 1280x720 until they are known. ``stalled``: nothing
        comes from the sender any more; frames keep their size, and are few. ``unread``: the last
        look could not be read, so nothing is spared.
        """
        self._area = self._area if camera_px is None else area_of(camera_px)
        cap_bps = need_bps if asked else min(need_bps, IDLE_BPS)
        why = SteerWhy.ASKED if asked else SteerWhy.IDLE
        overview = self._overview(need_bps, can, question_open=question_open, now=now)
        live, able = _living(regions, now), _able(can)
        plan = _Plan(Choice(Treatment.WHOLE, IDLE_FPS), overview.size_px, overview.why, live)
        if asked:
            fresh = question_open and bool(able)
            keeps = bool(overview.size_px) and cap_bps < FRESH_BPS
            fitting = _fitting(able, question_open=question_open, keeps_size=keeps)

            sought = sought_in(live) if live else None
            whole = Choice(Treatment.WHOLE, self._whole_fps(cap_bps, fresh=fresh))
            how = None if self._steer is None else self._steer.how
            if sought is not None and self._is_readable(whole, cap_bps, sought, how):
                fitting -= {Treatment.PACKED}

            def best_at(bps: int) -> Choice:
                whole = Choice(Treatment.WHOLE, self._whole_fps(bps, fresh=fresh))
                return whole if sought is None else self._best(whole, bps, fitting, sought, how)

            if sought is not None and not unread and can >= SPARING:
                key = (round(cap_bps, -3), sought, fresh, fitting, self._area)
                if self._enough is None or self._enough[0] != key:
                    self._enough = key, enough_bps(cap_bps, best_at, sought, self._area)
                cap_bps = min(cap_bps, self._enough[1])
            best = best_at(cap_bps)
            if best.how is not Treatment.WHOLE:
                shown = self.shown(live) if best.how is Treatment.PACKED else live
                plan = _Plan(best, None, SizeWhy.AIMED, shown)
            elif overview.size_px is None:
                plan = plan._replace(choice=best)
            else:
                plan = _small(overview, live, _living(salient, now), able)
        if stalled and asked and plan.choice.fps > STALLED_FPS:
            why, cap_bps = SteerWhy.STALLED, round(cap_bps * STALLED_FPS / plan.choice.fps)
            plan = plan._replace(choice=plan.choice._replace(fps=STALLED_FPS))
        last = self._steer
        if last is None or not _same(last, plan, cap_bps, why):
            (how, fps), size_px, size_why, shown = plan
            seq = 1 if last is None else last.seq + 1
            fps = round(fps, 1)
            self._steer = Steer(seq, cap_bps, fps, size_px, False, shown, TTL_S, why, how, size_why)
        assert self._steer is not None
        return self._steer

    def treats(self, *, need_bps: int, can: AbstractSet[str]) -> bool:
        """Would whole frames be left for a region of small text, whatever is sent now?"""
        whole = Choice(Treatment.WHOLE, self._whole_fps(need_bps, fresh=False))
        best = self._best(whole, need_bps, _able(can), SIGN, Treatment.WHOLE)
        return best.how is not Treatment.WHOLE

    def shown(self, regions: tuple[Region, ...]) -> tuple[Region, ...]:
        """Those of the regions that a window is for, at the rate of the last decision.

        On a thin link the likeliest only: a window that holds a second place has half the bits for
        each, and going back to one costs a keyframe (read on drawn clips at 50 kb/s with all of
        them 73 %, with one 78; at 100 kb/s 91 and 90).
        """
        likeliest = sorted(regions, key=lambda region: -region.priority)
        return tuple(likeliest[:1]) if self._overviews.thin else regions

    def _overview(
        self, need_bps: float, can: AbstractSet[str], *, question_open: bool, now: float
    ) -> Overview:
        rate_bps = max(1.0, need_bps / self._area)
        overview = self._overviews.decide(rate_bps, question_open=question_open, now=now)
        return overview if can >= _SMALL else Overview(overview.fps, None, SizeWhy.READABLE)

    def _whole_fps(self, cap_bps: float, *, fresh: bool) -> float:
        least_fps = FRESH_FPS if fresh and cap_bps >= FRESH_BPS else LEAST_FPS
        return min(ASKED_FPS, max(least_fps, cap_bps / (FRAME_BITS * self._area)))

    def _is_readable(
        self, whole: Choice, cap_bps: float, sought: Sought, how: Treatment | None
    ) -> bool:
        enough = ENOUGH + (STAY if how is Treatment.PACKED else 0.0)
        return share_read(whole, cap_bps, sought.height_px, self._area) >= enough

    def _best(
        self,
        whole: Choice,
        cap_bps: float,
        able: AbstractSet[Treatment],
        sought: Sought,
        how: Treatment | None,
    ) -> Choice:
        if self._is_readable(whole, cap_bps, sought, how):
            able = able - {Treatment.PACKED}
        options = tuple(choices(whole, cap_bps, able))
        best = max(options, key=lambda one: worth(one, cap_bps, sought, self._area))
        kept = [one for one in options if one.how is how]
        if kept and best.how is not how:
            stays = max(kept, key=lambda one: worth(one, cap_bps, sought, self._area))
            gain = worth(best, cap_bps, sought, self._area) - worth(
                stays, cap_bps, sought, self._area
            )
            return best if gain > STAY else stays
        return best


def _small(
    overview: Overview,
    live: tuple[Region, ...],
    salient: tuple[Region, ...],
    able: frozenset[Treatment],
) -> _Plan:
    """Small frames, in them what is known or else stands out a little better, where that can be."""
    aimed = (live or salient) if Treatment.QP in able else ()
    choice = Choice(Treatment.QP if aimed else Treatment.WHOLE, overview.fps)
    return _Plan(choice, overview.size_px, overview.why, aimed)


def _same(last: Steer, plan: _Plan, cap_bps: float, why: SteerWhy) -> bool:
    return (
        (last.why, last.how, last.size_px) == (why, plan.choice.how, plan.size_px)
        and _alike(last.regions, plan.regions)
        and abs(cap_bps - last.cap_bps) <= SAME * last.cap_bps
        and abs(plan.choice.fps - last.fps) <= SAME_FPS * last.fps
    )


def _fitting(
    able: frozenset[Treatment], *, question_open: bool, keeps_size: bool
) -> frozenset[Treatment]:
    """A packed picture shows one thing, so not without a question; and beside small frames all
    else begins with a keyframe of the camera's size, a second of the thinnest links."""
    if not question_open:
        able -= {Treatment.PACKED}
    return able - {Treatment.QP} if keeps_size else able


def _living(regions: tuple[Region, ...], now: float) -> tuple[Region, ...]:
    return tuple(region for region in regions if region.expires_t > now)


def _able(can: AbstractSet[str]) -> frozenset[Treatment]:
    return frozenset(WORDS[word] for word in can & WORDS.keys())


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
