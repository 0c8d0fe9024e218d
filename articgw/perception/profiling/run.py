"""`articgw perception profile`: from a detector and a film to a profile, with a bar and a plot.

    detector ─┐
    film ─────┴─▶ measure ─▶ OUT.json (for the gateway) and OUT.png (for people)

The film should look like what the gateway will see; half a minute of it is enough. Nothing else
should run meanwhile: what the stages take on a quiet machine is what everything rests on.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import Progress

from artic_perception.profile import Profile
from articgw.errors import ConfigError
from articgw.perception.profiling.file import save, this_machine
from articgw.perception.profiling.measure import CONTENTS, measure
from articgw.perception.profiling.truth import See

Pixels = NDArray[np.uint8]

LONG_PX = 960
"""Of the frames: as large as detectors in a call get them."""
FPS, MOST_FRAMES = 15.0, 240
BOXES = 4


def run(see: See, model: str, film: Path, out: Path, console: Console) -> Profile:
    """Write ``out``, and a plot beside it where matplotlib is installed.

    ``see`` is a loaded detector, ``model`` its name. A run that was cut off goes on where it was.
    Raises `ConfigError`.
    """
    frames = read_film(film)
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("profile", total=1.0)

        def progress(what: str, share: float) -> None:
            bar.update(task, description=what, completed=share)

        try:
            profile = measure(
                see, model, frames,
                machine=this_machine(), keep=out.with_suffix(".part"), progress=progress,
            )  # fmt: skip
        except ValueError as error:
            raise ConfigError(f"{film}: {error}") from error
        except OSError as error:
            raise ConfigError(f"{out.parent} cannot be written: {error.strerror}") from error
    save(profile, out)
    console.print(f"perception: {len(profile.branches)} branches worth having, in {out}")
    if plot(profile, out.with_suffix(".png")):
        console.print(f"perception: and drawn in {out.with_suffix('.png')}")
    else:
        console.print("perception: not drawn; for a plot: pip install 'articgw[bench]'")
    return profile


def read_film(film: Path) -> list[Pixels]:
    """At most `MOST_FRAMES` RGB frames, at most `FPS` a second. Raises `ConfigError`."""
    frames: list[Pixels] = []
    next_t = float("-inf")
    try:
        with av.open(str(film)) as container:
            for frame in container.decode(video=0):
                t = len(frames) / FPS if frame.time is None else frame.time
                if t < next_t:
                    continue
                next_t = t + 1 / FPS - 1e-3
                scale = min(1.0, LONG_PX / max(frame.width, frame.height))
                size = {
                    "width": max(2, 2 * round(frame.width * scale / 2)),
                    "height": max(2, 2 * round(frame.height * scale / 2)),
                }
                picture = frame.reformat(**size, format="rgb24")
                frames.append(np.asarray(picture.to_ndarray(), np.uint8))
                if len(frames) == MOST_FRAMES:
                    break
    except (av.FFmpegError, OSError, IndexError) as error:
        raise ConfigError(f"{film} is no film that can be read: {error}") from error
    if not frames:
        raise ConfigError(f"{film} has no frames")
    return [frame for frame in frames if frame.shape == frames[0].shape]


def plot(profile: Profile, path: Path) -> bool:
    """Accuracy over time a frame, a picture per content; False where matplotlib is missing."""
    try:
        pyplot: Any = importlib.import_module("matplotlib.figure")
    except ImportError:
        return False
    figure = pyplot.Figure(figsize=(11, 9), layout="constrained")
    axes = figure.subplots(3, 3, sharex=True, sharey=True)
    for axis, content in zip(axes.flat, CONTENTS, strict=True):
        for carrying in sorted({one.carrying for one in profile.branches}):
            mine = [one for one in profile.branches if one.carrying == carrying]
            axis.scatter(
                [1000 * profile.group_s(one, BOXES) / one.interval for one in mine],
                [profile.accuracy.of(one, content) for one in mine],
                s=18, label=carrying,
            )  # fmt: skip
        axis.set_title(f"size {content.sizes[0]:g}, speed {content.speed:g}", fontsize=9)
        axis.set_xscale("log")
        axis.set_ylim(0, 1)
    axes[0][0].legend(fontsize=8)
    axes[-1][1].set_xlabel("ms a frame on the quiet machine")
    axes[1][0].set_ylabel("share of the objects with a true box")
    figure.suptitle(f"{profile.made_by}; {profile.machine}", fontsize=10)
    figure.savefig(path, dpi=110)
    return True
