"""What `articgw perception profile` measures: times here, and accuracies on a film.

    times        every stage in turn, round after round: a disturbance hits all of them alike; the
                 median is kept
    recalls      each detector once over the film; truth is what the largest one is sure of
    survivals    the true boxes carried from every `STRIDE`-th frame on, without any detector
    reached      each branch replayed over those detections: what it is chosen by

Truth by the largest detector flatters all of them, itself most; it is good enough to rank branches
(ApproxDet's own profiler needs labelled films). What was measured is kept beside the result as it
comes, so that a run that was cut off goes on where it was. Minutes, of which most are detections.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median

import msgspec
import numpy as np
from numpy.typing import NDArray

from artic_perception import Detections
from artic_perception.accuracy import Accuracy, Content, Survival
from artic_perception.branch import HOLD, Branch, Detector
from artic_perception.carrying import NAMES, Carried
from artic_perception.profile import Carrying, Profile, worth_having
from artic_perception.reaching import Scene, calibrated
from articgw.perception.profiling.truth import LONGEST, STRIDE, See, luma, recall, sure, survival

Pixels = NDArray[np.uint8]

INTERVALS = (1, 2, 4, 8, 16)
SCENE_FRAMES = 30
ROUNDS, WARM = 15, 2
FEW_BOXES, MANY_BOXES = 1, 8
CONTENTS = tuple(
    Content((size,) * 4, speed) for size in (0.03, 0.08, 0.2) for speed in (0.0, 0.02, 0.08)
)
"""Small, middling and large things, still, walking and fast: who is best for one of them stays."""


Progress = Callable[[str, float], None]
"""What is being done, and the share of the whole that is done, 0..1."""


Box = tuple[float, float, float, float, float, str]
"""x0, y0, x1, y1, score, label."""


@dataclass(slots=True)
class Kept:
    """What was measured so far: the file beside the result."""

    of: str = ""
    """Detector, machine and film; for another one all begins anew."""
    detect_s: dict[str, float] = field(default_factory=dict)
    carry_s: dict[str, Carrying] = field(default_factory=dict)
    seen: dict[str, list[list[Box]]] = field(default_factory=dict)
    """What each detector saw in each frame."""
    survivals: dict[str, Survival] = field(default_factory=dict)


def measure(
    see: See,
    model: str,
    film: Sequence[Pixels],
    *,
    machine: str,
    keep: Path,
    progress: Progress = lambda what, share: None,
    clock: Callable[[], float] = time.perf_counter,
) -> Profile:
    """A profile of this machine.

    ``film``: (h, w, 3) RGB frames of one size, in order, 32 or more, with things in them. ``keep``
    is the file of what is measured meanwhile; it is removed at the end. Raises ``ValueError`` for a
    film that is too short or shows nothing, and ``OSError`` where nothing can be kept.
    """
    if len(film) <= LONGEST:
        raise ValueError(f"a film of {len(film)} frames is too short; {2 * LONGEST} are good")
    detectors = {Detector(model, side): side for side in see.sides_px}
    kept = _resumed(keep, _of(see, model, machine, film))
    steps = len(detectors) + len(NAMES) + 4

    def note(done: int, what: str) -> None:
        keep.parent.mkdir(parents=True, exist_ok=True)
        keep.write_bytes(msgspec.json.encode(kept))
        progress(what, done / steps)

    note(0, "the time of each stage")
    if not kept.detect_s:
        kept.detect_s, kept.carry_s = times(see, detectors, film, clock)
    truths: list[Detections] = []
    for k, (detector, side) in enumerate(sorted(detectors.items(), key=lambda one: -one[1])):
        note(2 + k, f"what {detector.name} finds")
        if detector.name not in kept.seen:
            kept.seen[detector.name] = [_kept(see.see(frame, side)) for frame in film]
        if not k:
            truths = [sure(_seen(boxes)) for boxes in kept.seen[detector.name]]
        if not any(len(truth) for truth in truths):
            raise ValueError("nothing was found on the film; take one with people or things on it")
    seen = {name: [_seen(boxes) for boxes in each] for name, each in kept.seen.items()}
    for k, name in enumerate(NAMES):
        note(2 + len(detectors) + k, f"how long {name} holds")
        if name not in kept.survivals:
            kept.survivals[name] = survival(name, film, truths)
    step = 2 + len(detectors) + len(NAMES)
    note(step, "what each branch reaches")
    recalls = {
        one.name: recall(side, film[0].shape, seen[one.name], truths)
        for one, side in detectors.items()
    }
    every = [Branch(one, 1, HOLD) for one in detectors] + [
        Branch(one, interval, name)
        for one in detectors
        for interval in INTERVALS[1:]
        for name in NAMES
    ]
    height, width = film[0].shape[:2]
    known = calibrated(
        Accuracy(recalls, kept.survivals),
        every,
        scenes_of(film, seen, truths),
        aspect=width / height,
        done=lambda share: progress("what each branch reaches", (step + 2 * share) / steps),
    )
    measured = Profile(
        machine, kept.detect_s, kept.carry_s, recalls, kept.survivals, tuple(every), see.about,
        tuple(detectors), known.reached, known.trust,
    )  # fmt: skip
    keep.unlink(missing_ok=True)
    progress("done", 1.0)
    return replace(measured, branches=worth_having(every, measured, CONTENTS))


def scenes_of(
    film: Sequence[Pixels], seen: Mapping[str, Sequence[Detections]], truths: Sequence[Detections]
) -> list[Scene]:
    """Two seconds each; a rest that is shorter than `LONGEST` is left out."""
    lumas = [luma(frame) for frame in film]
    spans = [slice(begin, begin + SCENE_FRAMES) for begin in range(0, len(film), SCENE_FRAMES)]
    return [
        Scene(lumas[span], truths[span], {name: each[span] for name, each in seen.items()})
        for span in spans
        if len(lumas[span]) >= LONGEST
    ]


def times(
    see: See,
    detectors: Mapping[Detector, int],
    film: Sequence[Pixels],
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[dict[str, float], dict[str, Carrying]]:
    """Medians of `ROUNDS` rounds over all stages, after `WARM` that do not count."""
    lumas = [luma(frame) for frame in film]
    stages: dict[tuple[str, int], Callable[[int], object]] = {}
    for detector, side in detectors.items():
        stages[detector.name, 0] = _detection(see, film, side)
    for name in NAMES:
        if name != HOLD:
            for count in (FEW_BOXES, MANY_BOXES):
                stages[name, count] = _carry(name, lumas, count)
    took: dict[tuple[str, int], list[float]] = {key: [] for key in stages}
    for turn in range(WARM + ROUNDS):
        for key, stage in stages.items():
            began = clock()
            stage(turn)
            took[key].append(clock() - began)
    middle = {key: max(1e-6, median(values[WARM:])) for key, values in took.items()}
    carry_s = {}
    for name in {name for name, count in stages if count}:
        few, many = middle[name, FEW_BOXES], middle[name, MANY_BOXES]
        each = max(0.0, (many - few) / (MANY_BOXES - FEW_BOXES))
        carry_s[name] = Carrying(max(1e-6, few - each * FEW_BOXES), each)
    return {name: one for (name, count), one in middle.items() if not count}, carry_s


def _detection(see: See, film: Sequence[Pixels], side: int) -> Callable[[int], object]:
    return lambda turn: see.see(film[turn % len(film)], side)


def _carry(name: str, lumas: Sequence[Pixels], count: int) -> Callable[[int], object]:
    carried = Carried(name)
    grid = np.linspace(0.1, 0.7, count, dtype=np.float32)
    places = np.stack([grid, grid[::-1], grid + 0.2, grid[::-1] + 0.2], axis=1)
    boxes = Detections(places, ("thing",) * count, np.full(count, 0.9, np.float32))
    carried.on_detection(lumas[0], boxes)

    def run(turn: int) -> object:
        return carried.on_frame(lumas[(turn + 1) % len(lumas)])

    return run


def _kept(seen: Detections) -> list[Box]:
    return [
        (float(box[0]), float(box[1]), float(box[2]), float(box[3]), float(score), label)
        for box, score, label in zip(seen.boxes, seen.scores, seen.labels, strict=True)
    ]


def _seen(boxes: Sequence[Box]) -> Detections:
    sides = np.array([box[:4] for box in boxes], np.float32).reshape(-1, 4)
    scores = np.array([box[4] for box in boxes], np.float32)
    return Detections(sides, tuple(box[5] for box in boxes), scores)


def _of(see: See, model: str, machine: str, film: Sequence[Pixels]) -> str:
    digest = hashlib.sha256()
    for frame in film[::STRIDE]:
        digest.update(frame[::8, ::8].tobytes())
    return f"{model}; {see.about}; {machine}; {see.sides_px}; {digest.hexdigest()[:16]}"


def _resumed(keep: Path, of: str) -> Kept:
    try:
        kept = msgspec.json.decode(keep.read_bytes(), type=Kept)
    except (OSError, msgspec.MsgspecError):
        return Kept(of)
    return kept if kept.of == of else Kept(of)
