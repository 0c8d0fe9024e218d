"""The file that `articgw perception profile` writes, and what a machine must be to use it.

One JSON file, readable by people: what each stage takes on a quiet machine, what each detector
finds by size, how long each way to carry holds, and the branches that are worth having. Times are
of one machine; another one is told to profile again, and may use the accuracies meanwhile.
"""

from __future__ import annotations

import os
import platform
from pathlib import Path

import msgspec

from artic_perception.profile import Profile
from articgw.errors import ConfigError

CPUINFO = Path("/proc/cpuinfo")
HOW = "articgw perception profile"


def this_machine(cpuinfo: Path = CPUINFO) -> str:
    """Processor and cores, as far as they can be told: what a profile's times belong to."""
    model = platform.machine()
    try:
        lines = cpuinfo.read_text("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    for line in lines:
        if line.startswith("model name"):
            model = " ".join(line.partition(":")[2].split())
            break
    has = hasattr(os, "sched_getaffinity")
    cores = len(os.sched_getaffinity(0)) if has else os.cpu_count() or 1
    return f"{model}, {cores} cores"


def save(profile: Profile, path: Path) -> None:
    """Whole or not at all. Raises `ConfigError`."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(msgspec.json.format(msgspec.json.encode(profile), indent=1) + b"\n")
        part.replace(path)
    except OSError as error:
        raise ConfigError(f"the profile {path} cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def load(path: Path) -> Profile:
    """Raises `ConfigError` where there is none, or what is there contradicts itself."""
    try:
        profile = msgspec.json.decode(path.read_bytes(), type=Profile)
    except OSError as error:
        raise ConfigError(f"the profile {path} cannot be read: {error.strerror}") from error
    except msgspec.MsgspecError as error:
        raise ConfigError(f"{path} is no profile: {error}; make one: {HOW}") from error
    wrong = _wrong(profile)
    if wrong:
        raise ConfigError(f"the profile {path} is of no use: {wrong}; make another: {HOW}")
    return profile


def advice(profile: Profile, machine: str | None = None) -> str:
    """What to tell people where the profile was made on another machine; empty where it fits."""
    here = machine or this_machine()
    if profile.machine == here:
        return ""
    return (
        f"the profile is of another machine ({profile.machine}; this is {here}): its times may be "
        f"far off until they are learned; better make another: {HOW}"
    )


def _wrong(profile: Profile) -> str:
    if not profile.branches:
        return "it has no branches"
    times = [*profile.detect_s.values(), *(one.frame_s for one in profile.carry_s.values())]
    if not all(0 < one < 3600 for one in times):
        return "it has times that cannot be"
    for branch in profile.branches:
        name, carrying = branch.detector.name, branch.carrying
        if name not in profile.detect_s or name not in profile.recalls:
            return f"it says nothing about {name}"
        if branch.interval > 1 and carrying not in profile.survivals:
            return f"it says nothing about {carrying}"
        if branch.interval > 1 and carrying != "hold" and carrying not in profile.carry_s:
            return f"it does not say what {carrying} takes"
    return ""
