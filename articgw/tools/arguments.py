"""What a model wants a tool run with, held against the tool's schema.

Models write arguments as they write everything; what is wrong is told to them in words that they
can mend it by.
"""

from __future__ import annotations

from typing import Any

import msgspec

from articgw.tools.spec import Kind, Schema

MAX_CHARS = 8000


def arguments_in(text: str, schema: Schema) -> dict[str, Any]:
    """The arguments. Raises `ValueError`, for the model to read."""
    said = _object_in(text)
    _check(said, schema, "arguments")
    return said


def is_object(text: str) -> bool:
    """True where they are a JSON object of a bearable size, whatever is in it."""
    try:
        _object_in(text)
    except ValueError:
        return False
    return True


def _object_in(text: str) -> dict[str, Any]:
    if len(text) > MAX_CHARS:
        raise ValueError(f"the arguments are longer than {MAX_CHARS} characters")
    try:
        said = msgspec.json.decode(text or "{}")
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as error:
        raise ValueError("the arguments are not JSON") from error
    if not isinstance(said, dict):
        raise ValueError("the arguments are not a JSON object")
    return said


def _check(value: Any, schema: Schema, place: str) -> None:
    if schema.type is not None and not _is(value, schema.type):
        raise ValueError(f"{place} is not of type {schema.type}")
    if schema.enum and not any(type(value) is type(one) and value == one for one in schema.enum):
        raise ValueError(f"{place} is none of the values that it may have")
    if isinstance(value, int | float) and not isinstance(value, bool):
        if schema.minimum is not None and value < schema.minimum:
            raise ValueError(f"{place} is below {schema.minimum:g}")
        if schema.maximum is not None and value > schema.maximum:
            raise ValueError(f"{place} is above {schema.maximum:g}")
    if isinstance(value, dict):
        _check_object(value, schema, place)
    if isinstance(value, list) and schema.items is not None:
        for number, one in enumerate(value):
            _check(one, schema.items, f"{place}[{number}]")


def _check_object(value: dict[str, Any], schema: Schema, place: str) -> None:
    for name in schema.required:
        if name not in value:
            raise ValueError(f"{place}.{name} is missing")
    for name, one in value.items():
        if name in schema.properties:
            _check(one, schema.properties[name], f"{place}.{name}")
        elif not schema.additional_properties:
            raise ValueError(f"{place}.{name:.40} is not known")


def _is(value: Any, kind: Kind) -> bool:
    match kind:
        case "object":
            return isinstance(value, dict)
        case "array":
            return isinstance(value, list)
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            whole = isinstance(value, float) and value.is_integer()
            return whole or (isinstance(value, int) and not isinstance(value, bool))
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
