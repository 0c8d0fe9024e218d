"""Traces and curves of a run: a folder's, or drawn ones."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from artic_abr.simulation import Curve, Service
from artic_abr.simulation.reader import parse_curves
from artic_abr.simulation.service import from_bins
from devibench.network import CURVES, curves_of, drawn_curves, read_trace, trace_files, trace_name

ANCHOR = (
    "ATT-LTE-driving", "ATT-LTE-driving-2016", "TMobile-LTE-driving", "TMobile-LTE-short",
    "TMobile-UMTS-driving", "Verizon-EVDO-driving", "Verizon-LTE-driving", "Verizon-LTE-short",
    "drive_5g_03", "drive_5g_07", "drive_5g_09", "drive_5g_11", "drive_5g_15",
)  # fmt: skip
"""Eight Mahimahi uplinks and five 5G drives."""
NOT_IN_RATIO = frozenset({"drive_5g_13"})
"""It carries 0.06 Mb/s at first: nobody can do anything there."""
DRAWN = 8
DRAWN_S = 180.0
LEVELS_MBPS = (0.0, 0.1, 0.4, 1.0, 3.0, 8.0, 20.0)
STAY_S = (0.4, 1.0, 3.0, 5.0, 5.0, 5.0, 5.0)


@dataclass(frozen=True, slots=True)
class Data:
    """What is simulated."""

    traces: dict[str, Service]
    anchor: tuple[str, ...]
    curves: tuple[Curve, ...]
    folder: Path | None


def load(folder: Path | None, seed: int) -> Data:
    """Without a folder, drawn links. Where the anchor suite is absent, it is all traces."""
    if folder is None:
        traces = {f"drawn_{k}": drawn_trace(seed + k) for k in range(DRAWN)}
        return Data(traces, tuple(traces), drawn_curves(seed), None)
    traces = {trace_name(path): read_trace(path) for path in trace_files(folder)}
    anchor = tuple(name for name in ANCHOR if name in traces) or tuple(traces)
    beside = folder.parent / "artic" / CURVES
    if not sorted(folder.rglob(CURVES)) and beside.is_file():
        with beside.open() as lines:
            return Data(traces, anchor, parse_curves(lines), folder)
    return Data(traces, anchor, curves_of(folder, seed), folder)


def drawn_trace(seed: int) -> Service:
    """A walk over levels of capacity, with noise: dips, outages and trickles, but nobody's."""
    chance = random.Random(seed)
    level = chance.randrange(2, len(LEVELS_MBPS))
    bins: list[float] = []
    while len(bins) < 10 * DRAWN_S:
        for _ in range(1 + int(10 * chance.expovariate(1 / STAY_S[level]))):
            bins.append(LEVELS_MBPS[level] * chance.lognormvariate(0.0, 0.5))
        step = chance.choice((-2, -1, -1, 1, 1, 2))
        level = min(max(level + step, 0), len(LEVELS_MBPS) - 1)
    return from_bins(bins)
