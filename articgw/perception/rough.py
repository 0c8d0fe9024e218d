"""A profile for who has none: times measured in a second, accuracies by rule of thumb.

What a detector finds and how long carried boxes hold are guesses here, good enough to prefer a
larger picture to a smaller one and flow to standing still. `articgw perception profile` measures
both, and tells which branches are worth having.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from artic_perception import Detections
from artic_perception.accuracy import Survival
from artic_perception.branch import HOLD, Branch
from artic_perception.branch import Detector as AsRun
from artic_perception.carrying import FLOW_2, FLOW_4, Carried
from artic_perception.fitting import DEFAULT_RECALL
from artic_perception.profile import Carrying, Profile
from articgw.perception.weights import Detector

ROUGH = "rough"
TRIES = 3
INTERVALS = (1, 2, 4, 8)
SURVIVALS = {
    HOLD: Survival(0.0, 1.0),
    FLOW_4: Survival(0.02, 0.1),
    FLOW_2: Survival(0.01, 0.06),
}
TRIED_PX = (360, 640)


def rough_profile(detector: Detector, clock: Callable[[], float]) -> Profile:
    """Tries each size of the detector and each way to carry, which also warms them."""
    picture = _noise()
    detectors = tuple(AsRun(detector.model, size_px) for size_px in detector.sides_px)
    detect_s = {
        one.name: _least_s(partial(detector.see, picture, one.size_px), clock) for one in detectors
    }
    carry_s: dict[str, Carrying] = {}
    for name in (FLOW_4, FLOW_2):
        carried = Carried(name)
        carried.on_detection(picture[..., 0], _one_box())
        carry_s[name] = Carrying(_least_s(partial(carried.on_frame, picture[..., 0]), clock))
    branches = tuple(
        Branch(one, interval, carrying)
        for one in detectors
        for interval in INTERVALS
        for carrying in (SURVIVALS if interval > 1 else (HOLD,))
    )
    return Profile(
        machine="this one",
        detect_s=detect_s,
        carry_s=carry_s,
        recalls={one.name: DEFAULT_RECALL for one in detectors},
        survivals=SURVIVALS,
        branches=branches,
        made_by=ROUGH,
        detectors=detectors,
    )


def _least_s(work: Callable[[], object], clock: Callable[[], float]) -> float:
    took_s = []
    for _ in range(TRIES):
        began_t = clock()
        work()
        took_s.append(clock() - began_t)
    return max(1e-4, min(took_s))


def _noise() -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    return np.random.default_rng(0).integers(0, 256, (*TRIED_PX, 3), np.uint8)


def _one_box() -> Detections:
    box = np.array([[0.4, 0.4, 0.6, 0.6]], np.float32)
    return Detections(box, ("thing",), np.array([0.9], np.float32))
