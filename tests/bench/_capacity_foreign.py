"""Receivers that others wrote: where their interpreter is, and how to install them.

Pipecat comes from the package index into an environment of its own, whose packages would not fit
beside ours; GStreamer from the system's packages.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.bench._common import OUT

PIPECAT = "pipecat-ai[webrtc]==1.14.0"
INSTALL_LIMIT_S = 480.0
SYSTEM_PYTHON = Path("/usr/bin/python3")
SYSTEM_PACKAGES = (
    *("python3-gi", "python3-gst-1.0", "gir1.2-gst-plugins-bad-1.0"),
    *("gir1.2-gst-plugins-base-1.0", "gstreamer1.0-plugins-bad", "gstreamer1.0-plugins-good"),
    *("gstreamer1.0-nice", "gstreamer1.0-libav"),
)
_GSTREAMER = """
import gi
for name in ("Gst", "GstRtp", "GstSdp", "GstWebRTC"):
    gi.require_version(name, "1.0")
from gi.repository import Gst, GstRtp, GstSdp, GstWebRTC
Gst.init(None)
assert all(map(Gst.ElementFactory.find, ("webrtcbin", "nicesrc", "avdec_h264", "vp8dec")))
"""


class NotToBeHad(Exception):
    """A receiver cannot be installed here; the message says why."""


@dataclass(frozen=True, slots=True)
class Runs:
    """How an arm's receiver is started."""

    interpreter: Path = Path(sys.executable)
    module: str = "_capacity_receiver"


async def how(arm: str) -> Runs:
    """To run it. Raises `NotToBeHad`."""
    if arm == "pipecat":
        return Runs(interpreter=await _pipecat())
    if arm.startswith("gstreamer"):
        await _gstreamer()
        return Runs(SYSTEM_PYTHON, "_capacity_gstreamer")
    return Runs()


async def _pipecat() -> Path:
    folder = OUT / "capacity" / "pipecat"
    python, done = folder / "bin" / "python", folder / "installed"
    if not done.is_file() or done.read_text() != PIPECAT:
        shutil.rmtree(folder, ignore_errors=True)
        await _run(sys.executable, "-m", "venv", str(folder))
        await _run(str(python), "-m", "pip", "install", "--quiet", PIPECAT)
        done.write_text(PIPECAT)
    return python


async def _gstreamer() -> None:
    try:
        await _run(str(SYSTEM_PYTHON), "-c", _GSTREAMER)
        return
    except NotToBeHad:
        if os.geteuid() != 0 or shutil.which("apt-get") is None:
            raise
    await _run(*("apt-get", "install", "-y", "-qq", "--no-install-recommends"), *SYSTEM_PACKAGES)
    await _run(str(SYSTEM_PYTHON), "-c", _GSTREAMER)


async def _run(*command: str) -> None:
    """Raises `NotToBeHad` where it fails, with its last line."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )
    except OSError as error:
        raise NotToBeHad(str(error)) from error
    try:
        said, _ = await asyncio.wait_for(process.communicate(), INSTALL_LIMIT_S)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise NotToBeHad(f"not installed after {INSTALL_LIMIT_S:g} s") from None
    if process.returncode != 0:
        lines = said.decode(errors="replace").strip().splitlines()
        raise NotToBeHad(lines[-1] if lines else f"{command[0]}: {process.returncode}")
