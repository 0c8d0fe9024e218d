"""Kvazaar, the published system's encoder, where its program is on the path; no dependency.

    raw pictures ─▶ stdin ─▶ kvazaar ─▶ a file that grows by each picture's bytes
                                └─────▶ stderr: a line when a picture is there, with its bits

Low delay and one intra picture, as the release of arXiv 2602.12641 calls it, with its quickest
preset, one thread and no frame ahead of the last: each picture is there before the next is given.
Settings and checksums that it would tell in SEI are left out. (Rejected: libkvazaar by FFmpeg,
which the wheels of PyAV are built without.)
"""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import tempfile
import weakref
from pathlib import Path

from articgw.client.sizes import fitted
from articgw.errors import ConfigError
from devibench.degrade.coder import Coded, Order, payload_bps, resized, wire_packets
from devibench.samples import Pixels

PROGRAM = "kvazaar"
WHERE = "https://github.com/ultravideo/kvazaar"
ANSWERS_S = 30.0
"""A picture takes milliseconds."""
_DONE = re.compile(rb"^POC .*?(\d+) bits", re.MULTILINE)


def program() -> str:
    """Its path. Raises `ConfigError` where it is not there."""
    found = shutil.which(PROGRAM)
    if found is None:
        raise ConfigError(
            f"{PROGRAM}: is not on the path; build it from {WHERE}, or take hevc, which needs "
            "no program"
        )
    return found


class KvazaarCoder:
    """HEVC at one rate; another size or rate, or a keyframe that is owed, is another process."""

    decoder = "hevc"

    def __init__(self) -> None:
        self._process: _Process | None = None
        self._opened: object = None

    def encode(self, yuv: Pixels, t_s: float, order: Order) -> Coded | None:
        """A frame captured at ``t_s``. Raises ``OSError`` with the program's last words where it
        fails, `ConfigError` where it is not there."""
        size_px = fitted((yuv.shape[1], len(yuv) * 2 // 3), order.size_px)
        wanted = (size_px, order.bps, order.fps)
        if self._process is None or self._opened != wanted or order.keyframe:
            self.close()
            self._process, self._opened = _Process(size_px, order), wanted
        data, keyframe = self._process.coded(resized(yuv, size_px).tobytes())
        return Coded(data, wire_packets(len(data)), keyframe)

    def close(self) -> None:
        """End the process. May be called twice."""
        if self._process is not None:
            self._process.end()
            self._process = None


class _Process:
    def __init__(self, size_px: tuple[int, int], order: Order) -> None:
        self._first = True
        self._heard = b""
        folder = Path(tempfile.mkdtemp(prefix="kvazaar-"))
        self._stream = folder / "out.hevc"
        self._running = subprocess.Popen(
            command(size_px, order, self._stream), stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, bufsize=0,
        )  # fmt: skip
        self.end = weakref.finalize(self, _end, self._running, folder)
        self._made: int = 0

    def coded(self, planes: bytes) -> tuple[bytes, bool]:
        """The picture's bytes, and whether it is the first."""
        assert self._running.stdin is not None
        view = memoryview(planes)
        try:
            while view:
                view = view[self._running.stdin.write(view) :]
        except BrokenPipeError:
            self._fail()
        size = self._size_bytes()
        with self._stream.open("rb") as made:
            made.seek(self._made)
            data = made.read(size)
        self._made += size
        first, self._first = self._first, False
        return data, first

    def _size_bytes(self) -> int:
        while (found := _DONE.search(self._heard)) is None or b"\n" not in self._heard[
            found.end() :
        ]:
            if not self._hear():
                self._fail()
        self._heard = self._heard[found.end() :]
        return int(found[1]) // 8

    def _hear(self) -> bool:
        assert self._running.stderr is not None
        ready, _, _ = select.select([self._running.stderr], [], [], ANSWERS_S)
        piece = os.read(self._running.stderr.fileno(), 65536) if ready else b""
        self._heard += piece
        return bool(piece)

    def _fail(self) -> None:
        while self._hear():
            pass
        last = self._heard.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise OSError(f"{PROGRAM} failed: {''.join(last) or 'without a word'}")


def command(size_px: tuple[int, int], order: Order, stream: Path) -> list[str]:
    """As it is called."""
    options = {
        "--input": "-",
        "--input-res": f"{size_px[0]}x{size_px[1]}",
        "--input-fps": f"{order.fps:g}",
        "--output": stream,
        "--preset": "ultrafast",
        "--gop": 0,
        "--period": 0,
        "--threads": 0,
        "--owf": 0,
        "--hash": "none",
        "--bitrate": int(payload_bps(order.bps, order.fps)),
    }
    words = [str(word) for pair in options.items() for word in pair]
    return [program(), *words, "--no-info", "--no-psnr"]


def _end(running: subprocess.Popen[bytes], folder: Path) -> None:
    running.kill()
    for pipe in (running.stdin, running.stderr):
        if pipe is not None:
            pipe.close()
    running.wait()
    shutil.rmtree(folder, ignore_errors=True)
