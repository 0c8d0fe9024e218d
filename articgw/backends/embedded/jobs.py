"""What happens inside a worker process: load once, then one job after another, nothing kept.

Stateless between jobs: what was read ahead goes back to the session and comes again with the
question, so any process can do any job. Standard output is the pipe to the parent; it is moved away
before any library can print on it. The end of standard input is the end of the process.
"""

from __future__ import annotations

import os
import pickle
import signal
import struct
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from articgw.backends.embedded.scene import Answer, Scene
from articgw.frame import Pixels
from articgw.priority import step_back

_LENGTH = struct.Struct("!Q")


@dataclass(frozen=True, slots=True)
class Setup:
    """First message to a process."""

    models_dir: Path
    """Where the detector's files may be."""


@dataclass(frozen=True, slots=True)
class Ready:
    """First message from a process: the models are loaded."""

    spots_objects: bool
    """True where the detector's files were there."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A job, or the start, did not succeed."""

    why: str


@dataclass(frozen=True, slots=True)
class Look:
    """Read ahead. The result is a `Scene`."""

    yuv: Pixels
    captured_t: float


@dataclass(frozen=True, slots=True)
class Ask:
    """Answer a question. The result is an `Answer`."""

    yuv: Pixels
    captured_t: float
    question: str
    glimpse: Scene | None


Job = Look | Ask


def serve() -> None:
    """Run the process until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    step_back()
    requests = os.fdopen(os.dup(0), "rb")
    results = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    setup = _receive(requests)
    if not isinstance(setup, Setup):
        return
    from articgw.backends.embedded.eyes import Eyes
    from articgw.errors import ArticError

    try:
        eyes = Eyes(setup.models_dir)
    except ArticError as error:
        _send(results, Failed(str(error)))
        return
    _send(results, Ready(eyes.spots_objects))
    while (job := _receive(requests)) is not None:
        try:
            result: Scene | Answer | Failed = eyes.do(job)
        except Exception as error:  # noqa: BLE001 - the loop that owns the process
            result = Failed(f"{type(error).__name__}: {error}")
        _send(results, result)


def _receive(stream: BinaryIO) -> object:
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    data = stream.read(_LENGTH.unpack(head)[0])
    return pickle.loads(data)


def _send(stream: BinaryIO, message: object) -> None:
    data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    try:
        stream.write(_LENGTH.pack(len(data)) + data)
        stream.flush()
    except BrokenPipeError:
        sys.exit(0)
