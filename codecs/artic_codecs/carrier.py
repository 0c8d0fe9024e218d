"""Regions carried along with the picture from one answer to the next, without a model.

A box was true for the frame that the model looked at. Each newer picture moves it with the camera
and with what moves in it (`motion.py`), and widens it by what is not known: its age, the scatter of
the corners, and, while nothing can be followed, a walking pace. What cannot be followed loses its
priority and then its place, the others stay; a cut, another shape of the picture, the frame's edge
and its expiry end a region at once.

An answer comes a second after its frame, so the camera's path is remembered for as long: a region
is first brought from its own frame to the newest picture.

    seed(regions, luma of their frame)      with each aim
    confirm(regions, luma of their frame)   with each answer: what holds its evidence stays
    on_picture(luma, captured_t)            1 to 15 times a second; 320x180 is enough
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from artic_codecs.boxes import clean_box, share_inside
from artic_codecs.motion import By, Floats, Luma, Matrix, follow, mapped, shift_of, small
from artic_codecs.regions import Box, Region

GROWTH_PER_S = 0.05
"""Share of its size that a box grows by in a second while it is followed, half on each side."""
SURE = 2.0
"""Standard deviations of doubt that a box is widened by on each side."""
STEP_DOUBT_PX = 0.35
"""Of following over one picture, at least; of a picture 320 px wide."""
STRAY_PER_S = 0.12
"""Frame widths: how fast what cannot be followed may leave; no slower than people pan."""
FADE_S, LOST_S = 1.0, 2.0
"""Unfollowed, a region's priority falls by e in the first; after the second it is gone."""
LEAD = 0.8
"""Of the last velocity, goes on: hands turn back."""
SWERVE = 0.5
"""Of the way since the picture, may be wrong (one standard deviation)."""
MOST_AHEAD_S = 0.5
LEAST_INSIDE = 0.25
"""Of a box's area, or it has left the frame."""
HELD = 0.5
"""Of the area of an answer's evidence, lies in the region that it confirms."""
PATH_S = 10.0
LONGEST_GAP_S = 3.0
"""Between pictures; after more, nothing is known."""
SAME_PROPORTIONS = 0.02


@dataclass(frozen=True, slots=True)
class _Carried:
    region: Region
    """As it was said."""
    box: Box
    """Where it is now, as far as known; may hang over the frame's edge."""
    doubt: float = 0.0
    """Variance of its place, in squares of frame widths."""
    lost_s: float = 0.0
    velocity: tuple[float, float] = (0.0, 0.0)
    """Frame widths and heights a second, rightward and downward."""


