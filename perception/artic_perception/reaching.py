"""What each branch really reaches on a film, and how far the model of it is to be trusted.

The model (`accuracy.py`) knows sizes and speeds; a film also has false boxes, hidden things and
scores, which count in average precision and which no formula foretells. So each branch is replayed
over the film that it is profiled on, with detections that were made once (ApproxDet's way), and
what is chosen by is what it reached there, moved by the model where the content is another:

    A(branch, content) = reached + what is sure of  m(branch) - m(the one that reached most)
    m(branch)          = trust · (model(content) - model on that film)

trust is the slope of reached over foretold, scene by scene, without what all branches have in
common in a scene and what a branch has in common in all: only what ranks branches is left. It is
drawn to 0 by `PRIOR`, so a model that explains nothing there changes nothing here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from artic_perception.accuracy import Accuracy, Content, Reached
from artic_perception.branch import Branch
from artic_perception.carrying import Carried, Luma
from artic_perception.content import ContentSense
from artic_perception.detections import Detections
from artic_perception.precision import Match, matched, precision

Floats = NDArray[np.float64]
Done = Callable[[float], None]

PRIOR = 0.02
"""Of squared accuracy, per branch: as if so much had been foretold and nothing of it come."""
LOOK_EVERY = 4
"""Frames between those of which the content is taken."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Some seconds of a film, without a cut in them."""

    lumas: Sequence[Luma]
    truths: Sequence[Detections]
    seen: Mapping[str, Sequence[Detections]]
    """By the detector's name, of each frame."""


def calibrated(
    accuracy: Accuracy,
    branches: Sequence[Branch],
    scenes: Sequence[Scene],
    *,
    aspect: float,
    done: Done = lambda share: None,
) -> Accuracy:
    """The model, with what was reached. ``aspect``: width by height; ``done`` hears shares of 1."""
    if not branches or not scenes:
        return accuracy
    reached, means = [], []
    for k, branch in enumerate(branches):
        matches = [matches_of(branch, scene) for scene in scenes]
        reached.append([precision(one) for one in matches])
        means.append(precision([one for each in matches for one in each]))
        done((k + 1) / len(branches))
    best = branches[int(np.argmax(means))]
    contents = [contents_of(best, scene, aspect) for scene in scenes]
    plain = replace(accuracy, reached={}, trust=1.0, usual=None)
    foretold = [
        [float(np.mean([plain.of(branch, one) for one in each])) for each in contents]
        for branch in branches
    ]
    known = {
        branch.name: Reached(mean, float(np.mean(row)))
        for branch, mean, row in zip(branches, means, foretold, strict=True)
    }
    trust = trust_of(np.array(reached), np.array(foretold))
    return replace(accuracy, reached=known, trust=trust, usual=best)


def matches_of(branch: Branch, scene: Scene) -> list[Match]:
    """Of each frame of the scene."""
    pairs = zip(boxes_of(branch, scene), scene.truths, strict=True)
    return [matched(boxes, truth) for boxes, truth in pairs]


def contents_of(branch: Branch, scene: Scene, aspect: float) -> list[Content]:
    """What is in view, as one who goes by that branch senses it."""
    sense = ContentSense(aspect)
    return [sense.on_boxes(boxes) for boxes in boxes_of(branch, scene)][::LOOK_EVERY]


def boxes_of(branch: Branch, scene: Scene) -> Iterator[Detections]:
    """On each frame of the scene, which begins with a detection."""
    carried, seen = Carried(branch.carrying), scene.seen[branch.detector.name]
    for k, luma in enumerate(scene.lumas):
        detect = k % branch.interval == 0
        yield carried.on_detection(luma, seen[k]) if detect else carried.on_frame(luma)


def trust_of(reached: Floats, foretold: Floats) -> float:
    """Slope, 0..1, of (branches, scenes) matrices, both without their rows' and columns' means."""
    came, said = _alone(reached), _alone(foretold)
    over = float((said * said).sum()) + PRIOR * len(said)
    return float(np.clip((came * said).sum() / over, 0.0, 1.0))


def _alone(table: Floats) -> Floats:
    rows, columns = table.mean(axis=1, keepdims=True), table.mean(axis=0, keepdims=True)
    return np.asarray(table - rows - columns + table.mean())
