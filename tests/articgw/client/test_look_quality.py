"""The region's quality, as the sender measures it on its own stream."""

from __future__ import annotations

import av
import numpy as np
import pytest

from articgw.client.look_quality import BEST_DB, OwnDecoder, psnr_db
from articgw.client.x264 import X264

WIDTH, HEIGHT = 320, 180


def picture(level: int = 100, *, left: int = 0) -> av.VideoFrame:
    yuv = np.full((HEIGHT * 3 // 2, WIDTH), level, np.uint8)
    yuv[:HEIGHT, : WIDTH // 2] += left
    return av.VideoFrame.from_ndarray(yuv, format="yuv420p")


def stream(count: int) -> list[bytes]:
    codec = X264((WIDTH, HEIGHT))
    return [codec.encode(picture(100 + n), [], most_bits=1e6)[0] for n in range(count)]


def test_only_the_box_counts() -> None:
    sent, shown = picture(), picture(left=10)
    assert psnr_db(sent, shown, (0.5, 0.0, 1.0, 1.0)) == BEST_DB
    assert psnr_db(sent, shown, (0.0, 0.0, 0.5, 1.0)) == pytest.approx(28.13, abs=0.01)
    assert psnr_db(sent, shown, (0.0, 0.0, 1.0, 1.0)) == pytest.approx(31.14, abs=0.01)


def test_each_frame_is_seen_as_soon_as_it_is_sent() -> None:
    eyes = OwnDecoder()
    for number, data in enumerate(stream(4)):
        shown = eyes.see(data, keyframe=number == 0)
        assert shown is not None
        assert psnr_db(picture(100 + number), shown, (0.0, 0.0, 1.0, 1.0)) > 35


def test_a_stream_that_cannot_be_decoded_is_seen_again_from_its_next_keyframe() -> None:
    eyes, (first, second) = OwnDecoder(), stream(2)
    assert eyes.see(second, keyframe=False) is None
    assert eyes.see(b"\x00\x00\x00\x01\x65garbage", keyframe=True) is None
    assert eyes.see(second, keyframe=False) is None
    assert eyes.see(first, keyframe=True) is not None


def test_another_size_is_followed() -> None:
    eyes = OwnDecoder()
    assert eyes.see(stream(1)[0], keyframe=True) is not None
    small = av.VideoFrame(160, 96, "yuv420p")
    data, _ = X264((160, 96)).encode(small, [], most_bits=1e6)
    shown = eyes.see(data, keyframe=True)
    assert shown is not None and (shown.width, shown.height) == (160, 96)
