"""Packed pictures put together again, so that all that follows sees one camera.

    +-------------------+          +--------------------------+
    | mark              |          | the scene, enlarged      |
    | window            |   ──▶    |      +----------+        |
    | scene, small      |          |      | window   |        |
    +-------------------+          |      +----------+        |
                                   +--------------------------+

The window is pasted at the place and resolution that it was cut from, so the boxes of an answer
are fractions of the camera's frame, packed or not, and no back end need know. Only senders that
said that they pack are looked at this way: any picture may look like a mark by chance.

A whole frame that came smaller than the camera's is enlarged: for a while the sender was asked for
small ones (artic_codecs/overview.py), and what is looked for, read and followed in them is measured
in pixels of the camera. A camera is as large as its largest picture was.

It costs 2.4 ms at 720p and 4 at 1080p, nearly all of it enlarging: too long for the event loop.
Cubic, because more is read in a scene that was enlarged so (24 drawn words of 14-28 px: 90 % of the
characters; linear 85, Lanczos 86 at seven times the cost).
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable

import av
import cv2

from artic_codecs.grid import PxBox, fractions_of
from artic_codecs.layout import ALL_PACKED_PX, Layout, Size
from artic_codecs.layout_mark import MarkWhy, Reading, read_mark
from artic_codecs.regions import Box
from articgw.coded import Coded
from articgw.decoder_guard import MAX_PIXELS, MAX_SIDE_PX
from articgw.frame import Frame, Pixels, samples
from articgw.picture_pool import in_turn
from articgw.slot import FrameSlot

log = logging.getLogger(__name__)

Seen = tuple[av.VideoFrame, Box | None]
"""A picture of the camera's size, and where its window is, if it was packed."""
Assemble = Callable[[av.VideoFrame, Reading], Seen]

_STEPS = (1, 2, 2)
"""Pixels of the picture to one of each plane."""
SAME_SHAPE = 0.02
"""Sides are even numbers, so that a small picture's proportions are a little off."""


class Unpacking:
    """For the pictures of one sender that may pack; keeps what its last packed one was."""

    def __init__(self) -> None:
        self.refused = 0
        """Pictures that were dropped: packed, and not to be read."""
        self._packed_px: Size | None = None
        self._camera_px: Size = (0, 0)

    def on_picture(self, picture: av.VideoFrame) -> Seen | None:
        """The camera's picture; None for a packed one whose mark is damaged or gone.

        A whole frame of the camera's size is handed back as it came.
        """
        reading = self.read(picture)
        if reading is None:
            return None
        large_px = self.large_px(picture)
        if reading.layout is None and large_px is not None:
            return enlarged(picture, large_px), None
        return put_together(picture, reading)

    def large_px(self, picture: av.VideoFrame) -> Size | None:
        """What a whole frame is to be enlarged to, once it was read; None: it is large enough."""
        size_px = picture.width, picture.height
        return self._camera_px if size_px != self._camera_px else None

    def read(self, picture: av.VideoFrame) -> Reading | None:
        """What there is to put together, None as above; 0.02 ms for a whole frame, else 0.3."""
        reading = read_mark(samples(picture.planes[0]))
        if reading.layout is not None:
            self._packed_px = picture.width, picture.height
            self._see(_decodable(reading.layout.camera_px))
            return reading
        if self._is_whole(reading, (picture.width, picture.height)):
            self._see((picture.width, picture.height))
            return reading
        if not self.refused:
            log.warning("a packed picture is dropped: its mark cannot be read")
        self.refused += 1
        return None

    def _see(self, size_px: Size) -> None:
        (width, height), (most_width, most_height) = size_px, self._camera_px
        across, down = width * most_height, height * most_width
        another = abs(across - down) > SAME_SHAPE * across
        if another or width > most_width:
            self._camera_px = size_px

    def _is_whole(self, reading: Reading, size_px: Size) -> bool:
        if reading.why is not MarkWhy.ABSENT:
            return False
        packs = self._packed_px is not None
        return not packs or (size_px != self._packed_px and size_px not in ALL_PACKED_PX)


