"""The published system's encoder, where it is installed: Kvazaar, HEVC, with the published map.

Run as the release of arXiv 2602.12641 runs it (low delay, one intra picture, a target rate and one
map of QP offsets per frame), and never a dependency. Its rate control is the frame's alone where
there is a map, and is taken as it is: bits on the wire are counted, a link of the rate carries
them.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
from numpy.typing import NDArray

from artic_codecs.grid import CTU_PX, Grid
from artic_codecs.qp_map import PublishedMap, QpMap
from tests.bench._codecs_arms import MAPS, Arm
from tests.bench._codecs_coders import payload_bps
from tests.bench._codecs_film import Asked, Film
from tests.bench._codecs_plain import Sent
from tests.bench._codecs_wire import Coded, wire_bits

Pixels = NDArray[np.uint8]
PROGRAM = "kvazaar"
KVAZAAR = "published map, Kvazaar, 30 fps"
_SEI = (39, 40)
"""NAL units of that kind, prefix and suffix (ITU-T H.265, table 7-1)."""


def kvazaar_arm() -> Arm | None:
    """The arm; None where the program is not on the path."""
    if shutil.which(PROGRAM) is None:
        return None
    return Arm(KVAZAAR, Kvazaar(PublishedMap()), True, MAPS)


@dataclass(frozen=True, slots=True)
class Kvazaar:
    """All frames through the program at once."""

    policy: PublishedMap

    def __call__(self, film: Film, asked: Asked | None, rate_bps: float) -> Sent:
        """Raises ``CalledProcessError`` where the program fails."""
        assert asked is not None
        with tempfile.TemporaryDirectory() as folder:
            source, stream, maps = (Path(folder) / name for name in ("in.yuv", "out.hevc", "roi"))
            source.write_bytes(b"".join(frame.tobytes() for frame in film.frames))
            maps.write_text(map_text(self.policy, asked, len(film.frames)))
            command = command_for(film, rate_bps, source, stream, maps)
            subprocess.run(command, check=True, capture_output=True)
            frames = tuple(coded(stream.read_bytes(), film.fps))
        return Sent(frames, lambda wanted: decoded(frames, wanted))


def command_for(
    film: Film, rate_bps: float, source: Path, stream: Path, maps: Path
) -> tuple[str, ...]:
    """As the release calls it, with one thread and its quickest preset."""
    width, height = film.size_px
    options = {
        "--input": source,
        "--input-res": f"{width}x{height}",
        "--input-fps": f"{film.fps:g}",
        "--output": stream,
        "--preset": "ultrafast",
        "--gop": 0,
        "--period": 0,
        "--threads": 1,
        "--bitrate": int(payload_bps(rate_bps, film.fps)),
        "--roi": maps,
    }
    return (PROGRAM, *(str(word) for pair in options.items() for word in pair))


def map_text(policy: PublishedMap, asked: Asked, frames: int) -> str:
    """Per frame its columns and rows of 64 px, then the offsets, as Kvazaar reads them."""
    film, grid = asked.film, Grid(asked.film.size_px, CTU_PX)
    lines = []
    for number in range(frames):
        offsets: QpMap = policy([asked.region(number)], grid, now=number / film.fps)
        values = " ".join(str(round(value)) for value in offsets.ravel().tolist())
        lines.append(f"{grid.columns} {grid.rows}\n{values}\n")
    return "".join(lines)


def coded(stream: bytes, fps: float) -> list[Coded]:
    """Pictures of an Annex B stream, in order; each carries the sets that came before it."""
    codec: Any = av.CodecContext.create("hevc", "r")
    packets = [bytes(packet) for packet in [*codec.parse(stream), *codec.parse(None)]]
    return [
        Coded(number, number / fps, data, wire_bits(payload_bytes(data)), number == 0)
        for number, data in enumerate(packets)
    ]


def payload_bytes(data: bytes) -> int:
    """Without start codes, and without SEI, which tells the encoder's settings to nobody."""
    units = [unit for unit in data.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if unit]
    return sum(len(unit) for unit in units if unit[0] >> 1 & 63 not in _SEI)


def decoded(frames: tuple[Coded, ...], wanted: frozenset[int]) -> dict[int, Pixels]:
    """The pictures of the wanted numbers."""
    codec: Any = av.CodecContext.create("hevc", "r")
    codec.thread_count = 1
    pictures: dict[int, Pixels] = {}
    shown = 0
    for data in [*(frame.data for frame in frames), None]:
        for picture in codec.decode(None if data is None else av.Packet(data)):
            if shown in wanted:
                pictures[shown] = cast(Pixels, picture.to_ndarray(format="yuv420p"))
            shown += 1
    return pictures
