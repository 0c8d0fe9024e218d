"""A small profile to test with: three sizes, two ways to carry, round numbers."""

from __future__ import annotations

from artic_perception.accuracy import Recall, Survival
from artic_perception.branch import HOLD, Branch, Detector
from artic_perception.profile import Carrying, Profile

SMALL, MIDDLE, LARGE = (Detector("m", side) for side in (160, 320, 640))
FLOW = "flow 4"
TIMES_S = {SMALL.name: 0.005, MIDDLE.name: 0.015, LARGE.name: 0.060}
BRANCHES = tuple(
    Branch(detector, interval, HOLD if interval == 1 else FLOW)
    for detector in (SMALL, MIDDLE, LARGE)
    for interval in (1, 4, 8)
)
PROFILE = Profile(
    machine="a machine",
    detect_s=TIMES_S,
    carry_s={FLOW: Carrying(0.001)},
    recalls={name: Recall(0.9, 4.5, 0.5) for name in TIMES_S},
    survivals={FLOW: Survival(0.01, 0.5), HOLD: Survival(0.0, 2.0)},
    branches=BRANCHES,
    detectors=(SMALL, MIDDLE, LARGE),
)
