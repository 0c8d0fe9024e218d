"""Everything that can be set, in one frozen value, built once at the edge.

Only `articgw.serve_cli` reads arguments, environment and files; all else is handed a `Config`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

from articgw.errors import ConfigError

MOST_FRAMES = 32
"""In a prompt; each that a call remembers takes 1.4 MB at 720 lines."""
MIN_TOKEN_CHARS = 32
"""LiveKit refuses shorter secrets: 32 characters of hexadecimal are 128 bits."""


@dataclass(frozen=True, slots=True)
class IceServer:
    """One STUN or TURN server, spelled as in the browsers' RTCIceServer."""

    urls: str
    """For example stun:stun.example.org:3478 or turn:turn.example.org:3478?transport=udp."""
    username: str | None = None
    """TURN user."""
    credential: str | None = None
    """TURN password."""


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of `articgw serve`."""

    host: str = "127.0.0.1"
    """Address to listen on. Any other than loopback needs a token."""
    port: int = 8080
    """TCP port of the page and the API; 0 takes a free one."""
    token: str | None = field(default=None, repr=False)
    """Secret that callers must show as a bearer, or that signs the tokens they show; at least 32
    characters."""
    backend: str = "embedded"
    """The model that answers: embedded; a model server as FAMILY:MODEL@URL, of the family openai
    (any server of its chat completions), anthropic, gemini, ollama or realtime, without @URL the
    one of OPENAI_BASE_URL and so on; several of these, with spaces between; or scripted (repeats
    itself)."""
    api_key: str | None = field(default=None, repr=False)
    """Key of the model server; OPENAI_API_KEY and so on if not set. Better not on the command
    line."""
    picture_px: int = 1280
    """Longest side of the pictures that are sent to a model server."""
    picture_tokens: int | None = None
    """Most tokens that a picture may cost there, for models that are known to count them by size or
    by detail; as many as its size is worth if not set."""
    frames: int = 1
    """Most pictures in a question's prompt: the newest, and before it those of the same scene, with
    what was asked and answered then. Servers that keep prompts read only what is new."""
    warm: Literal["own", "all", "off"] = "own"
    """Whose models read the newest picture while a question is being typed: own (servers of one's
    own: vLLM, SGLang, llama.cpp, Ollama), all (also those that charge for it), off."""
    evidence: Literal["trailer", "schema", "none"] = "trailer"
    """How a model server's model says where it looked and how well it could read: trailer (a line
    behind the answer), schema (JSON that the server enforces), none (too small to be told)."""
    calibration: Path | None = None
    """What 'devibench calibrate' wrote of this model: how far what it says of its own reading is to
    be trusted; as it says it if not set."""
    prices: Path | None = None
    """Price list of your own, in the form of articgw/prices.json: by it the page, the trace and the
    metrics tell what answers cost."""
    tools: str = field(default="", repr=False)
    """Tools that models may use where a call registers them, as NAME=URL (its arguments are posted
    there, and what comes back is told to the model) or NAME=client (the call's own client runs
    it); several of these, with spaces between. No others are run."""
    tool_deadline_s: float = 5.0
    """A tool that has not answered by then is late, and the model goes on without it."""
    ice_servers: tuple[IceServer, ...] = ()
    """STUN and TURN servers, for callers that are not on this network."""
    models_dir: Path | None = None
    """Where `articgw models fetch` puts files; the user's cache folder if not set."""
    image_text_model: Path | None = None
    """Folder with a CLIP of your own (model.safetensors, config.json, vocab.json, merges.txt). It
    finds what a question names where no text or object that was read ahead does."""
    cors_origins: tuple[str, ...] = ()
    """Origins whose pages may call from a browser, such as https://app.example.org; * for all."""
    max_sessions: int = 8
    """Calls at the same time; the next one is told to retry."""
    workers: int = 1
    """Processes that take calls; about one for each core. With several, one more is kept ready, and
    one that dies takes only its own calls with it."""
    max_load: float = 0.85
    """No call is taken when a process is busier than that; 1 is all that it can carry."""
    answer_deadline_s: float = 30.0
    """A question that has no answer by then ends in an error."""
    connect_deadline_s: float = 15.0
    """A call whose media does not connect by then is dropped."""
    stale_frame_s: float = 5.0
    """Without a picture for so long, the camera counts as stopped."""
    idle: bool = True
    """While nobody asks, senders that obey are steered down to a frame a second."""
    aim: bool = True
    """Where a question is about something that a thin link cannot show, its place is looked for,
    and senders that obey send that place well."""
    detect_ms: float | None = None
    """Objects are looked for in every call, and their boxes come at most so long after the frame,
    or the caller is told; not looked for if not set."""
    detect_model: Path | None = None
    """An ONNX detector of your own ('articgw models export' makes one of a YOLO .pt file); the one
    of 'articgw models fetch' if not set."""
    detect_profile: Path | None = None
    """What 'articgw perception profile' wrote on this machine; a simpler rule chooses if not
    set."""
    start_bps: int = 1_000_000
    """Bits/s that a sender is asked to start with, before anything is known of the link. Browsers
    begin below 720 lines when it is less than 900,000."""
    max_bps: int = 2_500_000
    """Bits/s that no call is allowed to exceed."""
    feedback: Literal["remb", "transport-cc"] = "remb"
    """What senders are told of the network: remb (what it allows, worked out here) or transport-cc
    (when each packet came, for a browser's own congestion control; remb for those without it)."""
    trace_dir: Path | None = None
    """Where each call writes what it decided, one JSON line each; nowhere if not set."""
    drain_s: float = 20.0
    """After SIGTERM no call is taken, and those that are live have so long to end."""

    def check(self) -> None:
        """Raises `ConfigError` where the settings cannot work together."""
        if self.token is not None and len(self.token) < MIN_TOKEN_CHARS:
            raise ConfigError(
                f"token has {len(self.token)} characters and needs at least {MIN_TOKEN_CHARS}; "
                f"make one with: {MAKE_TOKEN}"
            )
        if self.token is None and not is_loopback(self.host):
            raise ConfigError(
                f"host {self.host} can be reached from other machines, and no token is set: "
                "anybody could use the camera page and the model.\n"
                f"Set one:  export ARTICGW_TOKEN=$({MAKE_TOKEN})\n"
                "and open the page as  http://HOST:PORT/#token=TOKEN, or listen on 127.0.0.1."
            )
        if not 0 <= self.port <= 65535:
            raise ConfigError(f"port {self.port} is not in 0..65535")
        for name in _ABOVE_ZERO:
            if getattr(self, name) is not None and getattr(self, name) <= 0:
                raise ConfigError(f"{name} {getattr(self, name)} is not above 0")
        if self.frames > MOST_FRAMES:
            raise ConfigError(f"frames {self.frames} is above {MOST_FRAMES}")
        if self.detect_ms is not None and not 1 <= self.detect_ms <= 10_000:
            raise ConfigError(f"detect_ms {self.detect_ms:g} is not in 1..10000")
        if self.start_bps > self.max_bps:
            raise ConfigError(f"start_bps {self.start_bps} is above max_bps {self.max_bps}")


_ABOVE_ZERO = (
    "max_sessions",
    "workers",
    "max_load",
    "answer_deadline_s",
    "tool_deadline_s",
    "connect_deadline_s",
    "stale_frame_s",
    "start_bps",
    "max_bps",
    "drain_s",
    "picture_px",
    "picture_tokens",
    "frames",
)
MAKE_TOKEN = "python3 -c 'import secrets; print(secrets.token_hex(32))'"


def is_loopback(host: str) -> bool:
    """True for localhost and the loopback addresses, which other machines cannot reach."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