class Carrier:
    """The regions of one call."""

    def __init__(self) -> None:
        self._carried: tuple[_Carried, ...] = ()
        self._picture: Luma | None = None
        self._captured_t = -math.inf
        self._path: deque[tuple[float, Matrix]] = deque()

    def seed(self, regions: Iterable[Region], luma: Luma | None, *, now: float) -> None:
        """These regions from now on, and no others; ``now`` in s, as their times.

        ``luma`` is the picture that they were seen in, of any size; it is needed only where that
        frame was not given to `on_picture`. Raises ``ValueError`` where it is no luma plane.
        """
        alive = [region for region in regions if region.expires_t > now]
        self._carried = ()
        if self._shows(alive, luma):
            luma = None
        seen = small(luma) if luma is not None else None
        self._carried = tuple(self._brought(region, seen) for region in alive)

    def confirm(
        self, evidence: Iterable[Region], luma: Luma | None, *, now: float, elsewhere: bool = True
    ) -> bool:
        """An answer rests on ``evidence``. True where that lies in what is carried.

        Then what holds it stays as it is, as long as the evidence lives, and the rest goes: another
        window for the same place would be a keyframe for nothing. Else it is as `seed`, unless it
        is not to be followed ``elsewhere``: then all stays. Arguments and errors as of `seed`.
        """
        evidence = tuple(evidence)
        if self._shows(evidence, luma):
            luma = None
        before = self._carried
        self.seed(evidence, luma, now=now)
        shown = [(one, self._shown(one, now)) for one in before]
        places = [(one, region.box) for one, region in shown if region is not None]
        lives_t = max((one.region.expires_t for one in self._carried), default=now)
        holders = [
            next((one for one, place in places if share_inside(seen.box, place) >= HELD), None)
            for seen in self._carried
        ]
        if holders and all(holders):
            kept = [one for one, _ in places if one in holders]
            self._carried = tuple(_living_to(one, lives_t) for one in kept)
            return True
        if not elsewhere:
            self._carried = before
        return False

    def on_picture(self, luma: Luma, captured_t: float) -> tuple[Region, ...]:
        """The regions on this picture, most important first; ``captured_t`` in s.

        A picture that is not newer than the last one changes nothing; one that is older by more
        than `PATH_S` is of another clock, and everything begins anew. Raises ``ValueError`` where
        it is no luma plane.
        """
        picture = small(luma)
        if not math.isfinite(captured_t):
            return self.regions()
        if captured_t <= self._captured_t <= captured_t + PATH_S:
            return self.regions()
        before, since_s = self._picture, captured_t - self._captured_t
        self._picture, self._captured_t = picture, captured_t
        if before is not None and _size_px(before) != _size_px(picture):
            before = _resized(before, picture)
        if before is None or not 0 < since_s <= LONGEST_GAP_S:
            self._forget()
        else:
            self._move(before, picture, since_s)
        return self.regions()

    def regions(self, *, now: float | None = None) -> tuple[Region, ...]:
        """As of the last picture, or where they will be ``now`` (s), most important first.

        They are as wide as their age asks for: do not widen them again.
        """
        at_t = self._captured_t if now is None or math.isnan(now) else max(now, self._captured_t)
        shown = (self._shown(carried, at_t) for carried in self._carried)
        return tuple(sorted((one for one in shown if one), key=lambda region: -region.priority))

    def _shows(self, regions: Iterable[Region], luma: Luma | None) -> bool:
        """True where the picture of these regions is newer than any before: it is taken as one."""
        seen_t = max((region.frame_t for region in regions), default=-math.inf)
        if luma is None or seen_t <= self._captured_t:
            return False
        self.on_picture(luma, seen_t)
        return True

    def _forget(self) -> None:
        self._carried = ()
        self._path.clear()
        self._path.append((self._captured_t, np.eye(3)))

    def _move(self, before: Luma, picture: Luma, since_s: float) -> None:
        size_px = _size_px(picture)
        places = [_pixels(carried.box, size_px) for carried in self._carried]
        flow = follow(before, picture, places)
        if flow.cut:
            self._forget()
            return
        self._walk(flow.shared, size_px)
        moved = []
        for carried, place in zip(self._carried, places, strict=True):
            shift = shift_of(flow, place)
            if shift.by is By.NOTHING:
                lost_s = carried.lost_s + since_s
                strayed = math.sqrt(carried.doubt) + STRAY_PER_S * since_s / SURE
                still = replace(carried, velocity=(0.0, 0.0))
                moved.append(replace(still, lost_s=lost_s, doubt=strayed**2))
                continue
            doubt_px = max(STEP_DOUBT_PX, shift.doubt_px)
            moved.append(
                replace(
                    carried,
                    box=_shifted(carried.box, shift.right, shift.down, shift.scale, size_px),
                    doubt=carried.doubt + (doubt_px / size_px[0]) ** 2,
                    lost_s=0.0,
                    velocity=(
                        shift.right / size_px[0] / since_s,
                        shift.down / size_px[1] / since_s,
                    ),
                )
            )
        self._carried = tuple(
            one for one in moved if one.lost_s < LOST_S and _inside(one.box) >= LEAST_INSIDE
        )

    def _walk(self, shared: Matrix | None, size_px: tuple[int, int]) -> None:
        if shared is None or not self._path:
            self._path.clear()
            self._path.append((self._captured_t, np.eye(3)))
            return
        self._path.append((self._captured_t, _fractions(shared, size_px) @ self._path[-1][1]))
        while self._path[0][0] < self._captured_t - PATH_S:
            self._path.popleft()

    def _brought(self, region: Region, seen: Luma | None) -> _Carried:
        """From its own frame to the newest picture."""
        age_s = self._captured_t - region.frame_t
        if age_s <= 0 or self._picture is None:
            return _Carried(region, region.box)
        width, height = _size_px(self._picture)
        began = [step for step in self._path if step[0] <= region.frame_t + 1e-6]
        if began:
            steps = len(self._path) - len(began)
            motion = self._path[-1][1] @ np.linalg.inv(began[-1][1])
            doubt = steps * (STEP_DOUBT_PX / width) ** 2
            return _Carried(region, _through(motion, region.box), doubt)
        if seen is not None and _size_px(seen) == _size_px(self._picture):
            place = _pixels(region.box, _size_px(seen))
            shift = shift_of(follow(seen, self._picture, [place]), place)
            if shift.by is not By.NOTHING:
                doubt = (max(STEP_DOUBT_PX, shift.doubt_px) / width) ** 2
                box = _shifted(
                    region.box, shift.right, shift.down, shift.scale, _size_px(self._picture)
                )
                return _Carried(region, box, doubt)
        return _Carried(region, region.box, (STRAY_PER_S * min(age_s, LOST_S) / SURE) ** 2)

    def _shown(self, carried: _Carried, at_t: float) -> Region | None:
        region = carried.region
        at_t = max(at_t, region.frame_t)
        if self._picture is None or region.expires_t <= at_t:
            return None
        (x0, y0, x1, y1), (width, height) = carried.box, _size_px(self._picture)
        ahead_s = min(MOST_AHEAD_S, at_t - self._captured_t)
        right, down = (LEAD * ahead_s * speed for speed in carried.velocity)
        growth = GROWTH_PER_S * (at_t - region.frame_t) / 2
        doubt = SURE * math.sqrt(carried.doubt)
        beside = growth * (x1 - x0) + math.hypot(doubt, SURE * SWERVE * right)
        above = growth * (y1 - y0) + math.hypot(doubt * width / height, SURE * SWERVE * down)
        box = clean_box(
            (x0 - beside + right, y0 - above + down, x1 + beside + right, y1 + above + down)
        ).box
        if box is None:
            return None
        priority = region.priority * math.exp(-carried.lost_s / FADE_S)
        return replace(region, box=box, frame_t=at_t, priority=priority)


