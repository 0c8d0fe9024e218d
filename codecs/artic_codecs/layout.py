"""Where things lie in a packed picture: a mark, a window of the frame, and the whole scene, small.

    +---------------------------+      +----------------------------------+
    | mark: MARK_PX rows        |      | mark                             |
    +---------------------------+      +-------------------------+--------+
    | window, native resolution |      | window                  | scene, |
    |                           |      |                         | small  |
    +------------------+--------+      +-------------------------+        |
    | scene, small     | grey   |      | grey                    |        |
    +------------------+--------+      +-------------------------+--------+
      a camera that lies                 a camera that stands

A layout is five small numbers, few enough to be drawn in the mark (`layout_mark.py`); all else
follows from them by whole numbers, the same here and in the page (articgw/page/layout.js). Sizes
come in steps, because another size of the packed picture costs a keyframe, and the window moves by
`GRID_PX`, so that what stands still stays still in the encoder's blocks.
"""

from __future__ import annotations

from dataclasses import dataclass

from artic_codecs.boxes import clean_box
from artic_codecs.grid import PxBox
from artic_codecs.regions import Box

Size = tuple[int, int]
"""Width, height, px."""

GRID_PX = 16
MARK_PX = 16
"""Height of the strip that carries the mark; its width is the packed picture's."""
WINDOWS_PX: tuple[Size, ...] = ((320, 176), (480, 272), (416, 416), (640, 368), (960, 544))
"""By step, in order of area; a picture no wider than the first could not hold the mark."""
THUMBNAILS_PX: tuple[Size, ...] = ((256, 144), (320, 180), (480, 270))
"""By step: what the scene is fitted into; turned for a camera that stands. Whole parts of 720p."""
MOST_CAMERA_PX = 4096
"""A side; 16 px steps of it fit in 8 bits."""


@dataclass(frozen=True, slots=True)
class Layout:
    """One way to pack. Raises ``ValueError`` for what cannot be: a window outside the frame."""

    camera_px: Size
    """Of the camera's frame; even."""
    window_step: int
    """Into `WINDOWS_PX`."""
    thumbnail_step: int
    """Into `THUMBNAILS_PX`."""
    column: int
    """Left edge of the window in `GRID_PX`; the last one is flush with the frame's right edge."""
    row: int
    """Top edge of the window, likewise."""

    def __post_init__(self) -> None:
        sides_fit = all(side % 2 == 0 and 2 <= side <= MOST_CAMERA_PX for side in self.camera_px)
        steps_fit = (
            0 <= self.window_step < len(WINDOWS_PX)
            and 0 <= self.thumbnail_step < len(THUMBNAILS_PX)
        )  # fmt: skip
        if not (sides_fit and steps_fit):
            raise ValueError(f"{self}: no such camera or step")
        columns, rows = places(self.camera_px, self.window_step)
        if not (0 <= self.column < columns and 0 <= self.row < rows):
            raise ValueError(f"{self}: the window is outside the frame")

    @property
    def window(self) -> PxBox:
        """What the window shows, px of the camera's frame."""
        (width, height), (right, bottom) = WINDOWS_PX[self.window_step], self.camera_px
        x0 = min(self.column * GRID_PX, right - width)
        y0 = min(self.row * GRID_PX, bottom - height)
        return PxBox(x0, y0, x0 + width, y0 + height)

    @property
    def window_at(self) -> PxBox:
        """Where the window lies in the packed picture."""
        width, height = WINDOWS_PX[self.window_step]
        return PxBox(0, MARK_PX, width, MARK_PX + height)

    @property
    def thumbnail_at(self) -> PxBox:
        """Where the scene lies in the packed picture."""
        window = self.window_at
        x0, y0 = (window.x1, MARK_PX) if stands(self.camera_px) else (0, window.y1)
        width, height = _fitted(self.camera_px, slot_px(self.camera_px, self.thumbnail_step))
        return PxBox(x0, y0, x0 + width, y0 + height)

    @property
    def packed_px(self) -> Size:
        """Of the packed picture."""
        return packed_px(
            WINDOWS_PX[self.window_step],
            slot_px(self.camera_px, self.thumbnail_step),
            beside=stands(self.camera_px),
        )

    def from_window(self, box: object) -> Box | None:
        """A box on the window's picture as fractions of the camera's frame; None if it is none."""
        inside = clean_box(box).box
        if inside is None:
            return None
        (x0, y0, x1, y1), (width, height), window = inside, self.camera_px, self.window
        across, down = window.x1 - window.x0, window.y1 - window.y0
        return (
            (window.x0 + x0 * across) / width,
            (window.y0 + y0 * down) / height,
            (window.x0 + x1 * across) / width,
            (window.y0 + y1 * down) / height,
        )

    def to_window(self, box: object) -> Box | None:
        """What the window shows of a box on the camera's frame; None if nothing."""
        inside = clean_box(box).box
        if inside is None:
            return None
        (x0, y0, x1, y1), (width, height), window = inside, self.camera_px, self.window
        across, down = window.x1 - window.x0, window.y1 - window.y0
        return clean_box(
            (
                (x0 * width - window.x0) / across,
                (y0 * height - window.y0) / down,
                (x1 * width - window.x0) / across,
                (y1 * height - window.y0) / down,
            )
        ).box

    def from_thumbnail(self, box: object) -> Box | None:
        """A box on the thumbnail as fractions of the camera's frame; None if it is none."""
        return clean_box(box).box

    def to_thumbnail(self, box: object) -> Box | None:
        """The thumbnail shows all of the frame."""
        return clean_box(box).box


def stands(camera_px: Size) -> bool:
    """Is the picture higher than wide?"""
    return camera_px[0] < camera_px[1]


def slot_px(camera_px: Size, thumbnail_step: int) -> Size:
    """What the scene is fitted into."""
    width, height = THUMBNAILS_PX[thumbnail_step]
    return (height, width) if stands(camera_px) else (width, height)


def packed_px(window: Size, slot: Size, *, beside: bool) -> Size:
    """Of a picture with this window and this slot for the scene, beside it or below."""
    if beside:
        return window[0] + slot[0], MARK_PX + max(window[1], slot[1])
    return max(window[0], slot[0]), MARK_PX + window[1] + slot[1]


def places(camera_px: Size, window_step: int) -> Size:
    """How many columns and rows the window has to stand in; 0 where it does not fit."""
    (width, height), (right, bottom) = WINDOWS_PX[window_step], camera_px
    if width > right or height > bottom:
        return 0, 0
    return -(-(right - width) // GRID_PX) + 1, -(-(bottom - height) // GRID_PX) + 1


def _fitted(camera_px: Size, slot: Size) -> Size:
    (width, height), (most_width, most_height) = camera_px, slot
    if width * most_height >= height * most_width:
        return most_width, max(2, height * most_width // width // 2 * 2)
    return max(2, width * most_height // height // 2 * 2), most_height


ALL_PACKED_PX: frozenset[Size] = frozenset(
    packed_px(window, slot, beside=beside)
    for window in WINDOWS_PX
    for width, height in THUMBNAILS_PX
    for beside, slot in ((False, (width, height)), (True, (height, width)))
)
"""Every size that a packed picture can have."""
