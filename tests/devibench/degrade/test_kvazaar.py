"""The real program where there is one, else one that speaks as it does."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import cast

import av
import pytest

from articgw.errors import ConfigError
from devibench.degrade.coder import OVERHEAD_BYTES, Order
from devibench.degrade.kvazaar import PROGRAM, WHERE, KvazaarCoder
from devibench.degrade.naming import parse_degradation
from devibench.samples import Film, Sample

STAND_IN = """#!{python}
import sys, av
import numpy as np
from fractions import Fraction
said = dict(zip(sys.argv[1::2], sys.argv[2::2]))
assert said["--input"] == "-" and said["--gop"] == said["--owf"] == "0"
width, height = map(int, said["--input-res"].split("x"))
codec = av.CodecContext.create("libx265", "w")
codec.width, codec.height, codec.pix_fmt = width, height, "yuv420p"
codec.framerate, codec.time_base = Fraction(10), Fraction(1, 10)
crf = "45" if int(said["--bitrate"]) < 1e6 else "20"
codec.options = {{"crf": crf, "preset": "ultrafast", "tune": "zerolatency"}}
codec.options |= {{"x265-params": "log-level=none"}}
print("Input: -, output: " + said["--output"], file=sys.stderr)
with open(said["--output"], "wb") as out:
    number = 0
    while planes := sys.stdin.buffer.read(width * height * 3 // 2):
        yuv = np.frombuffer(planes, np.uint8).reshape(-1, width)
        frame = av.VideoFrame.from_ndarray(yuv, format="yuv420p")
        frame.pts = number
        data = b"".join(map(bytes, codec.encode(frame)))
        out.write(data)
        out.flush()
        print(f"POC {{number:4d}} QP 30 AVG QP 30.0 (B-frame) {{8 * len(data):10d}} bits [L0 0 ]",
              file=sys.stderr, flush=True)
        number += 1
"""
BROKEN = "#!/bin/sh\necho 'unknown option' >&2\nexit 1\n"


def stand_in(folder: Path, text: str) -> None:
    file = folder / PROGRAM
    file.write_text(text.format(python=sys.executable))
    file.chmod(0o755)


@pytest.fixture(params=["real", "stand-in"])
def there(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program on the path."""
    if request.param == "stand-in":
        stand_in(tmp_path, STAND_IN)
        monkeypatch.setenv("PATH", str(tmp_path))
    elif shutil.which(PROGRAM) is None:
        pytest.skip(f"{PROGRAM} is not on the path, and in no package registry; see {WHERE}")


@pytest.mark.usefixtures("there")
def test_each_picture_comes_before_the_next_is_given(asked: tuple[Film, Sample]) -> None:
    coder = KvazaarCoder()
    decoder = cast(av.VideoCodecContext, av.CodecContext.create(coder.decoder, "r"))
    decoder.thread_count = 1
    decoded, keyframes = 0, []
    for place, (t_s, yuv) in enumerate(asked[0].frames(0.0, 9.0)):
        coded = coder.encode(yuv, t_s, Order(300e3, 10, keyframe=place == 3))
        assert coded is not None
        assert coded.bits == 8 * sum(coded.packets) > 8 * OVERHEAD_BYTES
        keyframes.append(coded.keyframe)
        decoded += len(decoder.decode(av.Packet(coded.data)))
    coder.close()
    coder.close()
    assert keyframes == [True, False, False, True, False, False]
    assert decoded + len(decoder.decode(None)) == 6


@pytest.mark.usefixtures("there")
def test_it_is_a_degradation_and_more_bits_show_more(asked: tuple[Film, Sample]) -> None:
    seen = [
        parse_degradation(f"kvazaar:{rate}+size:320").apply(*asked, 0) for rate in ("300k", "3M")
    ]
    assert all(one.pictures for one in seen)
    assert 0 < seen[0].bits < seen[1].bits


def test_where_it_is_not_there_that_is_said_before_anything_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ConfigError, match=f"not on the path; build it from {WHERE}"):
        parse_degradation("kvazaar:100k")


def test_what_it_says_last_is_told(
    asked: tuple[Film, Sample], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path, BROKEN)
    monkeypatch.setenv("PATH", str(tmp_path))
    coder = KvazaarCoder()
    with pytest.raises(OSError, match="kvazaar failed: unknown option"):
        coder.encode(next(iter(asked[0].frames(0.0, 9.0)))[1], 0.0, Order(300e3, 10))
    coder.close()
