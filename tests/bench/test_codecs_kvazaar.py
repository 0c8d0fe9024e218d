"""The published system's encoder is called as it is published; where it is not, nothing is."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from artic_codecs.qp_map import PublishedMap
from tests.bench._codecs_kvazaar import Kvazaar, command_for, kvazaar_arm, map_text, payload_bytes
from tests.bench.test_codecs_senders import SIZE_PX, film, psnr

STAND_IN = """#!{python}
import sys, av
from fractions import Fraction
said = dict(zip(sys.argv[1::2], sys.argv[2::2]))
width, height = map(int, said["--input-res"].split("x"))
rows = int(height * 3 / 2)
data = open(said["--input"], "rb").read()
assert len(open(said["--roi"]).read().splitlines()) == 2 * len(data) // (width * rows)
import numpy as np
codec = av.CodecContext.create("libx265", "w")
codec.width, codec.height, codec.pix_fmt = width, height, "yuv420p"
codec.framerate, codec.time_base = Fraction(10), Fraction(1, 10)
codec.options = {{"preset": "ultrafast", "tune": "zerolatency", "x265-params": "log-level=none"}}
with open(said["--output"], "wb") as out:
    for number, yuv in enumerate(np.frombuffer(data, np.uint8).reshape(-1, rows, width)):
        frame = av.VideoFrame.from_ndarray(yuv, format="yuv420p")
        frame.pts = number
        out.writelines(map(bytes, codec.encode(frame)))
    out.writelines(map(bytes, codec.encode(None)))
"""


def test_there_is_no_arm_where_the_program_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert kvazaar_arm() is None


def test_what_it_makes_is_the_film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "kvazaar"
    program.write_text(STAND_IN.format(python=sys.executable))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    arm, shot = kvazaar_arm(), film(10)
    assert arm is not None
    (asked,) = film(30).asked()
    sent = arm.send(shot, asked, 2e6)
    assert [one.number for one in sent.frames] == list(range(10))
    assert all(one.wire_bits > 0 for one in sent.frames)
    pictures = sent.pictures(frozenset({3, 9}))
    assert sorted(pictures) == [3, 9]
    height = SIZE_PX[1]
    assert psnr(pictures[9][:height], np.asarray(shot.frames[9][:height])) > 28


def test_it_is_told_a_rate_and_a_map_per_frame() -> None:
    shot = film()
    (asked,) = shot.asked()
    command = command_for(shot, 100e3, Path("a"), Path("b"), Path("c"))
    said = dict(zip(command[1::2], command[2::2], strict=True))
    assert said["--input-res"] == "640x368"
    assert (said["--gop"], said["--period"], said["--roi"]) == ("0", "0", "c")
    assert 50_000 < int(said["--bitrate"]) < 100_000
    lines = map_text(PublishedMap(), asked, 3).splitlines()
    assert lines[::2] == ["10 6"] * 3
    offsets = [int(word) for word in lines[1].split()]
    assert len(offsets) == 60
    assert min(offsets) == 0 < max(offsets) <= 25


def test_settings_are_not_counted() -> None:
    sets, sei, slice_ = b"\x40\x01abc", b"\x4e\x01settings", b"\x26\x01picture"
    data = b"\0\0\0\1" + sets + b"\0\0\1" + sei + b"\0\0\0\1" + slice_
    assert payload_bytes(data) == len(sets) + len(slice_)


def test_its_settings_are_part_of_what_results_are_kept_under() -> None:
    assert repr(Kvazaar(PublishedMap())) != repr(Kvazaar(PublishedMap(gamma=3.0)))
