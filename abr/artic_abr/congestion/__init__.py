"""What the network allows, told by transport-wide reports. One idea per file:

groups ─▶ trendline ─▶ overuse ──┐
queueing ────────────────────────┤
trains (each frame is a probe) ──┼─▶ rate ─▶ estimator
acknowledged ────────────────────┤
loss ────────────────────────────┤
limited (did the sender even try?)┘
"""

from artic_abr.congestion.estimator import TransportEstimator

__all__ = ["TransportEstimator"]
