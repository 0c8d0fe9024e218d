"""GStreamer's WebRTC as a WHIP sender: Meetecho's `whip-client`, which Debian 13 has.

Debian 12 has it too, but there it ends at once (libsoup 2 and 3 in one process), and neither has
GStreamer's own whipsink and whipclientsink, which are plugins in Rust.
"""

from __future__ import annotations

import asyncio
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

PROGRAM = "whip-client"
SIZE_PX = (640, 360)
END_LIMIT_S = 10.0
VIDEO = (
    "videotestsrc is-live=true pattern=ball ! video/x-raw,width=640,height=360,framerate=15/1 "
    "! videoconvert ! queue ! vp8enc deadline=1 ! rtpvp8pay pt=96 ssrc=2 ! queue "
    "! application/x-rtp,media=video,encoding-name=VP8,payload=96"
)
AUDIO = (
    "audiotestsrc is-live=true wave=silence ! audioconvert ! audioresample ! queue ! opusenc "
    "! rtpopuspay pt=100 ssrc=1 ! queue "
    "! application/x-rtp,media=audio,encoding-name=OPUS,payload=100"
)


def available() -> bool:
    """True where it is installed and can run."""
    program = shutil.which(PROGRAM)
    if program is None:
        return False
    linked = subprocess.run(["ldd", program], capture_output=True, text=True, check=False).stdout
    return "libsoup-2" not in linked


@asynccontextmanager
async def gstreamer_camera(url: str, token: str) -> AsyncIterator[list[str]]:
    """Publishes until it is left, then deletes its session; the list holds what it said then."""
    said: list[str] = []
    process = await asyncio.create_subprocess_exec(
        *(PROGRAM, "--disable-colors", "--url", f"{url}/whip", "--token", token),
        *("--audio", AUDIO, "--video", VIDEO),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield said
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        try:
            async with asyncio.timeout(END_LIMIT_S):
                output, _ = await process.communicate()
        except TimeoutError:
            process.kill()
            output, _ = await process.communicate()
        said += output.decode(errors="replace").splitlines()
