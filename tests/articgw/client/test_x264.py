"""One libx264: regions reach it, bounds hold."""

from __future__ import annotations

import av
import numpy as np
import pytest

from artic_codecs.grid import PxBox
from artic_codecs.rectangles import Rectangle
from articgw.client.x264 import X264

WIDTH, HEIGHT = 320, 192
WHOLE = PxBox(0, 0, WIDTH, HEIGHT)
LEFT = PxBox(0, 0, WIDTH // 2, HEIGHT)


def noise() -> av.VideoFrame:
    yuv = np.random.default_rng(5).integers(16, 235, (HEIGHT * 3 // 2, WIDTH), np.uint8)
    return av.VideoFrame.from_ndarray(yuv, format="yuv420p")


def coded(rectangles: list[Rectangle], most_bits: float = 4e6) -> tuple[bytes, float | None]:
    return X264((WIDTH, HEIGHT)).encode(noise(), rectangles, most_bits=most_bits)


def error(data: bytes, area: PxBox) -> float:
    decoder = av.CodecContext.create("h264", "r")
    assert isinstance(decoder, av.VideoCodecContext)
    shown = [*decoder.decode(av.Packet(data)), *decoder.decode(None)][0].to_ndarray()
    apart = shown[:HEIGHT].astype(np.float64) - noise().to_ndarray()[:HEIGHT]
    return float(np.mean(apart[area.y0 : area.y1, area.x0 : area.x1] ** 2))


def test_x264_honours_a_rectangle_of_the_preset_in_use() -> None:
    data, _ = coded([Rectangle(LEFT, 2.0), Rectangle(WHOLE, 20.0)])
    right = PxBox(WIDTH // 2, 0, WIDTH, HEIGHT)
    assert error(data, LEFT) < error(data, right) / 4


def test_the_first_listed_is_on_top() -> None:
    better, worse = Rectangle(LEFT, 2.0), Rectangle(LEFT, 26.0)
    assert error(coded([better, worse])[0], LEFT) < error(coded([worse, better])[0], LEFT) / 4


def test_a_rectangle_over_it_all_moves_the_frame() -> None:
    sizes = [len(coded([Rectangle(WHOLE, offset_qp)])[0]) for offset_qp in (24.0, 18.0, 12.0)]
    assert sizes == sorted(sizes) and sizes[0] < 0.7 * sizes[2]


def test_no_rectangle_is_as_a_flat_one() -> None:
    assert coded([])[0] == coded([Rectangle(WHOLE, 0.0)])[0]


@pytest.mark.parametrize("first_bits", [60_000, 150_000])
def test_the_first_frame_is_bounded_whatever_its_regions(first_bits: int) -> None:
    regions = [Rectangle(LEFT, 0.0), Rectangle(WHOLE, 15.0)]
    data, over_qp = coded(regions, first_bits)
    assert 8 * len(data) < 1.1 * first_bits
    assert over_qp is not None and over_qp >= 0


def moving(number: int) -> av.VideoFrame:
    rng = np.random.default_rng(3)
    coarse = np.kron(rng.integers(40, 215, (HEIGHT // 8, WIDTH // 4)), np.ones((8, 8)))
    yuv = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
    yuv[:HEIGHT] = coarse[:, 5 * number : 5 * number + WIDTH]
    return av.VideoFrame.from_ndarray(yuv, format="yuv420p")


def test_every_frame_of_an_open_encoder_has_a_bound_of_its_own() -> None:
    codec, over = X264((WIDTH, HEIGHT)), []
    bounds = [60_000] * 5 + [15_000] * 8 + [150_000] * 4 + [30_000] * 6
    for number, most_bits in enumerate(bounds):
        offset = [Rectangle(WHOLE, 8.0)]
        data, _ = codec.encode(moving(number), offset, most_bits=most_bits, keyframe=number == 20)
        over.append(8 * len(data) / most_bits)
    assert max(over) < 1.05 and codec.frames == len(bounds)


def test_it_stays_at_its_base_where_the_bound_is_wide() -> None:
    codec = X264((WIDTH, HEIGHT))
    over = [
        codec.encode(moving(number), [Rectangle(WHOLE, 20.0)], most_bits=1e6)[1]
        for number in range(10)
    ]
    assert over[5:] == [0.0] * 5
