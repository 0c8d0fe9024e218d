"""Looks that stand alone: packed pictures, each a keyframe within its packets.

`FrameRate` chooses how many and how large; nothing is sent again, and the loss is learnt from what
arrives.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from artic_codecs.frame_rate import FrameRate
from artic_codecs.grid import Grid
from artic_codecs.layout import Layout
from artic_codecs.pack import Unpacker, pack, size_of
from artic_codecs.packing import plan
from artic_codecs.qp_map import Boost
from artic_codecs.rectangles import nested
from artic_codecs.regions import Box, Region
from tests.bench._codecs_coders import Aimer
from tests.bench._codecs_film import Asked
from tests.bench._codecs_loss_link import RATE_BPS, WARM_S, Link, Outcome, Seen
from tests.bench._codecs_loss_pixels import cut, db, decoded, frame_of, luma, opened, psnr
from tests.bench._codecs_wire import LINK_DELAY_S, PAYLOAD_BYTES, h264_payload_bytes, wire_bits

Pixels = NDArray[np.uint8]

WINDOWS = 200
"""Of each repeat; looks are few and small, and quickly made."""
LEAST_PACKETS = 2
"""What is smaller cannot be read."""
CRFS = range(18, 52)
BOX_QP = 18.0
"""How much better the asked box is than the rest of a look."""


class Camera:
    """A film shown forth and back for as long as it takes, and a thing that is asked about."""

    def __init__(self, asked: Asked) -> None:
        self.asked, self.film = asked, asked.film
        self._looks: dict[tuple[int, int], tuple[bytes, float]] = {}

    def number(self, t_s: float) -> int:
        """Of the film's frame at that time."""
        last = len(self.film.frames) - 1
        at = int(t_s * self.film.fps + 1e-6) % (2 * last)
        return min(at, 2 * last - at)

    def look(self, number: int, packets: int) -> tuple[bytes, float]:
        """A packed keyframe of at most so many packets, if x264 can, and the PSNR of its box."""
        key = (number, packets)
        if key not in self._looks:
            self._looks[key] = self._made(number, packets)
        return self._looks[key]

    def _made(self, number: int, packets: int) -> tuple[bytes, float]:
        yuv, box = self.film.frames[number], self.asked.last_box(number)
        layout = plan(self.film.size_px, [(box, 1.0)]).layout
        if layout is None:
            data = keyframe(yuv, box, packets)
            return data, psnr(yuv, decoded(data), box)
        inside, picture = layout.to_window(box), pack(yuv, layout)
        assert inside is not None
        data = keyframe(picture, _within(layout, inside), packets)
        unpacked = Unpacker().unpack(decoded(data))
        if unpacked is None or unpacked.layout != layout:
            return data, float("nan")
        x0, y0, x1, y1 = layout.window
        return data, db(cut(yuv[y0:y1, x0:x1], inside), cut(luma(unpacked.detail), inside))


def keyframe(yuv: Pixels, box: Box, packets: int) -> bytes:
    """The best that fits, by bisection; the box is worth more than the rest."""
    grid = Grid(size_of(yuv))
    rectangles = nested(Boost(BOX_QP), [Region(box, 0.0, 1.0, 1.0)], grid, now=0.0)
    least, most, best = 0, len(CRFS) - 1, b""
    while least <= most:
        middle = (least + most) // 2
        codec = opened(size_of(yuv), {"crf": str(CRFS[middle])})
        frame = Aimer().aimed(frame_of(yuv, 0), rectangles)
        data = b"".join(bytes(one) for one in [*codec.encode(frame), *codec.encode(None)])
        if h264_payload_bytes(data) <= PAYLOAD_BYTES * packets:
            best, most = data, middle - 1
        else:
            least = middle + 1
            best = best or (data if least > most else b"")
    return best


def looks(camera: Camera, link: Link, windows: int = WINDOWS) -> Outcome:
    """Ours."""
    outcome = Outcome(WARM_S + windows)
    rate, t_s, hit_before = FrameRate(), 0.0, False
    while t_s < outcome.seconds:
        wanted = rate.decide(RATE_BPS, now=t_s, least_packets=LEAST_PACKETS)
        data, box_db = camera.look(camera.number(t_s), wanted.packets)
        payload = h264_payload_bytes(data)
        hits = [link.loses() for _ in range(-(-payload // PAYLOAD_BYTES))]
        begun = [now and not before for before, now in zip([hit_before, *hits], hits, strict=False)]
        hit_before = hits[-1]
        outcome.pictures += t_s >= WARM_S
        outcome.bits += wire_bits(payload) if t_s >= WARM_S else 0
        if not any(hits):
            outcome.seen.append(Seen(t_s, t_s + LINK_DELAY_S, box_db))
        told_t = t_s + 2 * LINK_DELAY_S
        # A run that goes on from the look before began there.
        bursts = max(sum(begun), 1 if any(hits) and not hit_before else 0)
        rate.meter.on_counts(len(hits), sum(hits), min(bursts, sum(hits)), now=told_t)
        again = rate.decide(RATE_BPS, now=told_t, least_packets=LEAST_PACKETS)
        t_s = max(told_t, t_s + again.spacing_s)
    return outcome


def _within(layout: Layout, inside: Box) -> Box:
    """A box of the window on the packed picture."""
    (width, height), at = layout.packed_px, layout.window_at
    across, down = at.x1 - at.x0, at.y1 - at.y0
    return (
        (at.x0 + inside[0] * across) / width,
        (at.y0 + inside[1] * down) / height,
        (at.x0 + inside[2] * across) / width,
        (at.y0 + inside[3] * down) / height,
    )