def _resized(before: Luma, to: Luma) -> Luma | None:
    """The picture before in another size; None where its proportions are others."""
    import cv2

    (width, height), (new_width, new_height) = _size_px(before), _size_px(to)
    across, down = width * new_height, new_width * height
    if abs(across - down) > SAME_PROPORTIONS * max(across, down):
        return None
    size = (new_width, new_height)
    return np.asarray(cv2.resize(before, size, interpolation=cv2.INTER_AREA), np.uint8)


def _size_px(picture: Luma) -> tuple[int, int]:
    return picture.shape[1], picture.shape[0]


def _pixels(box: Box, size_px: tuple[int, int]) -> Floats:
    width, height = size_px
    return np.array([box[0] * width, box[1] * height, box[2] * width, box[3] * height], np.float32)


def _shifted(
    box: Box, right_px: float, down_px: float, scale: float, size_px: tuple[int, int]
) -> Box:
    x, y = (
        (box[0] + box[2]) / 2 + right_px / size_px[0],
        (box[1] + box[3]) / 2 + down_px / size_px[1],
    )
    across, down = scale * (box[2] - box[0]) / 2, scale * (box[3] - box[1]) / 2
    return x - across, y - down, x + across, y + down


def _through(motion: Matrix, box: Box) -> Box:
    scale = math.sqrt(abs(float(np.linalg.det(motion[:2, :2]))))
    centre = np.array([[(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]], np.float32)
    x, y = mapped(motion, centre)[0].tolist()
    across, down = scale * (box[2] - box[0]) / 2, scale * (box[3] - box[1]) / 2
    return x - across, y - down, x + across, y + down


def _fractions(shared: Matrix, size_px: tuple[int, int]) -> Matrix:
    to_px = np.diag([*map(float, size_px), 1.0])
    return np.asarray(np.linalg.inv(to_px) @ shared @ to_px, np.float64)


def _living_to(carried: _Carried, expires_t: float) -> _Carried:
    region = carried.region
    return replace(carried, region=replace(region, expires_t=max(region.expires_t, expires_t)))


def _inside(box: Box) -> float:
    """Share of its area that is in the frame."""
    return share_inside(box, (0.0, 0.0, 1.0, 1.0))
