"""From the camera's frame to the picture that is coded, as the steer in force says.

    whole    the frame, shrunk to the steered size       no offsets
    qp       the same                                    offsets for the regions (region_qp.py)
    packed   window and thumbnail (artic_codecs.pack)    one for the mark, which must be read

Where packing has no region to show, or gains nothing, the whole frame goes out. A packed picture is
never shrunk: it is there for its native pixels; where it is larger than the steered size, the whole
frame goes out too. Another size of the picture costs the encoder a keyframe, so the packer keeps
the last layout as long as it can.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import cast

import av
from av.video.reformatter import VideoReformatter

from artic_codecs.cleaning import Said
from artic_codecs.grid import Grid, PxBox
from artic_codecs.layout import MARK_PX, Layout, Size
from artic_codecs.pack import Packer, Pixels
from artic_codecs.rectangles import Rectangle
from artic_codecs.regions import Box, Region
from artic_codecs.steer import Treatment
from articgw.client.quantiser import MAX_QP
from articgw.client.region_qp import RegionAim, held, most_qp
from articgw.client.sizes import decodable, fitted

MARK_QP = 10.0
"""So much better than x264 begins a frame is the mark coded: it stands still, it is nearly free."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture to be coded."""

    picture: av.VideoFrame
    offsets: Sequence[Rectangle]
    """Against the frame's QP, the last one over it all."""
    looked_at: Box | None
    """Where the most important region lies in ``picture``; None without one."""
    layout: Layout | None = None
    """Of a packed picture."""

    @property
    def best(self) -> Rectangle:
        """The offset of the most important region, or of it all."""
        return self.offsets[0 if self.layout is None else -1]

    @property
    def most_qp(self) -> float:
        """The coarsest that its frame may be coded."""
        return MAX_QP if self.layout is not None else most_qp(self.offsets)

    def coded_at(self, qp: float) -> tuple[Rectangle, ...]:
        """Offsets against the least QP (region_qp.py), where its frame is to be coded at ``qp``."""
        offsets = held(self.offsets, qp)
        if self.layout is None:
            return offsets
        return replace(offsets[0], offset_qp=-MARK_QP), *offsets[1:]

    @property
    def grid(self) -> Grid:
        """The blocks of the picture."""
        return Grid((self.picture.width, self.picture.height))


class Shots:
    """Makes the pictures of one camera. `steer` may be called while another thread encodes."""

    def __init__(self) -> None:
        self._ways: tuple[Size | None, Treatment] = (None, Treatment.WHOLE)
        self._aim = RegionAim()
        self._scaler = VideoReformatter()
        self._packer = Packer()

    def steer(
        self, *, size_px: Size | None, how: Treatment, regions: Iterable[Said | Region]
    ) -> None:
        """These from the next frame on; nothing about ``regions`` is believed."""
        self._ways = (size_px, how)
        self._aim.take(regions)

    def take(self, frame: av.VideoFrame, *, now: float) -> Shot:
        """The picture for a frame captured at ``now``, s."""
        most_px, how = self._ways
        regions = self._aim.regions(camera_px=(frame.width, frame.height), now=now)
        packed = self._packed(frame, regions, most_px) if how is Treatment.PACKED else None
        if packed is not None:
            return packed
        picture = self._scaled(frame, most_px)
        grid = Grid((picture.width, picture.height))
        aimed_at = regions if how is Treatment.QP else ()
        offsets = self._aim.rectangles(aimed_at, grid, now=now)
        return Shot(picture, offsets, regions[0].box if regions else None)

    def _packed(
        self, frame: av.VideoFrame, regions: Sequence[Region], most_px: Size | None
    ) -> Shot | None:
        if not regions:
            return None
        planes = cast(Pixels, self._scaled(frame, None).to_ndarray())
        wishes = [(region.box, region.priority) for region in regions]
        pixels, plan = self._packer.pack(planes, wishes)
        layout = plan.layout
        if layout is None or fitted(layout.packed_px, most_px) != layout.packed_px:
            return None
        picture = av.VideoFrame.from_ndarray(pixels, format="yuv420p")
        width, height = layout.packed_px
        mark = Rectangle(PxBox(0, 0, width, MARK_PX), -MARK_QP)
        offsets = (mark, Rectangle(PxBox(0, 0, width, height), 0.0))
        inside = layout.to_window(regions[0].box)
        x0, y0, x1, y1 = layout.window_at
        if inside is not None:
            inside = (
                (x0 + inside[0] * (x1 - x0)) / width,
                (y0 + inside[1] * (y1 - y0)) / height,
                (x0 + inside[2] * (x1 - x0)) / width,
                (y0 + inside[3] * (y1 - y0)) / height,
            )
        return Shot(picture, offsets, inside, layout)

    def _scaled(self, frame: av.VideoFrame, most_px: Size | None) -> av.VideoFrame:
        size_px = (frame.width, frame.height)
        width, height = fitted(size_px, most_px or decodable(size_px))
        return self._scaler.reformat(frame, width, height, "yuv420p")
