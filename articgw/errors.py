"""Every error that articgw raises on purpose, split by whose fault it is.

    ArticError
    ├── ConfigError             you: a setting cannot work            (exit 2, message only)
    ├── PeerError               the far end
    │   ├── OfferError          the offer cannot be met               (HTTP 4xx, has .status)
    │   └── CallRefused, CallLost, QuestionFailed                     (articgw.client's own)
    ├── BackendError            the model                             (has .code: an ErrorCode)
    │   ├── BackendUnavailable  retry later                           (has .retry_after_s)
    │   ├── BackendRefused      do not retry: policy, quota, key
    │   └── BackendGarbled      the reply could not be read           (keeps .raw)
    ├── DatasetError            devibench: a set or sample is malformed (has .where = file:line)
    └── TraceError              a file is not a trace of a call         (has .where = file:line)

The cores raise only ValueError, for misuse.
"""

from __future__ import annotations

from typing import Literal

ErrorCode = Literal[
    "bad_message",
    "unknown_type",
    "too_large",
    "too_many_messages",
    "unsupported_version",
    "bad_tools",
    "empty_question",
    "question_too_long",
    "no_frame",
    "camera_stopped",
    "superseded",
    "cancelled",
    "closing",
    "backend_unavailable",
    "backend_refused",
    "backend_garbled",
    "internal",
]
"""What a client can be told on the data channel; docs/protocol.md says what to do about each."""


class ArticError(Exception):
    """Base of everything below. Its text is written for the person who has to act on it."""


class ConfigError(ArticError):
    """A setting cannot work; the text says which and what to set instead."""


class PeerError(ArticError):
    """The far end of a call did something that cannot be served."""


class OfferError(PeerError):
    """An SDP offer that cannot be met. ``status`` is the HTTP status to answer with."""

    def __init__(self, code: str, message: str, status: int) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


class BackendError(ArticError):
    """The model did not answer. ``code`` is the error code on the data channel."""

    code: ErrorCode = "internal"
    retry_after_s: float | None = None


class BackendUnavailable(BackendError):
    """The model cannot be reached now; asking again after ``retry_after_s`` may work."""

    code: ErrorCode = "backend_unavailable"

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class BackendRefused(BackendError):
    """The model will not answer this; asking again will not help."""

    code: ErrorCode = "backend_refused"


class BackendGarbled(BackendError):
    """The model's reply could not be read; ``raw`` keeps what came."""

    code: ErrorCode = "backend_garbled"

    def __init__(self, message: str, raw: str) -> None:
        super().__init__(message)
        self.raw = raw


class DatasetError(ArticError):
    """A clip set or a sample is malformed; ``where`` is ``file:line``."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(f"{where}: {message}")
        self.where = where


class TraceError(ArticError):
    """A file is not a trace; ``where`` is ``file:line``."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(f"{where}: {message}")
        self.where = where
