"""A worker process as its parent sees it: two pipes and nothing else."""

from __future__ import annotations

import pickle
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from articgw.backends.embedded.jobs import Failed, Ready, Setup

pytestmark = pytest.mark.integration

LENGTH = struct.Struct("!Q")
CODE = "from articgw.backends.embedded.process import serve; serve()"


def test_it_loads_refuses_nonsense_and_ends_with_its_input(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", CODE], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None and process.stdout is not None

        def say(message: object) -> object:
            assert process.stdin is not None and process.stdout is not None
            data = pickle.dumps(message)
            process.stdin.write(LENGTH.pack(len(data)) + data)
            process.stdin.flush()
            (length,) = LENGTH.unpack(process.stdout.read(LENGTH.size))
            return pickle.loads(process.stdout.read(length))

        assert say(Setup(tmp_path)) == Ready(spots_objects=False)
        refused = say("nonsense")
        assert isinstance(refused, Failed) and "no such job" in refused.why
        process.stdin.close()
        assert process.wait(timeout=30) == 0


def test_no_set_up_no_process() -> None:
    ran = subprocess.run([sys.executable, "-c", CODE], input=b"", capture_output=True, timeout=60)
    assert (ran.returncode, ran.stdout) == (0, b"")
