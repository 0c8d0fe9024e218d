"""Priorities, asked of the real system in a process that ends afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from articgw.priority import MEDIA_NICE, MODEL_NICE, PACE_NICE

pytestmark = pytest.mark.integration

AUTOGROUP = Path("/proc/self/autogroup")


def _nice_after(call: str, *, session: bool) -> tuple[str, int]:
    code = (
        f"import os; from articgw import priority; done = priority.{call}(); "
        "print(done, os.getpriority(os.PRIO_PROCESS, 0))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, check=True, start_new_session=session,
    )  # fmt: skip
    done, nice = ran.stdout.split()
    return done, int(nice)


@pytest.mark.skipif(not AUTOGROUP.exists(), reason="this kernel has no autogroups")
@pytest.mark.parametrize("call", ["step_back", "go_first", "keep_pace"])
def test_a_session_that_another_leads_is_left_alone(call: str) -> None:
    before = AUTOGROUP.read_text()
    _nice_after(call, session=False)
    assert AUTOGROUP.read_text() == before


def test_a_model_steps_back_whatever_its_parent_has() -> None:
    assert _nice_after("step_back", session=True)[1] == MODEL_NICE


def test_who_works_against_a_clock_goes_before_models_where_that_is_allowed() -> None:
    nice = _nice_after("keep_pace", session=True)[1]
    assert nice in {PACE_NICE, os.getpriority(os.PRIO_PROCESS, 0)}


@pytest.mark.parametrize("session", [True, False])
def test_the_gateway_goes_first_or_says_that_it_may_not(session: bool) -> None:
    done, nice = _nice_after("go_first", session=session)
    before = os.getpriority(os.PRIO_PROCESS, 0)
    assert (done, nice) in {("True", MEDIA_NICE), ("False", before)}
