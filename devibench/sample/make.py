"""A whole clip set: cameras and lights in turn, a split that both halves share fairly.

The eight pairs of camera and light are ordered so that the alternating split gives every camera and
every light to both ``fit`` and ``score``, and the first five clips have all cameras.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from articgw.errors import ConfigError
from devibench.clipset import FORMAT, SET_FILE, ClipMeta, SetMeta
from devibench.sample.camera import CameraKind
from devibench.sample.light import LightKind
from devibench.sample.render import Plan, render

PAIRS: tuple[tuple[CameraKind, LightKind], ...] = (
    ("still", "day"),
    ("walking", "day"),
    ("pan", "low-light"),
    ("hand-held", "low-light"),
    ("hand-held", "day"),
    ("pan", "day"),
    ("walking", "low-light"),
    ("still", "low-light"),
)
LICENCE = (
    "Drawings: Apache-2.0, as articgw. "
    "Photographs: from scikit-image's package, CC0 or public domain."
)
MIN_SIZE_PX = (320, 180)


@dataclass(frozen=True, slots=True)
class Order:
    """What set to make."""

    seed: int
    clips: int
    seconds: float = 4.0
    size_px: tuple[int, int] = (1280, 720)
    fps: int = 30
    frame_numbers: bool = False
    movements: bool = False
    """Ask about movement, too; off, a seed's set is what it always was."""

    def __post_init__(self) -> None:
        width, height = self.size_px
        if self.seed < 0:
            raise ConfigError(f"--seed {self.seed}: must be 0 or more")
        if not 1 <= self.clips <= 1000:
            raise ConfigError(f"--clips {self.clips}: must be 1 to 1000")
        if width < MIN_SIZE_PX[0] or height < MIN_SIZE_PX[1] or width % 2 or height % 2:
            raise ConfigError(f"--size {width}x{height}: must be even and 320x180 or more")
        if not 1 <= self.fps <= 120:
            raise ConfigError(f"--fps {self.fps}: must be 1 to 120")
        if not math.isfinite(self.seconds) or not 2 <= self.frames <= 65536:
            raise ConfigError(f"--seconds {self.seconds}: must make 2 to 65536 frames")

    @property
    def frames(self) -> int:
        """Per clip."""
        return round(self.seconds * self.fps)


def plans(order: Order) -> tuple[Plan, ...]:
    """The clips of a set; clip n is the same whatever the number of clips."""
    return tuple(_plan(order, index) for index in range(order.clips))


def make_set(
    order: Order, folder: Path, on_frame: Callable[[], None] = lambda: None
) -> dict[str, ClipMeta]:
    """Write the set into an empty or new folder; what was made, by clip name."""
    require_empty(folder)
    folder.mkdir(parents=True, exist_ok=True)
    made = {plan.name: render(plan, folder, on_frame) for plan in plans(order)}
    meta = SetMeta(FORMAT, order.seed, LICENCE, "devibench make-sample")
    text = msgspec.json.format(msgspec.json.encode(meta), indent=1) + b"\n"
    (folder / SET_FILE).write_bytes(text)
    return made


def require_empty(folder: Path) -> None:
    """ConfigError unless a set can be written there."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigError(f"{folder} exists and is not an empty folder; choose another or empty it")


def _plan(order: Order, index: int) -> Plan:
    camera, light = PAIRS[index % len(PAIRS)]
    return Plan(
        name=f"{index:03d}-{camera}-{light}",
        seed=(order.seed, index),
        camera=camera,
        light=light,
        split="score" if index % 2 else "fit",
        size_px=order.size_px,
        fps=order.fps,
        frames=order.frames,
        frame_numbers=order.frame_numbers,
        movements=order.movements,
    )
