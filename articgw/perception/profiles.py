"""The profile that a process goes by: the one that was measured here, else one by rule of thumb."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from artic_perception.profile import Profile
from articgw.errors import ConfigError
from articgw.perception.profiling.file import HOW, load
from articgw.perception.rough import rough_profile
from articgw.perception.weights import Detector

PRECISION = "f32"


def default_profile(models_dir: Path, model: str) -> Path:
    """Where `articgw perception profile` puts the profile of a detector."""
    return models_dir / f"perception-{model}.json"


def profile_for(
    path: Path | None, models_dir: Path, detector: Detector, clock: Callable[[], float]
) -> Profile:
    """The profile at ``path``; where none is named the default one, or none that was measured.

    ``clock``: s. Raises `ConfigError` where a named file cannot be used, or is of another detector.
    """
    if path is None:
        path = default_profile(models_dir, detector.model)
        if not path.is_file():
            return rough_profile(detector, clock)
    profile = load(path)
    ours = tuple(
        one
        for one in profile.branches
        if one.detector.model == detector.model
        and one.detector.size_px in detector.sides_px
        and one.detector.precision == PRECISION
    )
    if not ours:
        theirs = sorted({branch.detector.model for branch in profile.branches})
        raise ConfigError(
            f"the profile {path} is of {', '.join(theirs)} and the detector is {detector.model} "
            f"({', '.join(map(str, detector.sides_px))} px); make another: {HOW}"
        )
    return replace(profile, branches=ours)
