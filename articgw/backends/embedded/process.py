"""What runs inside a worker process, the embedded model's or another's: load once, then one job
after another.

Standard output is the pipe to the parent; it is moved away before a model is loaded that could
print on it. The end of standard input is the end of the process.
"""

from __future__ import annotations

import os
import pickle
import signal
import struct
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

from articgw.backends.embedded.eyes import Eyes
from articgw.backends.embedded.jobs import Failed, Ready, Setup
from articgw.errors import ArticError
from articgw.priority import step_back

_LENGTH = struct.Struct("!Q")

Loaded = tuple[Ready, Callable[[], None], Callable[[Any], object]]
"""What is said first, what is done then, and what does a job."""


def serve() -> None:
    """The embedded model's process, until standard input ends."""
    work(_load)


def _load(setup: object) -> Loaded:
    assert isinstance(setup, Setup)
    eyes = Eyes(setup.models_dir)
    return Ready(eyes.spots_objects, eyes.compares_meaning), eyes.settle, eyes.do


def work(load: Callable[[object], Loaded], place: Callable[[], None] = step_back) -> None:
    """Load what the first message names, and do jobs until standard input ends.

    ``place``: among the processes of the machine (`articgw.priority`).
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    place()
    requests = os.fdopen(os.dup(0), "rb")
    results = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    setup = _receive(requests)
    if setup is None:
        return
    try:
        ready, settle, do = load(setup)
    except ArticError as error:
        _send(results, Failed(str(error)))
        return
    _send(results, ready)
    settle()
    while (job := _receive(requests)) is not None:
        try:
            result = do(job)
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
