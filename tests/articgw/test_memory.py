"""What is left of a call goes when the call goes."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref

from articgw.memory import tidy


class Cycle:
    """Refers to itself, as a connection and its callbacks do."""

    def __init__(self) -> None:
        self.me = self


def test_what_only_refers_to_itself_is_gone_after_a_call() -> None:
    gc.disable()
    try:
        left = weakref.ref(Cycle())
        tidy()
        assert left() is None
    finally:
        gc.enable()


def test_settling_is_possible_on_this_system() -> None:
    code = "from articgw.memory import settle; raise SystemExit(0 if settle() else 1)"
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == 0 or not sys.platform.startswith("linux")
