"""The command line: which command is meant, and what becomes of its errors."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

from articgw.errors import ArticError

TRACE_EXAMPLES = """examples:
  articgw trace traces/20260101T120000Z-1a2b3c4d.jsonl           tables
  articgw trace traces/20260101T120000Z-1a2b3c4d.jsonl --plot    ... and a picture beside it
  articgw trace FILE --plot call.png --json > call.json
"""
TOP = """usage: articgw COMMAND [options]

The real-time communication gateway for AI video assistants.

commands:
  serve           start the gateway and print its URL
  ask             show a gateway a film, a picture or a camera, and ask about it
  token           make a short-lived token for somebody else
  models          fetch the embedded model's files, or export a detector of your own
  perception      measure what finding objects costs on this machine
  schema          print the JSON Schema of the data channel
  trace FILE      say what happened in a call that was traced, or plot it
  relay           put a bad network between a browser and a gateway
  COMMAND --help  say more, with examples
"""

INTERRUPTED = 130
"""What shells say of a command that Ctrl-C has ended."""
BESIDE = Path()
"""Stands for a picture beside the trace."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 1 failed, 2 wrong use, 130 Ctrl-C."""
    name, *rest = list(sys.argv[1:] if argv is None else argv) or ["--help"]
    if name in ("-h", "--help"):
        print(TOP, end="")
        return 0
    if name == "--version":
        print(f"articgw {version('articgw')}")
        return 0
    command = COMMANDS.get(name)
    if command is None:
        print(f"articgw: no command {name!r}\n\n{TOP}", end="", file=sys.stderr)
        return 2
    try:
        return command(rest)
    except KeyboardInterrupt:
        return INTERRUPTED
    except ArticError as error:
        print(f"articgw {name}: {error}", file=sys.stderr)
        return 2


def _serve(argv: Sequence[str]) -> int:
    from articgw.serve_cli import main as serve

    return serve(argv)


def _ask(argv: Sequence[str]) -> int:
    from articgw.ask_cli import main as ask

    return ask(argv)


def _token(argv: Sequence[str]) -> int:
    from articgw.token_cli import main as token

    return token(argv)


def _models(argv: Sequence[str]) -> int:
    from articgw.models_cli import main as models

    return models(argv)


def _perception(argv: Sequence[str]) -> int:
    from articgw.perception_cli import main as perception

    return perception(argv)


def _schema(argv: Sequence[str]) -> int:
    from articgw.protocol import schema_text

    argparse.ArgumentParser(
        prog="articgw schema", description="Print the JSON Schema of the data channel."
    ).parse_args(argv)
    print(schema_text(), end="")
    return 0


def _trace(argv: Sequence[str]) -> int:
    from articgw.trace_read import read_trace
    from articgw.trace_summary import summarise

    parser = argparse.ArgumentParser(
        prog="articgw trace",
        description="Say what happened in a call: a file that `serve --trace_dir` wrote.",
        epilog=TRACE_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument(
        "--plot",
        type=Path,
        nargs="?",
        const=BESIDE,
        metavar="OUT.png",
        help="draw it as well, to FILE with .png at its end if OUT is not given",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    settings = parser.parse_args(argv)
    log = read_trace(settings.file)
    summary = summarise(log)
    if settings.json:
        import msgspec

        print(msgspec.json.format(msgspec.json.encode(summary)).decode())
    else:
        from rich.console import Console

        from articgw.trace_view import show

        show(summary, Console())
    if settings.plot is not None:
        from articgw.trace_plot import draw

        out = settings.file.with_suffix(".png") if settings.plot is BESIDE else settings.plot
        draw(log, summary, out)
        print(f"drawn: {out}", file=sys.stderr)
    return 0


def _relay(argv: Sequence[str]) -> int:
    from articgw.relay_cli import main as relay

    return relay(argv)


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "serve": _serve,
    "ask": _ask,
    "token": _token,
    "models": _models,
    "perception": _perception,
    "schema": _schema,
    "relay": _relay,
    "trace": _trace,
}
