"""FFmpeg's own WHIP sender, the one behind `ffmpeg -f whip`, as PyAV carries it.

FFmpeg makes itself a certificate on a curve that WebRTC does not have where it is built with GnuTLS
(secp224r1; RFC 8827, 6.5 wants P-256), and OpenSSL refuses it; so it is given one, by its options.
It also drops the first DTLS message and waits for its repetition: it connects after a second.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from tests.helpers.certificate import write_certificate

SIZE_PX = (640, 360)
FPS = 15


def available() -> bool:
    """True where this PyAV has the muxer: it came with FFmpeg 8."""
    return "whip" in av.formats_available


def ffmpeg_version() -> str:
    """As FFmpeg tells it."""
    return str(av.ffmpeg_version_info)


@asynccontextmanager
async def ffmpeg_camera(url: str, token: str | None, work: Path) -> AsyncIterator[None]:
    """Publishes until it is left, then deletes its session. Raises PyAV's `FFmpegError`."""
    certificate, key = write_certificate(work, "camera")
    options = {"cert_file": str(certificate), "key_file": str(key)}
    if token is not None:
        options["authorization"] = token
    leaving = threading.Event()
    sending = asyncio.create_task(asyncio.to_thread(_send, f"{url}/whip", options, leaving))
    try:
        yield
    finally:
        leaving.set()
        await sending


def _send(endpoint: str, options: dict[str, str], leaving: threading.Event) -> None:
    with av.open(endpoint, "w", format="whip", options=options) as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width, stream.height = SIZE_PX
        stream.pix_fmt = "yuv420p"
        stream.gop_size = FPS
        stream.options = {"preset": "ultrafast", "tune": "zerolatency", "profile": "baseline"}
        began, number = time.monotonic(), 0
        while not leaving.wait(max(0.0, began + number / FPS - time.monotonic())):
            for packet in stream.encode(_picture(number)):
                container.mux(packet)
            number += 1


def _picture(number: int) -> av.VideoFrame:
    width, height = SIZE_PX
    rgb = np.full((height, width, 3), 90, np.uint8)
    rgb[:, (number * 8) % (width - 40) :][:, :40] = (200, 60, 30)
    frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
    frame.pts, frame.time_base = number, Fraction(1, FPS)
    return frame
