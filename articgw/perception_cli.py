"""`articgw perception profile`: what each way to find objects costs and brings on this machine."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from artic_perception.profile import Profile
from articgw.errors import ConfigError

if TYPE_CHECKING:
    from rich.console import Console

EXAMPLES = """examples:
  articgw perception profile                                what 'articgw models fetch' brought
  articgw perception profile --detect_model yolo26n.onnx    your own
  articgw perception profile --film hall.mp4                on what your camera sees

Some minutes, on a machine that has nothing else to do; cut off, it goes on where it was. 'articgw
serve --detect_ms 100' uses the result.
"""


def main(argv: Sequence[str]) -> int:
    """Measure and save; returns 0. Raises `ConfigError`."""
    settings = _parser().parse_args(argv)
    from rich.console import Console

    from articgw.models import default_models_dir
    from articgw.perception.profiles import default_profile
    from articgw.perception.profiling.film import panned, sample, write
    from articgw.perception.profiling.run import read_film, run
    from articgw.perception.weights import NO_WEIGHTS, find, load

    models_dir = settings.models_dir or default_models_dir()
    weights = find(settings.detect_model, models_dir)
    if weights is None:
        raise ConfigError(NO_WEIGHTS)
    detector = load(weights)
    out = settings.out or default_profile(models_dir, detector.model)
    console = Console()
    console.print(f"perception: profiling {detector.about}")
    with tempfile.TemporaryDirectory() as folder:
        film = settings.film
        if film is None:
            film = Path(folder) / "sample.mp4"
            write(panned(read_film(sample())), film)
        profile = run(detector, detector.model, film, out, console)
    _show(profile, console)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="articgw perception")
    actions = parser.add_subparsers(dest="action", required=True)
    profiling = actions.add_parser(
        "profile",
        help="measure what each way to find objects costs and brings on this machine",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    own = os.environ.get("ARTICGW_DETECT_MODEL")
    profiling.add_argument(
        "--detect_model",
        type=Path,
        default=Path(own) if own else None,
        metavar="PATH.onnx",
        help="a detector of your own",
    )
    folder = os.environ.get("ARTICGW_MODELS_DIR")
    profiling.add_argument(
        "--models_dir",
        type=Path,
        default=Path(folder) if folder else None,
        help="where 'articgw models fetch' put its files; the user's cache folder if not given",
    )
    profiling.add_argument(
        "--film", type=Path, help="a film with things in it; the page's sample clip if not given"
    )
    profiling.add_argument(
        "--out", type=Path, help="where the profile goes; beside the models if not given"
    )
    return parser


def _show(profile: Profile, console: Console) -> None:
    from rich.table import Table

    from artic_perception.accuracy import UNKNOWN

    table = Table("branch", "ms a frame", "detection ms", "right boxes", title="worth having")
    accuracy = profile.accuracy
    for branch in sorted(profile.branches, key=lambda one: profile.group_s(one, 4) / one.interval):
        mean_ms = 1000 * profile.group_s(branch, 4) / branch.interval
        table.add_row(
            branch.name,
            f"{mean_ms:.1f}",
            f"{1000 * profile.detection_s(branch):.1f}",
            f"{accuracy.of(branch, UNKNOWN):.2f}",
        )
    console.print(table)
