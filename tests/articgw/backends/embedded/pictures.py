"""Pictures with signs, drawn, and squeezed through real encoders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from artic_codecs import Box
from articgw.backends.embedded.scene import Scene, Sign, TextLine
from articgw.frame import Frame, Pixels

_FONT = Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans-Bold.ttf"
_CAPITAL_PER_EM = 0.729

COLOURS = {
    "red": (190, 30, 30), "green": (20, 120, 60), "blue": (30, 80, 190), "yellow": (240, 205, 40),
    "white": (240, 240, 240), "black": (25, 25, 28), "orange": (240, 130, 20),
    "purple": (110, 50, 150), "brown": (115, 70, 35), "pink": (250, 140, 180),
}  # fmt: skip


@dataclass(frozen=True)
class Plate:
    """A sign to draw: its middle as fractions, its text, the height of a capital, its colours."""

    at: tuple[float, float]
    text: str
    capital_px: int
    ground: str = "white"
    ink: str = "black"


def wall(size_px: tuple[int, int] = (960, 540)) -> Image.Image:
    """A grey wall with grain."""
    grain = np.random.default_rng(7).normal(0, 9, (size_px[1] // 4, size_px[0] // 4, 1))
    small = np.clip(np.array([128.0, 126.0, 120.0]) + grain, 0, 255).astype(np.uint8)
    return Image.fromarray(small).resize(size_px, Image.Resampling.BICUBIC)


def draw(plates: Sequence[Plate], size_px: tuple[int, int] = (960, 540)) -> Image.Image:
    """Signs on a wall; the picture keeps their boxes nowhere: see `box_px`."""
    picture = wall(size_px)
    pen = ImageDraw.Draw(picture)
    for plate in plates:
        pen.rectangle(box_px(plate, size_px), fill=COLOURS[plate.ground])
        x, y = plate.at[0] * size_px[0], plate.at[1] * size_px[1]
        pen.multiline_text(
            (x, y), plate.text, COLOURS[plate.ink], _font(plate), anchor="mm", align="center"
        )
    return picture


def box_px(
    plate: Plate, size_px: tuple[int, int] = (960, 540)
) -> tuple[float, float, float, float]:
    """The plate: its text with a margin of half a capital."""
    pen = ImageDraw.Draw(Image.new("RGB", (8, 8)))
    middle = (plate.at[0] * size_px[0], plate.at[1] * size_px[1])
    x0, y0, x1, y1 = pen.multiline_textbbox(middle, plate.text, _font(plate), anchor="mm")
    margin = plate.capital_px / 2
    return x0 - margin, y0 - margin, x1 + margin, y1 + margin


def _font(plate: Plate) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONT), round(plate.capital_px / _CAPITAL_PER_EM))


def rgb(picture: Image.Image) -> Pixels:
    """(h, w, 3)."""
    return np.asarray(picture, np.uint8)


def _planes(picture: Image.Image) -> av.VideoFrame:
    return av.VideoFrame.from_ndarray(rgb(picture), format="rgb24").reformat(format="yuv420p")


def frame(picture: Image.Image, captured_t: float = 1.0) -> Frame:
    """As if decoded."""
    return Frame(_planes(picture), captured_t)


def squeezed(picture: Image.Image, codec: str, options: dict[str, str], bps: int = 0) -> Frame:
    """The last of six equal pictures after a real encoder and decoder."""
    encoder = av.CodecContext.create(codec, "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height = picture.size
    encoder.pix_fmt = "yuv420p"
    encoder.time_base = Fraction(1, 30)
    encoder.framerate = Fraction(30)
    if bps:
        encoder.bit_rate = bps
    encoder.options = options
    decoder = av.CodecContext.create({"libx264": "h264", "libvpx": "vp8"}[codec], "r")
    assert isinstance(decoder, av.VideoCodecContext)
    packets = []
    for n in range(6):
        one = _planes(picture)
        one.pts = n
        packets += encoder.encode(one)
    packets += encoder.encode(None)
    decoded = [one for packet in packets for one in decoder.decode(packet)]
    decoded += decoder.decode(None)
    return Frame(decoded[-1], 1.0)


def sign(
    text: str,
    box: Box,
    ground: str = "white",
    ink: str = "black",
    *,
    score: float = 0.99,
    height_px: float = 24.0,
) -> Sign:
    """A sign as if it had been read."""
    lines = tuple(TextLine(line, score, box, height_px) for line in text.split("\n"))
    return Sign(lines, box, ((ground, 1.0),), ((ink, 1.0),))


def scene(*signs: Sign, captured_t: float = 1.0, spots_objects: bool = True) -> Scene:
    """A scene of signs only."""
    return Scene(captured_t, (960, 540), signs, spots_objects=spots_objects)
