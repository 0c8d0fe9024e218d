"""A call over a link, without either: traces, queues, senders and what could be had at best.

    trace ─▶ Service S(t) ─▶ Link ─▶ call ─▶ CallLog ─▶ score
                 └─────────▶ oracle ────────────┘

Time is simulated; hours pass in seconds. Nothing here reads files: see `devibench.network`.
"""

from artic_abr.simulation.call import CallLog, CallSetup, run_call, run_calls
from artic_abr.simulation.link import Link, LinkShape
from artic_abr.simulation.oracle import least_delays, on_time_share, oracle_call
from artic_abr.simulation.reader import Curve, Reader
from artic_abr.simulation.score import Score, score
from artic_abr.simulation.service import Service

__all__ = [
    "CallLog",
    "CallSetup",
    "Curve",
    "Link",
    "LinkShape",
    "Reader",
    "Score",
    "Service",
    "least_delays",
    "on_time_share",
    "oracle_call",
    "run_call",
    "run_calls",
    "score",
]
