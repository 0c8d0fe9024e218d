"""The ``devibench`` command: argv in, exit status out.

0  done        1  the set has problems        2  a setting cannot work (the message says which)
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from articgw.errors import ArticError, ConfigError
from devibench import build_cli, calibrate_cli, evaluate_cli, fetch_cli, report_cli

EXAMPLES = """examples:
  devibench make-sample sets/day1 --seed 1 --clips 5
  devibench make-sample sets/live --seed 2 --clips 1 --seconds 20 --frame-numbers
  devibench check sets/day1
  devibench network traces --policies ours,cap
  devibench evaluate sets/day1 runs/monday --degrade original h264:50k h264:200k
  devibench report runs/monday --out monday.html
  devibench build videos sets/mine --generator … --filter … --verifier …
"""
SAMPLE_EXAMPLES = """example:
  devibench make-sample sets/small --seed 3 --clips 2 --seconds 1 --size 640x360 --fps 15
"""
CHECK_EXAMPLES = """example:
  devibench check sets/day1      prints file:line of all that is wrong; exits 1 if anything is
"""

NETWORK_EXAMPLES = """example:
  devibench network traces --policies ours,published --seconds 60 --plots out
  devibench network traces --policies ours,learned.py:make      one of your own beside ours
"""


class Command(NamedTuple):
    """A command with a module of its own."""

    about: str
    examples: str
    add_arguments: Callable[[Any], None]
    run: Callable[[Any], int]


COMMANDS = {
    "fetch": Command(
        "Say what is needed of DeViBench, and what is missing.",
        fetch_cli.EXAMPLES, fetch_cli.add_arguments, fetch_cli.fetch,
    ),
    "evaluate": Command(
        "Ask a model about degraded videos.",
        evaluate_cli.EXAMPLES, evaluate_cli.add_arguments, evaluate_cli.evaluate,
    ),
    "calibrate": Command(
        "Say how far a model is to be trusted.",
        calibrate_cli.EXAMPLES, calibrate_cli.add_arguments, calibrate_cli.calibrate,
    ),
    "report": Command(
        "Tell of any runs, on one page.",
        report_cli.EXAMPLES, report_cli.add_arguments, report_cli.report,
    ),
    "build": Command(
        "Build a benchmark from videos of your own.",
        build_cli.EXAMPLES, build_cli.add_arguments, build_cli.build,
    ),
}  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the exit status. Wrong arguments leave through SystemExit(2)."""
    arguments = _parser().parse_args(list(sys.argv[1:] if argv is None else argv))
    try:
        if arguments.command == "make-sample":
            return _make_sample(arguments["make-sample"])
        if arguments.command == "network":
            return _network(arguments.network)
        if arguments.command in COMMANDS:
            return COMMANDS[arguments.command].run(arguments[arguments.command])
        return _check(arguments.check)
    except ConfigError as error:
        print(f"devibench: {error}", file=sys.stderr)
        return 2
    except ArticError as error:
        print(f"devibench: {error}", file=sys.stderr)
        return 1


def _parser() -> Any:
    from jsonargparse import ArgumentParser, DefaultHelpFormatter

    class Formatter(DefaultHelpFormatter, argparse.RawDescriptionHelpFormatter):
        pass

    def parser(description: str, epilog: str, prog: str | None = None) -> Any:
        return ArgumentParser(
            prog=prog, description=description, epilog=epilog, formatter_class=Formatter
        )

    root = parser("The offline bench.", EXAMPLES, "devibench")
    commands = root.add_subcommands(dest="command", required=True)
    sample = parser("Draw a clip set: films of signs and things, with questions.", SAMPLE_EXAMPLES)
    sample.add_argument("out", type=Path, help="folder to write; new or empty")
    sample.add_argument("--seed", type=int, required=True, help="the same seed, the same set")
    sample.add_argument("--clips", type=int, required=True, help="how many clips")
    sample.add_argument("--seconds", type=float, default=4.0, help="length of a clip")
    sample.add_argument("--size", type=str, default="1280x720", help="WIDTHxHEIGHT in px")
    sample.add_argument("--fps", type=int, default=30, help="frames per second")
    sample.add_argument(
        "--frame-numbers",
        action="store_true",
        help="draw the frame number into the top 16 rows (for live benches; never scored)",
    )
    commands.add_subcommand("make-sample", sample)
    check = parser("Check that a clip set has the form the benches read.", CHECK_EXAMPLES)
    check.add_argument("set", type=Path, help="folder that holds set.json")
    commands.add_subcommand("check", check)
    network = parser("Simulate policies over traces of links.", NETWORK_EXAMPLES)
    network.add_argument("traces", type=Path, help="folder of *.csv, *.up, *.up.gz; or one file")
    network.add_argument(
        "--policies",
        type=str,
        default="ours,published,cap,margin,all",
        help="names with commas between; FILE.py:FUNCTION is one of your own (abr/README.md)",
    )
    network.add_argument("--fps", type=float, default=30.0, help="frames per second")
    network.add_argument("--seconds", type=float, default=120.0, help="of each trace")
    network.add_argument("--seed", type=int, default=1, help="of chance, and of drawn curves")
    network.add_argument("--plots", type=Path, help="folder for a picture per trace and policy")
    commands.add_subcommand("network", network)
    for name, command in COMMANDS.items():
        made = parser(command.about, command.examples)
        command.add_arguments(made)
        commands.add_subcommand(name, made)
    return root


