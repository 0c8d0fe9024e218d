"""A still is the part that was asked for, as sharp as it may be."""

from __future__ import annotations

import asyncio

import av
import cv2
import numpy as np
import pytest
from aiortc.mediastreams import MediaStreamError

from articgw.client.still import StillSender, still_of
from articgw.frame import Frame, Pixels, yuv_to_rgb
from articgw.protocol import StillRequest
from articgw.still_parts import Assembly, StillError, unpack_part
from articgw.still_picture import still_frame
from articgw.testing import picture

REGION = (0.25, 0.25, 0.75, 0.75)


def scene(width: int = 640, height: int = 360) -> Pixels:
    rng = np.random.default_rng(1)
    coarse = rng.integers(0, 255, (height // 8, width // 8, 1), np.uint8).repeat(3, 2)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def test_it_is_the_part_as_the_camera_has_it() -> None:
    rgb = scene()
    data = still_of(picture(rgb=rgb), REGION, 10**6)
    frame = still_frame(data, REGION, Frame(picture(640, 360), 0.0), captured_t=0.0)
    inside = (slice(90, 270), slice(160, 480))
    assert cv2.PSNR(yuv_to_rgb(frame.yuv())[inside].copy(), rgb[inside].copy()) > 36


@pytest.mark.parametrize("most_bytes", [50_000, 8_000, 100])
def test_it_stays_within_what_is_asked_for(most_bytes: int) -> None:
    data = still_of(picture(rgb=scene()), REGION, most_bytes)
    assert len(data) <= most_bytes
    assert bool(data) == (most_bytes > 100)


@pytest.mark.parametrize("region", [(0.0, 0.0, 0.0, 0.0), (-5, 2, float("nan"), 1), (1, 1, 1, 1)])
def test_a_region_that_is_none_does_no_harm(region: tuple[float, float, float, float]) -> None:
    assert isinstance(still_of(picture(64, 64), region, 10**5), bytes)


async def test_a_request_is_answered_in_parts_and_without_a_camera_declined() -> None:
    frames: list[av.VideoFrame] = [picture(rgb=scene())]

    async def sharp() -> av.VideoFrame:
        if not frames:
            raise MediaStreamError
        return frames.pop()

    heard: list[bytes] = []
    sender = StillSender(sharp, heard.extend)
    for id in (1, 2):
        sender.on_request(StillRequest(id=id, region=REGION, most_bytes=10**5))
        while not heard or len(unpack_part(heard[-1]).data):
            await asyncio.sleep(0)
        assembly = Assembly(id)
        if id == 2:
            with pytest.raises(StillError, match="declined"):
                assembly.on_part(unpack_part(heard[-1]))
            break
        told = [assembly.on_part(unpack_part(message)) for message in heard]
        assert told[-1] and len(told[-1]) == sender.sent_bytes
        heard.clear()
