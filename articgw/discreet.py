"""What libraries would print and must not.

aiohttp's parser quotes the line that it cannot read, in its log and in its answer: that line may be
somebody's Authorization. aiortc's log has every SDP, and with it the call's ICE password.
"""

from __future__ import annotations

import logging
import re
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

UNREADABLE = "this is not HTTP that can be read here"
_PASSWORD = re.compile(r"(a=ice-pwd:)\S+")


class Discretion(logging.Filter):
    """For handlers: they see the records of all libraries."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Changes what would give something away; drops nothing."""
        if record.exc_info and isinstance(record.exc_info[1], HttpProcessingError):
            kind = type(record.exc_info[1]).__name__
            record.msg, record.args = f"{record.getMessage()}: {UNREADABLE} ({kind})", ()
            record.exc_info = record.exc_text = None
        elif record.name.startswith("aiortc") and "a=ice-pwd:" in (said := record.getMessage()):
            record.msg, record.args = _PASSWORD.sub(r"\1…", said), ()
        return True


def be_discreet() -> None:
    """From here on, in this process. `logging` must have its handlers.

    aiohttp makes its request handlers itself and takes no other class, so the method is wrapped.
    """
    for handler in logging.getLogger().handlers:
        handler.addFilter(Discretion())
    handle_error = web.RequestHandler.handle_error

    def handle_quietly(
        self: Any,
        request: Any,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        broken = isinstance(exc, HttpProcessingError)
        return handle_error(self, request, status, exc, UNREADABLE if broken else message)

    setattr(web.RequestHandler, "handle_error", handle_quietly)  # noqa: B010  mypy
