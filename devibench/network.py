"""``devibench network``: policies over traces with readability curves, simulated.

A folder of traces holds ``*.csv`` (``time_s,mbps``) and Mahimahi's ``*.up`` or ``*.up.gz``, at any
depth; a ``confidence.csv`` beside them takes the place of the curves that are drawn otherwise.

A policy of somebody else's, a learned one for instance, is ``FILE.py:NAME``: a function in that
file which makes an `artic_abr.policy.Policy` for a frame rate. It is run as the user's own code.
"""

from __future__ import annotations

import random
import runpy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from artic_abr.controller import controller
from artic_abr.need import TIERS_BPS
from artic_abr.policy import Policy
from artic_abr.rules import Everything, FixedCap, FixedMargin, Released
from artic_abr.simulation import (
    CallLog,
    CallSetup,
    Curve,
    LinkShape,
    Reader,
    Score,
    Service,
    oracle_call,
    run_call,
    score,
)
from artic_abr.simulation.reader import parse_curves
from artic_abr.simulation.service import OPPORTUNITY_BYTES, from_steps
from articgw.errors import ConfigError
from articgw.testing import traces

ORACLE_BPS = 526_000
"""The mean of what Artic's questions need."""
CURVES = "confidence.csv"
DRAWN = 100
POLICIES: dict[str, Callable[[float], Policy]] = {
    "ours": lambda fps: controller(fps=fps),
    "published": lambda fps: controller(fps=fps, rule=Released()),
    "cap": lambda fps: controller(fps=fps, rule=FixedCap()),
    "margin": lambda fps: controller(fps=fps, rule=FixedMargin()),
    "all": lambda fps: controller(fps=fps, rule=Everything()),
}
"""Rules over our estimator; estimators of others need packages that this bench does without."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One policy on one trace."""

    trace: str
    policy: str
    log: CallLog
    score: Score
    ratio: float
    """Of the P95 to that of a sender that knows the trace."""


def trace_files(folder: Path) -> list[Path]:
    """Those of a folder, by name. Raises ConfigError where there is none."""
    if folder.is_file():
        return [folder]
    found = traces.trace_files(folder)
    if not found:
        raise ConfigError(f"{folder} holds no *.csv, *.up or *.up.gz")
    return found


def trace_name(path: Path) -> str:
    """Without the endings."""
    return path.name.removesuffix(".gz").removesuffix(".up").removesuffix(".csv")


def read_trace(path: Path) -> Service:
    """Either form. Raises ConfigError with the file and the line that is wrong."""
    trace = traces.read_trace(path)
    whole_bytes = OPPORTUNITY_BYTES if path.name.endswith(".csv") else None
    return from_steps(trace.edges_s, trace.steps_bps, whole_bytes=whole_bytes)


def curves_of(folder: Path, seed: int) -> tuple[Curve, ...]:
    """Those beside the traces, or drawn ones."""
    found = sorted(folder.rglob(CURVES)) if folder.is_dir() else []
    if not found:
        return drawn_curves(seed)
    try:
        with found[0].open() as lines:
            return parse_curves(lines)
    except ValueError as error:
        raise ConfigError(f"{found[0]}: {error}") from error


def drawn_curves(seed: int, count: int = DRAWN) -> tuple[Curve, ...]:
    """Questions whose need is log-normal around 350 kb/s, as Artic's are; in twentieths."""
    chance = random.Random(seed)
    curves = []
    for _ in range(count):
        enough_bps = min(max(chance.lognormvariate(12.77, 0.75), 150e3), 3.15e6)
        steep = chance.uniform(0.6, 1.4)
        values = [round(20 * _drawn(bps / enough_bps, steep)) / 20 for bps in TIERS_BPS]
        values[-1] = max(values[-1], 0.8)
        curves.append(Curve(tuple(values)))
    return tuple(curves)


def _drawn(relative: float, steep: float) -> float:
    return 0.8 * relative**steep if relative < 1 else min(1.0, 0.8 + 0.2 * steep * (relative - 1))


def short_name(policy: str) -> str:
    """A policy's name as part of a file's: without folders, and without what no file may have."""
    return policy.rpartition("/")[2].replace(":", "-")


def maker_of(name: str) -> Callable[[float], Policy]:
    """What makes the policy of that name. Raises ConfigError where nothing makes one."""
    if name in POLICIES:
        return POLICIES[name]
    path, _, function = name.rpartition(":")
    if not path.endswith(".py"):
        raise ConfigError(
            f"no policy is called {name}; there are {', '.join(POLICIES)}, "
            "and FILE.py:FUNCTION for one of your own"
        )
    try:
        make = runpy.run_path(path).get(function)
        made = make(30.0) if make else None
    except Exception as error:  # whatever a stranger's code raises
        raise ConfigError(f"{name}: {type(error).__name__}: {error}") from error
    if make is None:
        raise ConfigError(f"{path} defines no {function}")
    if not isinstance(made, Policy):
        raise ConfigError(f"{name} makes a {type(made).__name__}, not an artic_abr.policy.Policy")
    return make  # type: ignore[no-any-return]


def compare(
    services: Mapping[str, Service],
    names: Sequence[str],
    reader: Reader,
    *,
    fps: float,
    seconds: float,
    seed: int,
    done: Callable[[], None] = lambda: None,
) -> list[Outcome]:
    """Every policy on every trace. Raises ConfigError for a policy that cannot be had."""
    makers = {name: maker_of(name) for name in names}
    outcomes = []
    for trace, service in services.items():
        best = score(oracle_call(service, lambda t: ORACLE_BPS, fps=fps, seconds=seconds))
        for name in names:
            setup = CallSetup(fps=fps, seconds=seconds, reader=reader, seed=seed)
            log = run_call(makers[name](fps), LinkShape(service), setup)
            scored = score(log, reader=reader, service=service)
            outcomes.append(Outcome(trace, name, log, scored, scored.p95_ms / best.p95_ms))
            done()
    return outcomes
