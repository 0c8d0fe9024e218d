"""`articgw token`: a short-lived token for a page, a camera or a colleague, out of the secret."""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from articgw.config import MAKE_TOKEN, MIN_TOKEN_CHARS
from articgw.errors import ConfigError
from articgw.masking import DiscreetParser
from articgw.tokens import DEFAULT_TTL_S, MAX_TTL_S, SCOPES, mint

EXAMPLES = """scopes:
  create    begin calls, and ask about those of the same subject
  ask       ask about calls of the same subject, or only about one (--session)
  operate   figures, the list of all calls, new tokens

examples:
  export ARTICGW_TOKEN=...                        the gateway's own secret, as for `articgw serve`
  articgw token                                   create and ask, for a quarter of an hour
  articgw token --scope create --ttl 8h --subject door-camera       for a WHIP encoder
  articgw token --scope ask --session ID --ttl 90s                  about one call only
  ARTICGW_TOKEN=$(articgw token) articgw ask --source film.mp4 "What does the red sign say?"
"""
_UNITS_S = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_TTL = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd]?)")
_MINTED = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*")


def main(
    argv: Sequence[str],
    environ: Mapping[str, str] = os.environ,
    wall: Callable[[], float] = time.time,
) -> int:
    """Print a token on stdout, and on stderr what it may do; returns 0.

    Raises `ConfigError` and `TokenError`.
    """
    asked = _parser().parse_args(argv)
    scopes = asked.scope or (["ask"] if asked.session else ["create", "ask"])
    secret, now = read_secret(asked.secret_file, environ), wall()
    token = mint(
        secret,
        scopes=scopes,
        ttl_s=asked.ttl,
        now=now,
        subject=asked.subject,
        session=asked.session,
    )
    print(token)
    until = datetime.fromtimestamp(int(now + asked.ttl), UTC)
    whose = "about one call" if asked.session else f"as {asked.subject or 'somebody new'}"
    print(
        f"may {' and '.join(sorted(set(scopes)))} {whose} until {until:%Y-%m-%d %H:%M:%S} UTC",
        file=sys.stderr,
    )
    return 0


def read_ttl(text: str) -> float:
    """Seconds: 90, 90s, 15m, 8h, 1d. Raises ``ArgumentTypeError``."""
    found = _TTL.fullmatch(text.strip())
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r:.40} is not a time; write 90s, 15m or 8h")
    ttl_s = float(found[1]) * _UNITS_S[found[2]]
    if not 1 <= ttl_s <= MAX_TTL_S:
        raise argparse.ArgumentTypeError(f"{text!r:.40}: a token lasts from 1 s to a day")
    return ttl_s


def read_secret(file: Path | None, environ: Mapping[str, str]) -> str:
    """The gateway's secret. Raises `ConfigError`, which never says what it is."""
    where, secret = _given(file, environ)
    if not secret:
        raise ConfigError(
            f"{where} holds no secret. It is the one that the gateway was started with; "
            f"make one with: {MAKE_TOKEN}"
        )
    if _MINTED.fullmatch(secret):
        raise ConfigError(f"{where} holds a token that was made already, not the secret itself")
    if len(secret) < MIN_TOKEN_CHARS:
        raise ConfigError(
            f"{where} holds {len(secret)} characters, and a secret has at least {MIN_TOKEN_CHARS}; "
            f"make one with: {MAKE_TOKEN}"
        )
    return secret


def _given(file: Path | None, environ: Mapping[str, str]) -> tuple[str, str]:
    if file is None:
        return "ARTICGW_TOKEN", environ.get("ARTICGW_TOKEN", "")
    try:
        return str(file), file.read_text("utf-8").strip()
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} is not text") from error


def _parser() -> argparse.ArgumentParser:
    parser = DiscreetParser(
        prog="articgw token",
        description="Make a token: it goes to stdout, and what it may do to stderr.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--scope",
        action="append",
        choices=SCOPES,
        help="what it may do; may be given again (default: create and ask; with --session, ask)",
    )
    parser.add_argument(
        "--ttl",
        type=read_ttl,
        default=DEFAULT_TTL_S,
        metavar="TIME",
        help=f"how long it opens anything: 90s, 15m, 8h (default: {DEFAULT_TTL_S / 60:.0f}m)",
    )
    parser.add_argument(
        "--subject", metavar="NAME", help="whose calls they are (default: nobody else's)"
    )
    parser.add_argument("--session", metavar="ID", help="the only call that it opens")
    parser.add_argument(
        "--secret_file",
        type=Path,
        metavar="FILE",
        help="where the gateway's secret is (default: the environment's ARTICGW_TOKEN)",
    )
    return parser