def _make_sample(arguments: Any) -> int:
    from rich.console import Console
    from rich.progress import Progress

    from devibench.sample.make import Order, make_set, require_empty

    order = Order(
        seed=arguments.seed,
        clips=arguments.clips,
        seconds=arguments.seconds,
        size_px=_size_px(arguments.size),
        fps=arguments.fps,
        frame_numbers=arguments.frame_numbers,
        movements=True,
    )
    require_empty(arguments.out)
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("drawing", total=order.clips * order.frames)
        made = make_set(order, arguments.out, lambda: progress.advance(task))
    questions = sum(len(meta.questions) for meta in made.values())
    print(f"{arguments.out}: {len(made)} clips, {questions} questions")
    return 0


def _check(arguments: Any) -> int:
    from devibench.check import check_set

    checked = check_set(arguments.set)
    for complaint in checked.complaints:
        print(complaint)
    if checked.complaints:
        count = len(checked.complaints)
        print(f"{count} problem{'s' if count != 1 else ''}")
        return 1
    _print_summary(arguments.set, checked.clips)
    return 0


def _network(arguments: Any) -> int:
    from rich.console import Console
    from rich.progress import Progress

    from artic_abr.simulation import Reader
    from devibench import network
    from devibench.network_show import overall, per_trace, plot

    for option, most in (("fps", 120.0), ("seconds", 36_000.0)):
        if not 0 < arguments[option] <= most:
            raise ConfigError(f"--{option} {arguments[option]}: must be above 0, at most {most:g}")
    names = arguments.policies.split(",")
    files = network.trace_files(arguments.traces)
    services = {network.trace_name(path): network.read_trace(path) for path in files}
    reader = Reader(network.curves_of(arguments.traces, arguments.seed))
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("simulating", total=len(services) * len(names))
        outcomes = network.compare(
            services, names, reader, fps=arguments.fps, seconds=arguments.seconds,
            seed=arguments.seed, done=lambda: progress.advance(task),
        )  # fmt: skip
    console = Console()
    console.print(per_trace(outcomes), overall(outcomes))
    for one in outcomes if arguments.plots else ():
        name = network.short_name(one.policy)
        file = arguments.plots / f"{one.trace}-{name}.png"
        plot({name: one.log}, services[one.trace], reader, f"{name} on {one.trace}", file)
    return 0


def _print_summary(folder: Path, clips: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    metas = list(clips.values())
    table = Table("set", "clips", "fit", "score", "seconds", "size", "objects", "questions")
    sizes = sorted({"x".join(map(str, meta.size_px)) for meta in metas})
    table.add_row(
        folder.name,
        str(len(metas)),
        str(sum(meta.split == "fit" for meta in metas)),
        str(sum(meta.split == "score" for meta in metas)),
        f"{sum(meta.frames / meta.fps for meta in metas):.1f}",
        " ".join(sizes),
        str(sum(len(meta.objects) for meta in metas)),
        str(sum(len(meta.questions) for meta in metas)),
    )
    Console().print(table)


def _size_px(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})", text)
    if match is None:
        raise ConfigError(f"--size {text}: write WIDTHxHEIGHT, such as 1280x720")
    return int(match[1]), int(match[2])
