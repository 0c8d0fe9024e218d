"""Which part of the frame goes into the window: fitted to the regions, and then left in peace.

The smallest window that holds the most important region with a margin, and as many of the others
as fit, best first. A window that still holds them stays where it is: its margin for staying is half
of that for moving, and a smaller size must fit with room to spare, because moving costs bits and
another size a keyframe. The whole frame goes out where packing gains nothing: no region, one as
large as the largest window, a camera so small that the packed picture would hardly be smaller.

Pure: the last layout is an argument. The page decides by the same rules (articgw/page/packing.js),
and tests/data/packing_vectors.json holds both to the same results.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from artic_codecs.boxes import clean_box
from artic_codecs.layout import (
    GRID_PX,
    MOST_CAMERA_PX,
    THUMBNAILS_PX,
    WINDOWS_PX,
    Layout,
    Size,
    packed_px,
    places,
    slot_px,
    stands,
)
from artic_codecs.regions import Box

Wish = tuple[object, float]
"""A box as fractions of the camera's frame, of which nothing is believed, and its priority."""
Px = tuple[float, float, float, float]

MARGIN_PX, MARGIN_PART = 16.0, 1 / 16
"""Around the regions on each side: so many pixels and so much of their size."""
STAY = 0.5
"""Of the margin, is enough for the window to stay. The rest is more than half a grid step."""
ROOM = 1.25
"""A smaller window must hold so many times the regions before it is taken."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a plan may use. Raises ``ValueError`` for a thumbnail step that is none."""

    most_window_step: int = 3
    """Into `WINDOWS_PX`, which are in order of area."""
    thumbnail_step: int = 1
    most_part: float = 0.6
    """Of the camera's pixels, that a packed picture may have."""

    def __post_init__(self) -> None:
        if not 0 <= self.thumbnail_step < len(THUMBNAILS_PX):
            raise ValueError(f"no thumbnail step {self.thumbnail_step}")


class PlanWhy(StrEnum):
    """Reason of a `Plan`."""

    FITTED = "fitted"
    """A new window."""
    STAYS = "stays"
    """The last window still holds what matters."""
    NO_REGION = "no_region"
    """Whole frame: nobody wants anything in particular."""
    TOO_LARGE = "too_large"
    """Whole frame: what matters most does not fit in the largest window."""
    NO_GAIN = "no_gain"
    """Whole frame: a packed picture of this camera would hardly be smaller, or cannot be."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do with the next frame."""

    layout: Layout | None
    """None: send the whole frame."""
    why: PlanWhy
    left_out: int
    """Regions that are not in the window."""


DEFAULT_LIMITS = Limits()


def plan(
    camera_px: Size,
    wishes: Iterable[Wish],
    *,
    last: Layout | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Plan:
    """How to pack a frame of ``camera_px``; ``last`` is the layout of the frame before, if any."""
    camera = _even(camera_px)
    boxes = _ranked(wishes, camera)
    if not boxes:
        return Plan(None, PlanWhy.NO_REGION, 0)
    steps = _steps(camera, limits)
    if not steps:
        return Plan(None, PlanWhy.NO_GAIN, len(boxes))
    around, left_out = _gathered(boxes, camera, steps)
    if around is None:
        return Plan(None, PlanWhy.TOO_LARGE, left_out)
    if last is not None and _may_stay(last, around, camera, steps, limits):
        return Plan(last, PlanWhy.STAYS, left_out)
    wanted = _grown(around, 1.0, camera)
    step = _step_for(wanted, 1.0, steps)
    assert step is not None
    columns, rows = places(camera, step)
    width, height = WINDOWS_PX[step]
    column = _snapped((wanted[0] + wanted[2] - width) / 2, camera[0] - width, columns)
    row = _snapped((wanted[1] + wanted[3] - height) / 2, camera[1] - height, rows)
    layout = Layout(camera, step, limits.thumbnail_step, column, row)
    return Plan(layout, PlanWhy.FITTED, left_out)


def _even(camera_px: Size) -> Size:
    width, height = camera_px
    return width // 2 * 2, height // 2 * 2


def _ranked(wishes: Iterable[Wish], camera: Size) -> list[Px]:
    clean = ((clean_box(box).box, _priority(priority)) for box, priority in wishes)
    found = [(box, priority) for box, priority in clean if box is not None]
    found.sort(key=lambda wish: -wish[1])
    return [_pixels(box, camera) for box, _ in found]


def _priority(priority: float) -> float:
    return priority if math.isfinite(priority) else 0.0


def _pixels(box: Box, camera: Size) -> Px:
    width, height = camera
    return box[0] * width, box[1] * height, box[2] * width, box[3] * height


def _steps(camera: Size, limits: Limits) -> list[int]:
    if not 2 <= min(camera) <= max(camera) <= MOST_CAMERA_PX:
        return []
    slot, beside = slot_px(camera, limits.thumbnail_step), stands(camera)
    most = limits.most_part * camera[0] * camera[1]
    steps = []
    for step, window in enumerate(WINDOWS_PX):
        width, height = packed_px(window, slot, beside=beside)
        if (
            step <= limits.most_window_step
            and places(camera, step) != (0, 0)
            and width * height <= most
        ):
            steps.append(step)
    return steps


def _gathered(boxes: Sequence[Px], camera: Size, steps: Sequence[int]) -> tuple[Px | None, int]:
    around, left_out = boxes[0], 0
    if _step_for(_grown(around, 1.0, camera), 1.0, steps) is None:
        return None, len(boxes)
    for box in boxes[1:]:
        both = _union(around, box)
        if _step_for(_grown(both, 1.0, camera), 1.0, steps) is None:
            left_out += 1
        else:
            around = both
    return around, left_out


def _union(a: Px, b: Px) -> Px:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def _grown(box: Px, part: float, camera: Size) -> Px:
    (x0, y0, x1, y1), (width, height) = box, camera
    beside = part * (MARGIN_PX + MARGIN_PART * (x1 - x0))
    above = part * (MARGIN_PX + MARGIN_PART * (y1 - y0))
    return (
        max(0.0, x0 - beside),
        max(0.0, y0 - above),
        min(float(width), x1 + beside),
        min(float(height), y1 + above),
    )


def _step_for(wanted: Px, room: float, steps: Sequence[int]) -> int | None:
    across, down = room * (wanted[2] - wanted[0]), room * (wanted[3] - wanted[1])
    for step in steps:
        width, height = WINDOWS_PX[step]
        if across <= width and down <= height:
            return step
    return None


def _may_stay(last: Layout, around: Px, camera: Size, steps: Sequence[int], limits: Limits) -> bool:
    if last.camera_px != camera or last.thumbnail_step != limits.thumbnail_step:
        return False
    if last.window_step not in steps:
        return False
    needed, window = _grown(around, STAY, camera), last.window
    inside = (
        window.x0 <= needed[0]
        and window.y0 <= needed[1]
        and needed[2] <= window.x1
        and needed[3] <= window.y1
    )
    smaller = _step_for(_grown(around, 1.0, camera), ROOM, steps)
    return inside and (smaller is None or smaller >= last.window_step)


def _snapped(edge_px: float, last_px: int, count: int) -> int:
    if edge_px >= last_px:
        return count - 1
    return min(max(0, math.floor(edge_px / GRID_PX + 0.5)), count - 1)
