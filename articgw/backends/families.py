"""The kinds of model servers, as data: how each is spelt, where it lives, who holds its key.

A family is a wire, not a vendor: vLLM speaks `openai` and `anthropic`. The environment names are
those that everybody has set already, for the vendors' own clients.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """Servers that are spoken to in one way."""

    name: str
    """What stands before the colon of --backend."""
    default_url: str
    """Where its vendor serves it."""
    path: str
    """What follows the host of a URL that names no path."""
    endings: tuple[str, ...]
    """Of URLs as people copy them; not part of the base."""
    key_names: tuple[str, ...]
    """Environment names of the key; the first that is set wins, and is the one that errors name."""
    url_names: tuple[str, ...]
    """Environment names of the base URL."""
    listing: str = "models"
    """What is asked for at the start: cheap, and needs the key."""
    example: str = "qwen3-vl@http://127.0.0.1:8000/v1"
    """Behind the colon."""

    @property
    def key_name(self) -> str:
        """For people."""
        return self.key_names[0]

    @property
    def spelling(self) -> str:
        """For people who spelt it otherwise."""
        return f"spell it {self.name}:MODEL@URL, for example {self.name}:{self.example}"


OPENAI = Family(
    "openai",
    "https://api.openai.com/v1",
    "/v1",
    ("/chat/completions",),
    ("OPENAI_API_KEY",),
    ("OPENAI_BASE_URL",),
)
ANTHROPIC = Family(
    "anthropic",
    "https://api.anthropic.com",
    "/v1",
    ("/messages",),
    ("ANTHROPIC_API_KEY",),
    ("ANTHROPIC_BASE_URL",),
    example="MODEL@https://api.anthropic.com",
)
GEMINI = Family(
    "gemini",
    "https://generativelanguage.googleapis.com",
    "/v1",
    ("/models",),
    ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    ("GOOGLE_GEMINI_BASE_URL",),
    example="MODEL@https://generativelanguage.googleapis.com",
)
OLLAMA = Family(
    "ollama",
    "http://127.0.0.1:11434",
    "/api",
    ("/api/chat", "/api/generate", "/v1", "/chat"),
    ("OLLAMA_API_KEY",),
    ("OLLAMA_HOST",),
    listing="tags",
    example="qwen3-vl:4b@http://127.0.0.1:11434",
)
REALTIME = Family(
    "realtime",
    "https://api.openai.com/v1",
    "/v1",
    ("/realtime",),
    ("OPENAI_API_KEY",),
    ("OPENAI_BASE_URL",),
    example="MODEL@https://api.openai.com/v1",
)
GEMINI_LIVE = Family(
    "gemini-live",
    "https://generativelanguage.googleapis.com",
    "",
    ("/v1", "/v1beta"),
    ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    ("GOOGLE_GEMINI_BASE_URL",),
    listing="v1/models",
    example="MODEL@https://generativelanguage.googleapis.com",
)

FAMILIES = {one.name: one for one in (OPENAI, ANTHROPIC, GEMINI, OLLAMA, REALTIME, GEMINI_LIVE)}
"""By name."""
