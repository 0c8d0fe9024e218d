"""The test cases of RFC 8867 that an assistant's uplink meets, as data.

Defaults of the RFC: one way 50 ms, jitter up to 30 ms (RFC 8868, 4.5.3: Gaussian of 5 ms, cut at
three of it), drop-tail of 300 ms, video of 150 kb/s to 1.5 Mb/s that begins at its least.
"""

from __future__ import annotations

from dataclasses import dataclass

from artic_abr.simulation.service import Service, steps

VIDEO_FLOOR_BPS = 150_000
VIDEO_CEILING_BPS = 1_500_000
PROPAGATION_S = 0.05
JITTER_S = 0.005
QUEUE_S = 0.3

Steps = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One test case."""

    section: str
    name: str
    seconds: float
    forward: Steps
    """From second, bit/s."""
    flows: tuple[tuple[float, float], ...]
    """Begin and end of each video flow, s."""
    backward: Steps = ()
    """Of the way back, with one video flow on it; empty where it is idle."""
    pauses: tuple[tuple[int, float, float], ...] = ()
    """Flow, from, to."""
    queue_s: float = QUEUE_S
    long_tcp: int = 0
    short_tcp: int = 0

    def service(self) -> Service:
        """Of the bottleneck; it keeps its last capacity for a minute after the end."""
        return steps(self.forward, self.seconds + 60)


M = 1_000_000.0
SCENARIOS = (
    Scenario(
        "5.1", "variable capacity, one flow", 100,
        ((0, 1.0 * M), (40, 2.5 * M), (60, 0.6 * M), (80, 1.0 * M)), ((0, 99),),
    ),
    Scenario(
        "5.3", "congested way back", 100,
        ((0, 2.0 * M), (20, 1.0 * M), (40, 0.5 * M), (60, 2.0 * M)), ((0, 99),),
        backward=((0, 2.0 * M), (35, 0.8 * M), (70, 2.0 * M)),
    ),
    Scenario("5.6", "long TCP", 120, ((0, 2.0 * M),), ((5, 119),), long_tcp=1),
    Scenario("5.7", "short TCP", 300, ((0, 2.0 * M),), ((5, 299), (5, 299)), short_tcp=10),
    Scenario(
        "5.8", "pause and resume", 120, ((0, 3.5 * M),), ((0, 119), (0, 119), (0, 119)),
        pauses=((1, 40, 60),),
    ),
)  # fmt: skip
