"""The profile that all policies are given: what the stages take alone, and how good they are.

From quiet tapes the times, and from the first half of each film the recall of each detector by the
size of things, and how long boxes hold that are carried along: detections are made once and kept,
carrying is replayed over them (ApproxDet's way to profile, the idea to keep).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from rich.progress import Progress

from artic_perception import Detections
from artic_perception.accuracy import Content, Recall, Survival
from artic_perception.branch import HOLD, Branch, Detector
from artic_perception.carrying import Carried
from artic_perception.content import ContentSense
from artic_perception.fitting import fit_recall, fit_survival
from artic_perception.overlap import overlaps
from artic_perception.precision import IOU
from artic_perception.profile import Carrying, Profile, worth_having
from artic_perception.reaching import Scene, calibrated
from tests.bench._perception_films import SCENE_FRAMES, SIZE_PX, Film, as_detections
from tests.bench._perception_stages import CARRIES, MIN_SCORE, detectors, luma, yolo
from tests.bench._perception_tapes import Tape

INTERVALS = (1, 2, 4, 8, 16)
CONTENTS = tuple(
    Content((size,), speed) for size in (0.06, 0.12, 0.25, 0.5) for speed in (0.002, 0.03, 0.1)
)
STRIDE = 4
CARRIED_FRAMES = 16

Seen = Mapping[str, Sequence[Detections]]
"""By detector, of every frame of a film."""


def candidates(model: str) -> list[Branch]:
    """Every branch that may be worth having."""
    return [
        Branch(detector, interval, carrying)
        for detector in detectors(model)
        for interval in INTERVALS
        for carrying in ((HOLD,) if interval == 1 else (HOLD, *CARRIES))
    ]


def detections(film: Film, model: Path, kept: Path, tick: Progress) -> Seen:
    """What every detector says of every frame; made once."""
    named = f"{film.name} {len(film.frames)} {hashlib.sha256(film.frames[0].tobytes()).hexdigest()}"
    known = detectors(model.stem)
    task = tick.add_task(f"detecting in {film.name}", total=len(known))
    out = {}
    for detector in known:
        digest = hashlib.sha256(f"{named} {detector.name}".encode()).hexdigest()[:16]
        file = kept / f"seen-{digest}.npz"
        if not file.is_file():
            made = [yolo(model).see(one, detector.size_px, MIN_SCORE) for one in film.frames]
            np.savez(
                file,
                count=np.array([len(one) for one in made]),
                boxes=np.concatenate([one.boxes for one in made]),
                scores=np.concatenate([one.scores for one in made]),
                labels=np.array([label for one in made for label in one.labels], np.str_),
            )
        out[detector.name] = _loaded(file)
        tick.advance(task)
    return out


def profile_of(
    model: Path, quiet: Sequence[Tape], films: Sequence[Film], seen: Sequence[Seen]
) -> Profile:
    """Of this machine, on the first halves."""
    times = {
        name: float(np.median(np.concatenate([tape.stages[name][1] for tape in quiet])))
        for name in quiet[0].stages
    }
    recalls = {one.name: _recall(one, films, seen) for one in detectors(model.stem)}
    survivals = {name: _survival(name, films) for name in (HOLD, *CARRIES)}
    profile = Profile(
        machine="",
        detect_s={one.name: times[one.name] for one in detectors(model.stem)},
        carry_s={name: Carrying(times[name]) for name in CARRIES},
        recalls=recalls,
        survivals=survivals,
        branches=(),
        detectors=detectors(model.stem),
    )
    every = candidates(model.stem)
    pairs = zip(films, seen, strict=True)
    scenes = [scene for film, known in pairs for scene in scenes_of(film, known)]
    known = calibrated(profile.accuracy, every, scenes, aspect=SIZE_PX[0] / SIZE_PX[1])
    profile = replace(profile, reached=known.reached, trust=known.trust)
    return replace(profile, branches=worth_having(every, profile, CONTENTS))


def scenes_of(film: Film, seen: Seen) -> list[Scene]:
    """Of the half that is for profiles."""
    cuts = range(0, film.half, SCENE_FRAMES)
    spans = [slice(begin, min(begin + SCENE_FRAMES, film.half)) for begin in cuts]
    return [
        Scene(
            [luma(frame) for frame in film.frames[span]],
            [as_detections(truth) for truth in film.truths[span]],
            {name: known[span] for name, known in seen.items()},
        )
        for span in spans
    ]


def _recall(detector: Detector, films: Sequence[Film], seen: Sequence[Seen]) -> Recall:
    sizes, hits = [], []
    width, height = SIZE_PX
    for film, known in zip(films, seen, strict=True):
        for k in range(0, film.half, STRIDE):
            found = known[detector.name][k]
            for label, box in film.truths[k]:
                mine = np.array(
                    [b for b, n in zip(found.boxes, found.labels, strict=True) if n == label]
                )
                overlap = overlaps(np.array([box]), mine.reshape(-1, 4))
                side = np.sqrt((box[2] - box[0]) * (box[3] - box[1]) * height / width)
                sizes.append(max(1.0, side * detector.size_px))
                hits.append(bool(overlap.max(initial=0.0) >= IOU))
    return fit_recall(sizes, hits)


def _survival(name: str, films: Sequence[Film]) -> Survival:
    """Of true boxes, carried along."""
    ages, speeds = list[int](), list[float]()
    held: list[float] = []
    for film in films:
        for begin in range(0, film.half - CARRIED_FRAMES, CARRIED_FRAMES):
            for k, speed, share in _carried(name, film, begin):
                ages.append(k)
                speeds.append(speed)
                held.append(share)

    return fit_survival(ages, speeds, held)


def _carried(name: str, film: Film, begin: int) -> list[tuple[int, float, float]]:
    """Age, speed, and the share of what is there by then that has a box: new things have none."""
    truth = film.truths[begin]
    if not truth:
        return []
    carried, sense = Carried(name), ContentSense()
    carried.on_detection(luma(film.frames[begin]), as_detections(truth))
    sense.on_boxes(as_detections(truth))
    out = []
    for k in range(1, CARRIED_FRAMES):
        now = film.truths[begin + k]
        seen = carried.on_frame(luma(film.frames[begin + k]))
        speed = sense.on_boxes(as_detections(now)).speed
        if now:
            out.append((k, speed, float(np.mean([_has(seen, *one) for one in now]))))
    return out


def _has(seen: Detections, label: str, box: tuple[float, float, float, float]) -> bool:
    mine = np.array([other == label for other in seen.labels], bool)
    return bool(mine.any() and overlaps(np.array([box]), seen.boxes[mine]).max() >= IOU)


def _loaded(file: Path) -> list[Detections]:
    with np.load(file) as kept:
        ends = np.cumsum(kept["count"])
        boxes, scores, labels = kept["boxes"], kept["scores"], kept["labels"]
    return [
        Detections(boxes[a:b], tuple(str(label) for label in labels[a:b]), scores[a:b])
        for a, b in zip(np.concatenate([[0], ends[:-1]]), ends, strict=True)
    ]
