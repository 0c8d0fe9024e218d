"""The flags of `articgw ask`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from yarl import URL

from articgw.client.call import OWN_FPS
from articgw.errors import ConfigError
from articgw.masking import DiscreetParser

EXAMPLES = """sources:
  film.mp4                  plays at its own speed, again and again
  sign.jpg                  a picture, held still
  camera, camera:1          a camera of this machine (V4L2), also /dev/video1
  rtsp://..., http://...    a camera of the network; over HTTP live streams only (MJPEG, MPEG-TS)

examples:
  articgw ask --source street.mp4 "What does the red sign say?"
  articgw ask --source camera "What do I hold?" "Which colour is it?"
  articgw ask --source sign.jpg --json "What does it say?" | python3 -m json.tool
  articgw ask --source camera -                    a question a line, until Ctrl-D
  articgw ask --gateway https://gw.example.org --source rtsp://cam.example.org/1 "Is the door open?"

  curl -H "Authorization: Bearer $ARTICGW_TOKEN" https://gw.example.org/api/sessions
  articgw ask --gateway https://gw.example.org --session ID "Who is there?"

exit codes:
  0    all questions were answered
  1    a question failed; the others were asked all the same
  2    wrong use, or the source cannot be opened
  3    the gateway was not reached, refused the call, or was lost
  130  Ctrl-C
"""
DEFAULT_GATEWAY = "http://127.0.0.1:8080"
ANSWER_TIMEOUT_S = 60.0
MAX_FPS, MAX_TIMEOUT_S = 60.0, 3600.0


@dataclass(frozen=True, slots=True)
class AskSettings:
    """What the flags say."""

    questions: tuple[str, ...]
    """In turn; - stands for those of stdin."""
    gateway: str = DEFAULT_GATEWAY
    source: str | None = None
    """What to show; None: ask about ``session``."""
    session: str | None = None
    token: str | None = field(default=None, repr=False)
    as_json: bool = False
    fps: float = OWN_FPS
    obey: bool = True
    timeout_s: float = ANSWER_TIMEOUT_S


def read_settings(argv: Sequence[str], environ: Mapping[str, str]) -> AskSettings:
    """What the flags say. Exits with 2 where they cannot be read; raises `ConfigError`."""
    asked = _parser().parse_intermixed_args(argv)
    return AskSettings(
        questions=tuple(asked.questions),
        gateway=_address(asked.gateway),
        source=asked.source,
        session=asked.session,
        token=(asked.token or environ.get("ARTICGW_TOKEN", "")).strip() or None,
        as_json=asked.json,
        fps=asked.fps,
        obey=asked.obey,
        timeout_s=asked.timeout,
    )


def _parser() -> argparse.ArgumentParser:
    parser = DiscreetParser(
        prog="articgw ask",
        description="Show a gateway a film, a picture or a camera, and ask about it. Answers go to "
        "stdout as they come, everything else to stderr.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("questions", nargs="+", metavar="QUESTION", help="asked in turn; - reads them from stdin")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--source", metavar="SOURCE", help="what to show")
    what.add_argument("--session", metavar="ID", help="ask about a call that somebody else makes")
    add("--gateway", default=DEFAULT_GATEWAY, metavar="URL", help="(default: %(default)s)")
    add(
        "--token",
        help="what the gateway wants to see; better in the environment's ARTICGW_TOKEN, because "
        "every user of a machine can read its command lines",
    )
    add("--json", action="store_true", help="a JSON object a line for each answer or failure")
    add(
        "--fps",
        type=UpTo(MAX_FPS),
        default=OWN_FPS,
        help="the most frames a second that are sent (default: %(default)g)",
    )
    add(
        "--obey",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="let the gateway choose bitrate, frame rate and size (default: yes)",
    )
    add(
        "--timeout",
        type=UpTo(MAX_TIMEOUT_S),
        default=ANSWER_TIMEOUT_S,
        metavar="S",
        help="give up on an answer after so many seconds (default: %(default)g)",
    )
    return parser


class UpTo:
    """Reads a number above 0 and up to ``most``."""

    def __init__(self, most: float) -> None:
        self._most = most

    def __call__(self, text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = 0.0
        if not 0 < number <= self._most:
            raise argparse.ArgumentTypeError(f"{text!r:.40} is not above 0, up to {self._most:g}")
        return number


def _address(text: str) -> str:
    try:
        url = URL(text)
        usable = url.scheme in ("http", "https") and bool(url.host)
    except ValueError:
        usable = False
    if not usable:
        raise ConfigError(f"--gateway is the URL of a gateway, such as {DEFAULT_GATEWAY}")
    if url.user or url.password or url.query_string or url.fragment:
        raise ConfigError(
            "--gateway is the address alone; a token goes into ARTICGW_TOKEN, or to --token"
        )
    return str(url).rstrip("/")
