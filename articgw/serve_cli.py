"""`articgw serve`: arguments, environment and file become a `Config`, and nothing else does.

jsonargparse makes the flags, the ARTICGW_* names and the keys of the file from the dataclass and
its docstrings, so that a setting is written down once. OPENAI_API_KEY and OPENAI_BASE_URL, which
everybody has set already, fill what is not said. No error and no help text prints a token or a key.
"""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from jsonargparse import ArgumentParser, DefaultHelpFormatter, set_parsing_settings

from articgw.backends.environment import completed, family_of, keys_in
from articgw.config import Config
from articgw.log_level import begin_log
from articgw.masking import masked, masked_complaint, secrets_of

EXAMPLES = """examples:
  articgw serve                             the page with the built-in model, this machine only
  articgw serve --port 9000 --backend scripted
  ARTICGW_PORT=9000 articgw serve           every setting is also ARTICGW_ and its name
  articgw serve --config articgw.yaml       ... and a key of a YAML file: flags win, then names

  articgw serve --backend openai:qwen3-vl:4b@http://127.0.0.1:11434/v1          Ollama
  export OPENAI_API_KEY=...  OPENAI_BASE_URL=https://api.example.org/v1
  articgw serve --backend openai:MODEL      any server of OpenAI's chat completions
  articgw serve --backend "openai:M@http://a:8000/v1 openai:M@http://b:8000/v1"    the sooner one
  articgw serve --backend openai:MODEL --frames 4      remember what was shown, asked and answered
  articgw serve --backend openai:MODEL --warm off      send nothing while a question is typed
  articgw serve --backend openai:MODEL --tools "price=http://127.0.0.1:9000/price"
                                            calls that register this tool may use it

  export ARTICGW_TOKEN=$(python3 -c 'import secrets; print(secrets.token_hex(32))')
  articgw serve --host 0.0.0.0              for other machines; tokens for others: articgw token
  articgw serve --workers 4 --max_sessions 64     about one process for each core
  articgw serve --ice_servers '[{"urls": "stun:stun.example.org:3478"}]'

secrets: set ARTICGW_TOKEN and OPENAI_API_KEY. Every user of a machine can read its command lines.
"""


def main(argv: Sequence[str]) -> int:
    """Serve until told to stop; returns 0. Raises `ConfigError` and `BackendError`."""
    config = read_config(argv)
    begin_log(os.environ)
    from articgw.serve import serve

    asyncio.run(serve(config))
    return 0


def read_config(argv: Sequence[str]) -> Config:
    """Flags over environment over file over defaults. Exits with 2 where one cannot be read."""
    set_parsing_settings(docstring_parse_attribute_docstrings=True)
    file = _config_file(argv)
    parser = _Parser(
        prog="articgw serve",
        default_env=True,
        env_prefix="ARTICGW",
        default_config_files=[file] if file else [],
        description="Start the gateway and print its URL.",
        epilog=EXAMPLES,
        formatter_class=_Help,
    )
    parser.secrets = secrets_of(argv, os.environ, _text(file))
    parser.add_argument("--config", help="YAML file with any of the settings below")
    parser.add_class_arguments(Config, None)
    if file and not Path(file).is_file():
        parser.error(f"there is no file {file}; check --config or ARTICGW_CONFIG")
    settings = vars(parser.instantiate(parser.parse_args(list(argv))))
    chosen = {name: settings[name] for name in Config.__dataclass_fields__}
    return Config(**with_environment(chosen, os.environ))


def with_environment(settings: dict[str, Any], environ: Mapping[str, str]) -> dict[str, Any]:
    """Keys and addresses of model servers from their usual names, where they are not set."""
    backend = str(settings["backend"])
    families = [family_of(word) for word in backend.split()[:1]]
    keys = [keys_in(environ).get(family.name) for family in families if family is not None]
    key = settings["api_key"] or next(iter(keys), None)
    return {**settings, "api_key": key, "backend": completed(backend, environ)}


def _config_file(argv: Sequence[str]) -> str | None:
    """Known before the rest is parsed, so that flags win over it wherever they stand."""
    early = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    early.add_argument("--config", default=os.environ.get("ARTICGW_CONFIG"))
    file: str | None = early.parse_known_args(argv)[0].config
    return file


def _text(file: str | None) -> str:
    """What the file says; what cannot be read, the parser complains of."""
    try:
        return Path(file).read_text("utf-8", "replace") if file else ""
    except OSError:
        return ""


class _Parser(ArgumentParser):
    """Prints no secrets."""

    secrets: frozenset[str] = frozenset()

    def error(self, message: str, ex: Exception | None = None) -> NoReturn:
        super().error(masked_complaint(message, self.secrets), ex)

    def format_help(self, formatter: argparse.HelpFormatter | None = None) -> str:
        return masked(super().format_help(formatter), self.secrets)


class _Help(DefaultHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Types and defaults behind each setting; examples as they are written."""
