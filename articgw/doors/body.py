"""A request's JSON body as a value, or the refusal that says what is wrong with it."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from aiohttp import web

from articgw.gate import Refusal

T = TypeVar("T")


async def json_body(request: web.Request, kind: type[T]) -> T:
    """The body as ``kind``. Raises `Refusal`: 415 where it is not plain JSON, 400 where wrong."""
    if request.content_type != "application/json" or "Content-Encoding" in request.headers:
        raise Refusal(415, "content_type", "send the body as plain application/json")
    try:
        return msgspec.json.decode(await request.read(), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal(400, "bad_json", f"{_expected(kind)}: {error}") from error


def _expected(kind: type) -> str:
    fields = ", ".join(f'"{name}"' for name in getattr(kind, "__struct_fields__", ()))
    return f"expected {{{fields}}}"
