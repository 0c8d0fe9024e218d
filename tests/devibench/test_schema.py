from __future__ import annotations

from dataclasses import fields

import jsonschema
import pytest

from devibench.clipset import ClipMeta, ClipObject, Question, SetMeta
from devibench.schema import CLIP, OBJECT, QUESTION, SET, Schema

PAIRS = [(SET, SetMeta), (CLIP, ClipMeta), (OBJECT, ClipObject), (QUESTION, Question)]


@pytest.mark.parametrize("schema", [SET, CLIP])
def test_the_schemas_are_schemas(schema: Schema) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(("schema", "kind"), PAIRS)
def test_schema_and_type_have_the_same_fields(schema: Schema, kind: type) -> None:
    assert set(schema["properties"]) == {field.name for field in fields(kind)}
    assert all("description" in about for about in schema["properties"].values())
