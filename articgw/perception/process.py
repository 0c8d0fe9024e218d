"""The detecting process: see `articgw.backends.embedded.process`, which it is a kind of."""

from __future__ import annotations

import time

from articgw.backends.embedded.process import Loaded, work
from articgw.errors import ConfigError
from articgw.perception.jobs import Setup
from articgw.perception.profiles import profile_for
from articgw.perception.sight import Sight
from articgw.perception.weights import load
from articgw.priority import keep_pace


def serve() -> None:
    """Run the process until standard input ends."""
    work(load_sight, keep_pace)


def load_sight(setup: object) -> Loaded:
    """Raises `ConfigError` where the detector or the profile cannot be used."""
    assert isinstance(setup, Setup)
    detector = load(setup.weights)
    try:
        profile = profile_for(setup.profile, setup.models_dir, detector, time.perf_counter)
        threads = {branch.detector.threads for branch in profile.branches}
        sight = Sight({n: load(setup.weights, threads=n) for n in threads}, profile)
    except ValueError as error:
        raise ConfigError(f"the detector {setup.weights.path} cannot be used: {error}") from error
    return sight.ready, _nothing, sight.do


def _nothing() -> None:
    """It is warm already."""
