"""A tool as a session registers it: a name, what it is for, and the JSON Schema of its arguments.

The schema is the part of JSON Schema that every family of model servers takes, as types that
msgspec checks. `jsonschema` was rejected: schemas come from strangers, and it fetches a ``$ref``
from wherever they say, and runs their ``pattern`` on the event loop for as long as that takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

import msgspec

MAX_TOOLS = 16
MAX_TOTAL_BYTES = 12 * 1024
"""Of all tools: each question pays for them in tokens."""
MAX_DEPTH = 5
MAX_DESCRIPTION_CHARS = 1000

ToolName = Annotated[str, msgspec.Meta(pattern="^[A-Za-z_][A-Za-z0-9_-]{0,63}$")]
"""What all families allow."""
Description = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_DESCRIPTION_CHARS)]
Kind = Literal["object", "array", "string", "number", "integer", "boolean"]


class Schema(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    rename="camel",
):
    """What one value may be."""

    type: Kind | None = None
    description: str = ""
    enum: tuple[str | int | float | bool, ...] = ()
    """The only values that it may have; empty: any."""
    properties: dict[str, Schema] = {}
    """Of an object."""
    required: tuple[str, ...] = ()
    additional_properties: bool = True
    """Whether an object may have others."""
    items: Schema | None = None
    """Of an array."""
    minimum: float | None = None
    maximum: float | None = None
    title: Any = None
    """Taken from whoever generates it, and not told to the model; so are the next two."""
    default: Any = None
    examples: Any = None

    def told(self) -> dict[str, Any]:
        """As model servers take it."""
        told: dict[str, Any] = {
            name: value
            for name, value in {
                "type": self.type,
                "description": self.description,
                "enum": list(self.enum),
                "required": list(self.required),
                "minimum": self.minimum,
                "maximum": self.maximum,
                "items": self.items and self.items.told(),
            }.items()
            if value or value == 0
        }
        if self.type == "object":
            told["properties"] = {name: one.told() for name, one in self.properties.items()}
        if not self.additional_properties:
            told["additionalProperties"] = False
        return told


KEYWORDS = ", ".join(one.encode_name for one in msgspec.structs.fields(Schema))
"""For people who used another."""


class Tool(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a model may ask for."""

    name: ToolName
    description: Description
    """For the model: what it does, and when to use it."""
    parameters: Schema = Schema(type="object")
    """Of its arguments, an object."""


def fault_in(tools: Sequence[Tool]) -> str:
    """What is wrong with them, and what to do; empty where nothing is."""
    if len(tools) > MAX_TOOLS:
        return f"{len(tools)} tools are too many: register at most {MAX_TOOLS}"
    names = [tool.name for tool in tools]
    for name in names:
        if names.count(name) > 1:
            return f"{name} is there twice: give each tool a name of its own"
    size_bytes = len(msgspec.json.encode(tools))
    if size_bytes > MAX_TOTAL_BYTES:
        return f"the tools have {size_bytes} bytes: shorten them to {MAX_TOTAL_BYTES} in all"
    for tool in tools:
        if tool.parameters.type != "object":
            return f'{tool.name}: "parameters" has to be of "type": "object"'
        for place, schema, depth in _parts(tool.parameters, "parameters", 1):
            if depth > MAX_DEPTH:
                return f"{tool.name}: the schema is nested deeper than {MAX_DEPTH}: flatten it"
            missing = [name for name in schema.required if name not in schema.properties]
            if missing:
                return f"{tool.name}: {place} requires {missing[0]!r:.40}, which it does not have"
    return ""


def _parts(schema: Schema, place: str, depth: int) -> Iterator[tuple[str, Schema, int]]:
    """Of a schema, itself first; none below what is too deep."""
    yield place, schema, depth
    if depth > MAX_DEPTH:
        return
    for name, one in schema.properties.items():
        yield from _parts(one, f"{place}.{name:.40}", depth + 1)
    if schema.items is not None:
        yield from _parts(schema.items, f"{place}[]", depth + 1)