def put_together(picture: av.VideoFrame, reading: Reading) -> Seen:
    """The camera's picture; the very one where it was sent whole.

    A camera larger than what may be decoded (decoder_guard.py) is made to fit, window and all: the
    mark is a claim like any other.
    """
    layout = reading.layout
    if layout is None:
        return picture, None
    camera_px = layout.camera_px
    shrink = _shrink(camera_px)
    whole = av.VideoFrame(*_decodable(camera_px), "yuv420p")
    packed = _planar(picture)
    for source, target, step in zip(packed.planes, whole.planes, _STEPS, strict=True):
        small, large = samples(source), samples(target)
        _paste(_part(small, layout.thumbnail_at, reading.scale / step), large)
        window = _part(large, layout.window, shrink / step)
        _paste(_part(small, layout.window_at, reading.scale / step), window)
    _stamp(whole, packed)
    return whole, fractions_of(layout.window, camera_px)


def enlarged(picture: av.VideoFrame, size_px: Size) -> av.VideoFrame:
    """A whole frame at the camera's size."""
    large, planar = av.VideoFrame(*size_px, "yuv420p"), _planar(picture)
    for source, target in zip(planar.planes, large.planes, strict=True):
        _paste(samples(source), samples(target))
    _stamp(large, planar)
    return large


async def unpack_frames(
    arrived: FrameSlot, slot: FrameSlot, assemble: Assemble = put_together
) -> None:
    """Each newest frame of ``arrived`` goes to ``slot`` as the camera's, until its end.

    Packed and small ones by way of a thread, one at a time, so that all stay in order; of those
    that come meanwhile only the newest is seen.
    """
    unpacking = Unpacking()
    async for frame in arrived.frames():
        reading = unpacking.read(frame.picture)
        if reading is None:
            continue
        large_px = unpacking.large_px(frame.picture) if reading.layout is None else None
        if large_px is not None:
            picture = await in_turn(enlarged, frame.picture, large_px)
            slot.put(Frame(picture, frame.captured_t, coded=frame.coded))
        elif reading.layout is None:
            slot.put(frame)
        else:
            picture, window = await in_turn(assemble, frame.picture, reading)
            slot.put(Frame(picture, frame.captured_t, window, _placed(frame, reading.layout)))


def _decodable(camera_px: Size) -> Size:
    width, height = camera_px
    shrink = _shrink(camera_px)
    return int(width * shrink) // 2 * 2, int(height * shrink) // 2 * 2


def _shrink(camera_px: Size) -> float:
    width, height = camera_px
    return min(1.0, MAX_SIDE_PX / max(camera_px), math.sqrt(MAX_PIXELS / (width * height)))


def _planar(picture: av.VideoFrame) -> av.VideoFrame:
    return picture if picture.format.name == "yuv420p" else picture.reformat(format="yuv420p")


def _placed(frame: Frame, layout: Layout) -> Coded | None:
    window = fractions_of(layout.window, layout.camera_px)
    window_at = fractions_of(layout.window_at, layout.packed_px)
    return None if frame.coded is None else frame.coded.packed(window, window_at)


def _part(plane: Pixels, box: PxBox, scale: float) -> Pixels:
    x0, y0, x1, y1 = (round(side * scale) for side in box)
    return plane[y0:y1, x0:x1]


def _paste(source: Pixels, target: Pixels) -> None:
    if source.shape == target.shape:
        target[:] = source
    else:
        size = target.shape[1], target.shape[0]
        cv2.resize(source, size, dst=target, interpolation=cv2.INTER_CUBIC)


def _stamp(whole: av.VideoFrame, packed: av.VideoFrame) -> None:
    whole.pts = packed.pts
    if packed.time_base is not None:
        whole.time_base = packed.time_base
    whole.color_range, whole.colorspace = packed.color_range, packed.colorspace
    whole.color_primaries, whole.color_trc = packed.color_primaries, packed.color_trc
