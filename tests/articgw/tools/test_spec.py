"""A tool is registered as msgspec reads it, and what is wrong with it is said."""

from __future__ import annotations

import jsonschema
import msgspec
import pytest

from articgw.tools.spec import MAX_DEPTH, MAX_TOOLS, Schema, Tool, fault_in

READ = msgspec.json.Decoder(tuple[Tool, ...])


def _tools(text: str) -> tuple[Tool, ...]:
    return READ.decode(f"[{text}]")


def test_a_schema_goes_to_servers_as_it_came_but_for_what_is_not_theirs() -> None:
    (tool,) = _tools(
        '{"name": "price", "description": "What it costs.", "parameters": {"type": "object",'
        '"title": "PriceArguments", "additionalProperties": false, "required": ["article"],'
        '"properties": {"article": {"type": "string", "enum": ["cup", "tea"], "default": "cup"},'
        '"counts": {"type": "array", "items": {"type": "integer", "minimum": 0}}}}}'
    )
    assert fault_in([tool]) == ""
    told = tool.parameters.told()
    assert told == {
        "type": "object",
        "required": ["article"],
        "properties": {
            "article": {"type": "string", "enum": ["cup", "tea"]},
            "counts": {"type": "array", "items": {"type": "integer", "minimum": 0}},
        },
        "additionalProperties": False,
    }
    jsonschema.Draft202012Validator.check_schema(told)


def test_a_tool_without_parameters_takes_an_empty_object() -> None:
    (tool,) = _tools('{"name": "time", "description": "What time it is."}')
    assert fault_in([tool]) == "" and tool.parameters.told() == {"type": "object", "properties": {}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"name": "a b", "description": "x"}', "regex"),
        ('{"name": "a"}', "description"),
        ('{"name": "a", "description": ""}', "length >= 1"),
        ('{"name": "a", "description": "x", "parameters": {"type": "objekt"}}', "objekt"),
        ('{"name": "a", "description": "x", "parameters": {"$ref": "http://x"}}', "`$ref`"),
        ('{"name": "a", "description": "x", "parameters": {"pattern": "(a+)+$"}}', "`pattern`"),
    ],
)
def test_what_no_server_takes_or_nobody_can_check_is_named(text: str, said: str) -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        _tools(text)
    assert said in str(caught.value)


def _nested(depth: int) -> Schema:
    return Schema(type="object", properties={"x": _nested(depth - 1)} if depth > 1 else {})


def _tool(name: str = "a", schema: Schema | None = None, about: str = "x") -> Tool:
    return Tool(name=name, description=about, parameters=schema or Schema(type="object"))


@pytest.mark.parametrize(
    ("tools", "said"),
    [
        ([_tool(f"a{n}") for n in range(MAX_TOOLS + 1)], "at most 16"),
        ([_tool(), _tool()], "a is there twice"),
        ([_tool(f"a{n}", about="x" * 900) for n in range(MAX_TOOLS)], "shorten"),
        ([_tool(schema=Schema(type="string"))], '"type": "object"'),
        ([_tool(schema=Schema(type="object", required=("b",)))], "parameters requires 'b'"),
        ([_tool(schema=_nested(MAX_DEPTH + 1))], "nested deeper than 5"),
    ],
)
def test_what_is_too_much_or_contradicts_itself_is_said(tools: list[Tool], said: str) -> None:
    assert said in fault_in(tools)


def test_what_fits_is_taken() -> None:
    assert fault_in([_tool(f"a{n}", _nested(MAX_DEPTH)) for n in range(MAX_TOOLS)]) == ""
