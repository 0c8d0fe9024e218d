"""Frames that a decoder may leave out."""

from __future__ import annotations

import pytest

from articgw.decoding.needless import rests_nothing_on

SPS = b"\0\0\0\1\x67\x42\xc0\x1f"
IDR, REFERENCE, DISPOSABLE = (b"\0\0\0\1" + bytes([header]) + b"\x88" for header in (101, 65, 1))


@pytest.mark.parametrize(
    ("data", "needless"),
    [
        (SPS + IDR, False),
        (REFERENCE, False),
        (DISPOSABLE, True),
        (b"\0\0\0\1\x06\5" + DISPOSABLE, True),
        (b"", False),
        (b"\0\0\0\1\x09\xf0", False),
    ],
    ids=["key", "reference", "disposable", "after an SEI", "nothing", "no picture"],
)
def test_h264(data: bytes, needless: bool) -> None:
    assert rests_nothing_on("H264", data) is needless


def test_other_codecs_do_not_tell() -> None:
    assert not rests_nothing_on("VP8", DISPOSABLE)
