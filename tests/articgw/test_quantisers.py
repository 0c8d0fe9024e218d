"""What the decoder tells of quantisers."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any

import av
import cv2
import numpy as np
import pytest
from av.filter import Graph
from av.sidedata.encparams import VideoEncParams
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from artic_codecs import Box
from artic_codecs.grid import PxBox, pixels_of
from articgw.quantisers import (
    DECODER_OPTIONS,
    qps_in,
    qps_of,
    region_qp,
)

WIDTH, HEIGHT = 640, 360
SIGN: Box = (0.5, 0.4, 0.7, 0.6)
REST: Box = (0.0, 0.0, 0.3, 0.3)


def still(shift_px: int = 0) -> av.VideoFrame:
    rng = np.random.default_rng(4)
    coarse = rng.integers(30, 220, (50, 90), np.uint8)
    wall = cv2.resize(coarse, (WIDTH + 64, HEIGHT), interpolation=cv2.INTER_CUBIC)
    yuv = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
    yuv[:HEIGHT] = wall[:, shift_px : shift_px + WIDTH]
    return av.VideoFrame.from_ndarray(yuv, format="yuv420p")


def with_region(picture: av.VideoFrame, px: PxBox, qoffset: float) -> av.VideoFrame:
    graph = Graph()
    source = graph.add_buffer(
        width=picture.width, height=picture.height, format=picture.format, time_base=Fraction(1, 5)
    )
    place = f"x={px.x0}:y={px.y0}:w={px.x1 - px.x0}:h={px.y1 - px.y0}:qoffset={qoffset}"
    graph.link_nodes(source, graph.add("addroi", place), graph.add("buffersink"))
    graph.configure()
    graph.push(picture)
    aimed = graph.pull()
    assert isinstance(aimed, av.VideoFrame)
    return aimed


def decoder(codec: str = "h264", *, tells: bool = True) -> av.VideoCodecContext:
    context = av.CodecContext.create(codec, "r")
    assert isinstance(context, av.VideoCodecContext)
    context.options = DECODER_OPTIONS if tells else {}
    return context


def coded(codec: str, pictures: list[av.VideoFrame], **options: str) -> list[bytes]:
    encoder = av.CodecContext.create(codec, "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height = pictures[0].width, pictures[0].height
    encoder.pix_fmt, encoder.time_base, encoder.options = "yuv420p", Fraction(1, 5), options
    made = []
    for number, picture in enumerate(pictures):
        picture.pts, picture.time_base = number, Fraction(1, 5)
        made.append(b"".join(map(bytes, encoder.encode(picture))))
    return made


@cache
def shown(*, moves: bool = False) -> list[av.VideoFrame]:
    """Of a stream at QP 40 whose sign is coded better in its second frame only."""
    pictures = [still(4 * number if moves else 0) for number in range(4)]
    px = pixels_of(SIGN, (WIDTH, HEIGHT))
    pictures[1] = with_region(pictures[1], px, -0.4)
    options = {"preset": "veryfast", "tune": "zerolatency", "crf": "40", "aq-mode": "1"}
    eyes = decoder()
    return [
        one
        for data in coded("libx264", pictures, **options)
        for one in eyes.decode(av.Packet(data))
    ]


def qps(picture: av.VideoFrame) -> NDArray[np.uint8]:
    found = qps_of(picture)
    assert found is not None
    return found


@pytest.mark.parametrize("moves", [False, True])
def test_every_block_has_the_qp_that_pyav_reads(moves: bool) -> None:
    for picture in shown(moves=moves):
        told: Any = picture.side_data.get("VIDEO_ENC_PARAMS")
        assert isinstance(told, VideoEncParams)
        assert (qps(picture) == told.qp_map()).all()


def test_a_region_that_was_coded_better_is_found() -> None:
    size_px = (WIDTH, HEIGHT)
    first, second = (region_qp(qps(one), (SIGN, REST), size_px) for one in shown(moves=True)[:2])
    assert abs(first[0] - first[1]) < 6
    assert second[0] < second[1] - 8


def test_vp8_tells_nothing_and_nothing_breaks() -> None:
    eyes, pictures = decoder("vp8"), [still(), still()]
    made = coded("libvpx", pictures, deadline="realtime", **{"lag-in-frames": "0"})
    seen = [one for data in made if data for one in eyes.decode(av.Packet(data))]
    assert seen and all(qps_of(one) is None for one in seen)


@given(st.binary(max_size=400), st.integers(1, 64), st.integers(1, 64))
def test_arbitrary_bytes_are_no_quantisers(data: bytes, width: int, height: int) -> None:
    assert qps_in(data, (width, height)) is None or len(data) > 32


def test_a_message_cut_short_is_none() -> None:
    told: Any = shown()[0].side_data.get("VIDEO_ENC_PARAMS")
    whole = bytes(told)
    assert qps_in(whole, (WIDTH, HEIGHT)) is not None
    assert qps_in(whole[:-1], (WIDTH, HEIGHT)) is None
    assert qps_in(whole, (WIDTH, HEIGHT + 16)) is None
